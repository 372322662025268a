"""Serves simple web endpoints without FastAPI, as FastAPI would, and everything else through FastAPI.

A function whose parameters are plain query values (``str``, ``int``, ``float``, ``bool``, each perhaps ``None``) and at
most one ``dict`` body, and that returns what JSON can say, needs nothing of FastAPI but its answers. ``PlainEndpoint``
gives those without importing it. Whatever it is not sure of (an odd number, a preflight, a file, a validation error
that it does not know word for word, a result that needs encoding) it hands to the real FastAPI application, which is
made at that moment. The differential tests hold both to the same bytes.
"""

from __future__ import annotations

from contextvars import ContextVar

from polyloom._functions import describe, is_coroutine_function, is_generator_function, missing
from polyloom._json_body import read_json
from polyloom._plain_results import check_of
from polyloom._plain_values import (
    QUERY_TYPES,
    UNSURE,
    Outcome,
    convert,
    encode,
    is_object,
    parse_query,
    plain_json,
    simple_kind,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping, Sequence
    from typing import Any

    from polyloom._functions import Parameter
    from polyloom._plain_results import Check

    Message = MutableMapping[str, Any]
    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
    Headers = Sequence[tuple[bytes, bytes]]
    Apart = Callable[[Callable[[], Any]], Awaitable[Any]]
    # Status, headers, body, and what the function raised.
    Answer = tuple[int, list[tuple[bytes, bytes]], bytes, Exception | None]

# What the function has returned or raised already, while FastAPI is asked only to answer with it.
_outcome: ContextVar[Outcome | None] = ContextVar("_outcome", default=None)


class _Parameter:
    """A query parameter."""

    __slots__ = ("default", "kind", "name", "optional", "required")

    def __init__(self, name: str, kind: type | None, optional: bool, default: Any) -> None:
        self.name = name
        self.kind = kind
        self.optional = optional
        self.required = default is missing
        self.default = default


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


def _describe(function: Callable[..., Any]) -> tuple[list[_Parameter], str | None, Check] | None:
    """The query parameters, the name of the body and the check of results, or ``None`` when FastAPI is needed."""
    if is_generator_function(function):
        return None
    try:
        described = describe(function)
    except Exception:
        return None
    check = None if described is None else check_of(described[1])
    if described is None or check is None:
        return None
    query: list[_Parameter] = []
    body: str | None = None
    for parameter in described[0]:
        if is_object(parameter.annotation) and parameter.default is missing and body is None:
            body = parameter.name
            continue
        simple = _query_parameter(parameter)
        if simple is None:
            return None
        query.append(simple)
    return query, body, check


def _query_parameter(parameter: Parameter) -> _Parameter | None:
    default = parameter.default
    if default is not missing and default is not None and type(default) not in QUERY_TYPES:
        return None
    kind = simple_kind(parameter.annotation)
    return None if kind is None else _Parameter(parameter.name, *kind, default)


class PlainEndpoint:
    """An ASGI application that serves one function at ``/``. Confined to the owner thread.

    Where it is ``at_once``, neither the function nor its body must be awaited: ``begin`` and ``answer`` serve a request
    then. ``answer`` may be called in another thread. ``apart``, where it is set, calls the function in another one.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        query: list[_Parameter],
        body: str | None,
        fits: Check,
        method: str,
        *,
        docs: bool,
        cors: bool,
        make: Callable[[Callable[..., Any]], ASGIApp],
    ) -> None:
        self._function = function
        self._is_async = is_coroutine_function(function)
        self._fits = fits
        self._query = query
        self._body = body
        self._method = method
        self._docs = docs
        self._cors = cors
        self._make = make
        self._fastapi: ASGIApp | None = None
        self.at_once = not self._is_async and body is None
        self.apart: Apart | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a connection, by itself or through FastAPI."""
        if scope["type"] == "lifespan":
            await _serve_lifespan(receive, send)
            return
        bound = self._bind(scope) if scope["type"] == "http" else None
        if bound is None:
            await self.ask_fastapi(scope, receive, send)
            return
        if isinstance(bound, tuple):
            await _send(send, bound)
            return
        if self._body is not None:
            body = await read_json(scope, receive)
            receive = body.receive
            if type(body.value) is not dict:
                await self.ask_fastapi(scope, receive, send)
                return
            bound[self._body] = body.value
        value: Any = None
        failure: Exception | None = None
        try:
            if self.apart is not None and not self._is_async:
                value = await self.apart(lambda: self._function(**bound))
            else:
                value = self._function(**bound)
            if self._is_async:
                value = await value
        except Exception as error:
            failure = error
        answer = self._settle(scope, value, failure)
        if answer is None:
            await self._replay(Outcome(value, failure), scope, receive, send)
        else:
            await _send(send, answer)
            if failure is not None:
                raise failure

    def begin(self, scope: Scope) -> dict[str, Any] | Answer | ASGIApp:
        """What the function is to be called with, or the answer without it, or the application to ask instead."""
        bound = self._bind(scope)
        return self.ask_fastapi if bound is None else bound

    def answer(self, scope: Scope, bound: dict[str, Any]) -> Answer | ASGIApp:
        """Calls the function; the answer, or the application to ask for it."""
        value: Any = None
        failure: Exception | None = None
        try:
            value = self._function(**bound)
        except Exception as error:
            failure = error
        answer = self._settle(scope, value, failure)
        if answer is not None:
            return answer
        outcome = Outcome(value, failure)
        return lambda scope, receive, send: self._replay(outcome, scope, receive, send)

    async def ask_fastapi(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._fastapi is None:
            self._fastapi = self._make(_replaying(self._function, self._is_async))
        await self._fastapi(scope, receive, send)

    async def _replay(self, outcome: Outcome, scope: Scope, receive: Receive, send: Send) -> None:
        token = _outcome.set(outcome)
        try:
            await self.ask_fastapi(scope, receive, send)
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
        given = parse_query(scope["query_string"])
        arguments: dict[str, Any] = {}
        errors: list[dict[str, Any]] = []
        for parameter in self._query:
            text = given.get(parameter.name)
            if text is not None:
                value = convert(parameter.kind, text)
                if value is not UNSURE:
                    arguments[parameter.name] = value
                    continue
            elif not parameter.required:
                arguments[parameter.name] = parameter.default
                continue
            error = None if self._body else _explain(parameter, text)
            if error is None:
                return None
            errors.append(error)
        return self._json(scope, 422, encode({"detail": errors}).encode()) if errors else arguments

    def _settle(self, scope: Scope, value: Any, failure: Exception | None) -> Answer | None:
        """The answer for what the function returned or raised, or ``None`` where FastAPI must give it."""
        if failure is None:
            body = plain_json(value) if self._fits(value) else None
            return None if body is None else self._json(scope, 200, body)
        if _is_frameworks(failure):
            return None
        return _answer(500, b"application/problem+json", _problem(failure), failure=failure)

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
    return encode(problem).encode("utf-8", "replace")


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


def _explain(parameter: _Parameter, text: str | None) -> dict[str, Any] | None:
    """The validation error of a parameter, word for word as pydantic has it; ``None`` where that is not known."""
    place = ["query", parameter.name]
    if text is None:
        return {"type": "missing", "loc": place, "msg": "Field required", "input": None}
    if parameter.kind is int and not parameter.optional and text.isascii() and text.isalpha():
        message = "Input should be a valid integer, unable to parse string as an integer"
        return {"type": "int_parsing", "loc": place, "msg": message, "input": text}
    return None
