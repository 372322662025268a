"""Serves simple web endpoints without FastAPI, as FastAPI would, and everything else through FastAPI.

A function whose parameters are plain query values (``str``, ``int``, ``float``, ``bool``, each perhaps ``None``) and at
most one ``dict`` body, and that returns what JSON can say, needs nothing of FastAPI but its answers. ``PlainEndpoint``
gives those without importing it. Whatever it is not sure of (an odd number, a preflight, a file, a validation error
that it does not know word for word, a result that needs encoding) it hands to the real FastAPI application, which is
made at that moment. The differential tests hold both to the same bytes.
"""

from __future__ import annotations

import json
import sys
from contextvars import ContextVar
from types import UnionType

from polyloom._functions import describe, is_coroutine_function, is_generator_function, missing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping, Sequence
    from typing import Any

    from polyloom._functions import Parameter

    Message = MutableMapping[str, Any]
    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
    Headers = Sequence[tuple[bytes, bytes]]
    # Status, headers, body, and what the function raised.
    Answer = tuple[int, list[tuple[bytes, bytes]], bytes, Exception | None]

# What the function has returned or raised already, while FastAPI is asked only to answer with it.
_outcome: ContextVar[_Outcome | None] = ContextVar("_outcome", default=None)

_QUERY_TYPES = (str, int, float, bool)
_RESULT_TYPES = (missing, dict, list, str, int, bool)
_BOOLEANS = {
    **dict.fromkeys(("true", "1", "on", "yes", "t", "y"), True),
    **dict.fromkeys(("false", "0", "off", "no", "f", "n"), False),
}
_DIGITS_MAX = 15
_LARGEST = sys.float_info.max
_DEPTH_MAX = 50
_UNSURE = object()

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class _Parameter:
    """A query parameter."""

    __slots__ = ("default", "kind", "name", "optional", "required")

    def __init__(self, name: str, kind: type | None, optional: bool, default: Any) -> None:
        self.name = name
        self.kind = kind
        self.optional = optional
        self.required = default is missing
        self.default = default


class _Outcome:
    """How a call of the function ended."""

    __slots__ = ("failure", "value")

    def __init__(self, value: Any, failure: Exception | None) -> None:
        self.value = value
        self.failure = failure

    def take(self) -> Any:
        """The value; raises the failure if there was one."""
        if self.failure is not None:
            raise self.failure
        return self.value


def plain_endpoint(
    function: Callable[..., Any], *, method: str, docs: bool, cors: bool, make: Callable[[Callable[..., Any]], ASGIApp]
) -> ASGIApp:
    """The application for a function: a ``PlainEndpoint`` where that is possible, else what ``make`` returns.

    ``make`` wraps a function in its FastAPI application; it is called once, at the first need.
    """
    described = _describe(function)
    if described is None:
        return make(function)
    return PlainEndpoint(function, *described, method, docs=docs, cors=cors, make=make)


def _describe(function: Callable[..., Any]) -> tuple[list[_Parameter], str | None, Any] | None:
    """The query parameters, the name of the body and the declared result, or ``None`` when FastAPI is needed."""
    if is_generator_function(function):
        return None
    try:
        described = describe(function)
    except Exception:
        return None
    if described is None or described[1] not in _RESULT_TYPES:
        return None
    query: list[_Parameter] = []
    body: str | None = None
    for parameter in described[0]:
        if _is_object(parameter.annotation) and parameter.default is missing and body is None:
            body = parameter.name
            continue
        simple = _query_parameter(parameter)
        if simple is None:
            return None
        query.append(simple)
    return query, body, described[1]


def _typing(name: str) -> Any:
    """What ``typing`` calls so, if anyone has imported it: if not, no annotation can be that."""
    return getattr(sys.modules.get("typing"), name, missing)


def _is_object(annotation: Any) -> bool:
    return annotation is dict or (annotation is not missing and annotation == dict[str, _typing("Any")])


def _query_parameter(parameter: Parameter) -> _Parameter | None:
    kind: Any = parameter.annotation
    default = parameter.default
    if default is not missing and default is not None and type(default) not in _QUERY_TYPES:
        return None
    if kind is missing or kind is _typing("Any"):
        return _Parameter(parameter.name, None, True, default)
    optional = False
    if isinstance(kind, UnionType) or getattr(kind, "__origin__", None) is _typing("Union"):
        members = [member for member in kind.__args__ if member is not type(None)]
        if len(members) != 1 or len(kind.__args__) != 2:
            return None
        kind = members[0]
        optional = True
    if kind not in _QUERY_TYPES:
        return None
    return _Parameter(parameter.name, kind, optional, default)


class PlainEndpoint:
    """An ASGI application that serves one function at ``/``. Confined to the owner thread.

    ``answer_now`` is what serves a request without awaiting anything: it takes the scope and returns an ``Answer``, or
    the ASGI application to ask. It is ``None`` where the function or its body must be awaited.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        query: list[_Parameter],
        body: str | None,
        returns: Any,
        method: str,
        *,
        docs: bool,
        cors: bool,
        make: Callable[[Callable[..., Any]], ASGIApp],
    ) -> None:
        self._function = function
        self._is_async = is_coroutine_function(function)
        self._returns = returns
        self._query = query
        self._body = body
        self._method = method
        self._docs = docs
        self._cors = cors
        self._make = make
        self._fastapi: ASGIApp | None = None
        self.answer_now = None if self._is_async or body is not None else self._answer_now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a connection, by itself or through FastAPI."""
        if scope["type"] == "lifespan":
            await _serve_lifespan(receive, send)
            return
        bound = self._bind(scope) if scope["type"] == "http" else None
        if bound is None:
            await self._ask_fastapi(scope, receive, send)
            return
        if isinstance(bound, tuple):
            await _send(send, bound)
            return
        if self._body is not None:
            content, receive = await _read_object(scope, receive)
            if content is _UNSURE:
                await self._ask_fastapi(scope, receive, send)
                return
            bound[self._body] = content
        value: Any = None
        failure: Exception | None = None
        try:
            value = self._function(**bound)
            if self._is_async:
                value = await value
        except Exception as error:
            failure = error
        answer = self._settle(scope, value, failure)
        if answer is None:
            await self._replay(_Outcome(value, failure), scope, receive, send)
        else:
            await _send(send, answer)
            if failure is not None:
                raise failure

    def _answer_now(self, scope: Scope) -> Answer | ASGIApp:
        bound = self._bind(scope)
        if bound is None:
            return self._ask_fastapi
        if isinstance(bound, tuple):
            return bound
        value: Any = None
        failure: Exception | None = None
        try:
            value = self._function(**bound)
        except Exception as error:
            failure = error
        answer = self._settle(scope, value, failure)
        if answer is not None:
            return answer
        outcome = _Outcome(value, failure)
        return lambda scope, receive, send: self._replay(outcome, scope, receive, send)

    async def _ask_fastapi(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._fastapi is None:
            self._fastapi = self._make(_replaying(self._function, self._is_async))
        await self._fastapi(scope, receive, send)

    async def _replay(self, outcome: _Outcome, scope: Scope, receive: Receive, send: Send) -> None:
        token = _outcome.set(outcome)
        try:
            await self._ask_fastapi(scope, receive, send)
        finally:
            _outcome.reset(token)

    def _bind(self, scope: Scope) -> dict[str, Any] | Answer | None:
        """The arguments from the query, or the answer without any, or ``None`` for FastAPI to decide."""
        path: str = scope["path"]
        root: str = scope.get("root_path", "")
        if root and path.startswith(root):
            path = path[len(root) :]
        if path != "/":
            if self._docs or not path or path.endswith("/"):
                return None
            return self._json(scope, 404, b'{"detail":"Not Found"}')
        if scope["method"] != self._method:
            if scope["method"] == "OPTIONS":
                return None
            headers = [(b"allow", self._method.encode())]
            return self._json(scope, 405, b'{"detail":"Method Not Allowed"}', headers)
        given = _parse_query(scope["query_string"])
        arguments: dict[str, Any] = {}
        errors: list[dict[str, Any]] = []
        for parameter in self._query:
            text = given.get(parameter.name)
            if text is not None:
                value = _convert(parameter, text)
                if value is not _UNSURE:
                    arguments[parameter.name] = value
                    continue
            elif not parameter.required:
                arguments[parameter.name] = parameter.default
                continue
            error = None if self._body else _explain(parameter, text)
            if error is None:
                return None
            errors.append(error)
        return self._json(scope, 422, _encode({"detail": errors}).encode()) if errors else arguments

    def _settle(self, scope: Scope, value: Any, failure: Exception | None) -> Answer | None:
        """The answer for what the function returned or raised, or ``None`` where FastAPI must give it."""
        if failure is None:
            return self._json(scope, 200, _encode(value).encode()) if self._says_all(value) else None
        if _is_frameworks(failure):
            return None
        return _answer(500, b"application/problem+json", _problem(failure), failure=failure)

    def _says_all(self, value: Any) -> bool:
        if self._returns is missing:
            return _is_plain(value, _DEPTH_MAX, floats=True)
        # Declared types are serialised by pydantic, which writes floats in its own way.
        return type(value) is self._returns and _is_plain(value, _DEPTH_MAX, floats=False)

    def _json(self, scope: Scope, status: int, body: bytes, headers: Headers = ()) -> Answer:
        return _answer(status, b"application/json", body, headers, _cors(scope) if self._cors else ())


def _replaying(function: Callable[..., Any], is_async: bool) -> Callable[..., Any]:
    """The function for FastAPI: called, it returns or raises what the function already has, if it has."""

    async def replay_async(*args: Any, **kwargs: Any) -> Any:
        outcome = _outcome.get()
        return outcome.take() if outcome is not None else await function(*args, **kwargs)

    def replay_sync(*args: Any, **kwargs: Any) -> Any:
        outcome = _outcome.get()
        return outcome.take() if outcome is not None else function(*args, **kwargs)

    replay: Any = replay_async if is_async else replay_sync
    code = getattr(function, "__code__", None)
    if code is not None:
        # FastAPI names the place of a function in its messages: it is to be the user's.
        place = {"co_filename": code.co_filename, "co_firstlineno": code.co_firstlineno}
        replay.__code__ = replay.__code__.replace(**place)
    import functools

    return functools.wraps(function)(replay)


async def _serve_lifespan(receive: Receive, send: Send) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": kind + ".complete"})
        if kind == "lifespan.shutdown":
            return


def _answer(
    status: int,
    kind: bytes,
    body: bytes,
    before: Headers = (),
    after: Headers = (),
    failure: Exception | None = None,
) -> Answer:
    headers = [*before, (b"content-length", str(len(body)).encode()), (b"content-type", kind), *after]
    return status, headers, body, failure


async def _send(send: Send, answer: Answer) -> None:
    status, headers, body, _ = answer
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _problem(error: Exception) -> bytes:
    reason = f"{type(error).__name__}: {error}".strip()
    problem = {"type": "about:blank", "title": "Internal Server Error", "status": 500, "detail": reason}
    return _encode(problem).encode("utf-8", "replace")


def _is_frameworks(error: Exception) -> bool:
    """Whether FastAPI or Starlette has an answer of its own to this."""
    return any(kind.__module__.partition(".")[0] in ("fastapi", "starlette") for kind in type(error).__mro__)


def _cors(scope: Scope) -> list[tuple[bytes, bytes]]:
    for name, value in scope["headers"]:
        if name == b"origin":
            return [
                (b"access-control-allow-origin", value),
                (b"access-control-allow-credentials", b"true"),
                (b"vary", b"Origin"),
            ]
    return [(b"vary", b"Origin")]


def _parse_query(query: bytes) -> dict[str, str]:
    """The last value of each name, as ``urllib.parse.parse_qsl`` would give it."""
    given: dict[str, str] = {}
    if not query:
        return given
    text = query.decode("latin-1")
    if "%" in text or "+" in text:
        from urllib.parse import parse_qsl

        return dict(parse_qsl(text, keep_blank_values=True))
    for piece in text.split("&"):
        if piece:
            name, _, value = piece.partition("=")
            given[name] = value
    return given


def _convert(parameter: _Parameter, text: str) -> Any:
    """The value, or ``_UNSURE`` when pydantic must judge."""
    kind = parameter.kind
    if kind is None or kind is str:
        return text
    if kind is bool:
        return _BOOLEANS.get(text, _UNSURE)
    digits = text[1:] if text.startswith("-") else text
    whole, point, fraction = digits.partition(".")
    if not _is_number(whole) or len(digits) > _DIGITS_MAX:
        return _UNSURE
    if kind is int:
        return _UNSURE if point else int(text)
    return _UNSURE if point and not (fraction.isascii() and fraction.isdigit()) else float(text)


def _is_number(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and (digits[0] != "0" or len(digits) == 1)


def _explain(parameter: _Parameter, text: str | None) -> dict[str, Any] | None:
    """The validation error of a parameter, word for word as pydantic has it; ``None`` where that is not known."""
    place = ["query", parameter.name]
    if text is None:
        return {"type": "missing", "loc": place, "msg": "Field required", "input": None}
    if parameter.kind is int and not parameter.optional and text.isascii() and text.isalpha():
        message = "Input should be a valid integer, unable to parse string as an integer"
        return {"type": "int_parsing", "loc": place, "msg": message, "input": text}
    return None


async def _read_object(scope: Scope, receive: Receive) -> tuple[Any, Receive]:
    """The body if it is a JSON object, else ``_UNSURE``; and where the body can be received again."""
    kinds = [value for name, value in scope["headers"] if name == b"content-type"]
    if len(kinds) != 1 or kinds[0].partition(b";")[0].strip().lower() != b"application/json":
        return _UNSURE, receive
    read: list[Message] = []
    while True:
        message = await receive()
        read.append(message)
        if message["type"] != "http.request" or not message.get("more_body", False):
            break
    content: Any
    try:
        content = json.loads(b"".join([message.get("body", b"") for message in read]))
    except (ValueError, RecursionError):
        content = _UNSURE
    return (content if type(content) is dict else _UNSURE), _again(read, receive)


def _again(read: list[Message], receive: Receive) -> Receive:
    messages = iter(read)

    async def receive_again() -> Message:
        for message in messages:
            return message
        return await receive()

    return receive_again


def _is_plain(value: Any, depth: int, *, floats: bool) -> bool:
    """Whether FastAPI's encoder would leave the value as it is."""
    kind = type(value)
    if value is None or kind is str or kind is int or kind is bool:
        return True
    if kind is float:
        return floats and -_LARGEST <= value <= _LARGEST
    if depth == 0:
        return False
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or key.startswith("_sa") or not _is_plain(item, depth - 1, floats=floats):
                return False
        return True
    if kind is list or kind is tuple:
        return all(_is_plain(item, depth - 1, floats=floats) for item in value)
    return False
