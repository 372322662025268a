"""Calls the function of a route and answers with what it returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import params, routing
from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import _is_coroutine_callable
from fastapi.utils import is_body_allowed_for_status_code
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from polyloom._express.call import Call, call_of
from polyloom._functions import missing
from polyloom._json_body import read_json
from polyloom._models import is_known
from polyloom._models.reading import reader_of
from polyloom._models.writing import writer_of
from polyloom._plain_results import check_of
from polyloom._plain_values import UNSURE, Outcome, plain_text
from polyloom._runtime.asgi import HttpCycle

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping

    from fastapi._compat import ModelField

    from polyloom._models.schemas import Step
    from polyloom._plain_results import Check
    from polyloom._runtime.heads import Scope

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_OUTCOME = "polyloom.outcome"
_PLAN = "_polyloom_plan"
_JSON_TYPE = (b"content-type", b"application/json")
_FLAT_HEADERS = "content-length\0{}\0content-type\0application/json"


class Plan:
    """How to answer the requests of one route. Confined to the owner thread."""

    __slots__ = (
        "_app",
        "_body",
        "_call",
        "_fastapi",
        "_field",
        "_fits",
        "_options",
        "_read_body",
        "_read_result",
        "_request",
        "_route",
        "_status",
        "_write_result",
    )

    def __init__(self, app: Any, route: Any, call: Call, fastapi: ASGIApp) -> None:
        self._app = app
        self._route = route
        self._call = call
        self._fastapi = fastapi
        self._body: ModelField | None = route.dependant.body_params[0] if route.dependant.body_params else None
        self._request = call.wants_request()
        self._status = route.status_code or 200
        self._field = route.response_field
        self._options = _serialization(route)
        self._fits = _plain_check(route, self._options)
        self._read_body = _reader(self._body)
        self._read_result = _reader(self._field)
        self._write_result = _writer(self._field, self._options)

    async def serve(self, path_params: Mapping[str, Any], scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        call = self._call
        values: list[dict[str, Any]] = []
        if not call.read(scope, path_params, values):
            await self._fastapi(scope, receive, send)
            return
        raw = b""
        if self._body is not None:
            body = await read_json(scope, receive)
            receive = body.receive
            content = UNSURE if body.value is UNSURE else self._valid(body.value)
            if content is UNSURE:
                await self._fastapi(scope, receive, send)
                return
            values[-1][self._body.name] = content
            raw = body.raw
        value: Any = None
        failure: Exception | None = None
        answer: str | bytes | None = None
        try:
            if call.dependencies or self._request:
                request = self._make_request(path_params, scope, receive, send, raw) if self._request else None
                arguments = await call.solve(iter(values), request, {})
            else:
                arguments = values[0]
            value = await (call.function(**arguments) if call.is_async else call.run(arguments))
            answer = self._render(value)
        except Exception as error:
            failure = error
        if answer is not None:
            await self._respond(answer, send)
        else:
            scope.pop(routing._FASTAPI_SCOPE_KEY, None)
            scope[_OUTCOME] = Outcome(value, failure)
            await self._fastapi(scope, receive, send)

    def _valid(self, given: Any) -> Any:
        value = _in_short(self._read_body, given)
        if value is not UNSURE:
            return value
        value, errors = self._body.validate(given, {}, loc=())  # type: ignore[union-attr]
        return UNSURE if errors else value

    def _make_request(
        self, path_params: Mapping[str, Any], scope: Scope, receive: Receive, send: Send, raw: bytes
    ) -> Request:
        app = self._app
        route = self._route
        original = getattr(route, "original_route", route)
        scope.update(app=app, router=app.router, route=original, endpoint=route.endpoint, path_params=dict(path_params))
        if original is not route:
            scope[routing._FASTAPI_SCOPE_KEY] = {routing._FASTAPI_EFFECTIVE_ROUTE_CONTEXT_KEY: route}
        request = Request(scope, receive, send)
        if self._body is not None:
            request._body = raw
        return request

    def _render(self, value: Any) -> str | bytes | None:
        """The body of the answer, ``None`` where FastAPI must make it."""
        if self._fits is not None and self._fits(value):
            body = plain_text(value)
            if body is not None:
                return body
        field = self._field
        if field is None or isinstance(value, Response):
            return None
        words = _in_short(self._write_result, _in_short(self._read_result, value))
        if words is not UNSURE:
            body = plain_text(words)
            if body is not None:
                return body
        valid, errors = field.validate(value, {}, loc=())
        return None if errors else field.serialize_json(valid, **self._options)

    async def _respond(self, body: str | bytes, send: Send) -> None:
        length = str(len(body))
        cycle = getattr(send, "__self__", None)
        if type(cycle) is HttpCycle and cycle.answer(self._status, _FLAT_HEADERS.format(length), body):
            return
        headers = [(b"content-length", length.encode()), _JSON_TYPE]
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        await send({"type": "http.response.body", "body": body.encode() if isinstance(body, str) else body})


def plan_of(app: Any, route: Any, fastapi: ASGIApp, isolated: bool) -> Plan | None:
    """The plan for a route, made once; ``None`` when FastAPI must serve it.

    ``route`` is a route, or what FastAPI makes of one in an included router. The others are as for ``RouteTable``.
    """
    place = (id(app), isolated)
    known = route.__dict__.get(_PLAN)
    if known is not None:
        # A route of several applications has a plan in the first alone.
        return known[1] if known[0] == place else None
    plan = None
    if _is_ordinary(app, route):
        call = call_of(route.dependant, isolated)
        if call is not None:
            plan = Plan(app, route, call, fastapi)
            route.app = _concluding(route)
    route.__dict__[_PLAN] = (place, plan)
    return plan


def _is_ordinary(app: Any, route: Any) -> bool:
    """Whether the route is served as FastAPI does it and answers with JSON."""
    wrapped = route.app
    status = route.status_code
    return (
        getattr(wrapped, "__module__", "") == "fastapi.routing"
        and getattr(wrapped, "__qualname__", "") == "request_response.<locals>.app"
        and not {"handle", "matches", "get_route_handler"} & getattr(route, "original_route", route).__dict__.keys()
        and route.max_body_size is None
        and route.dependency_overrides_provider in (None, app)
        and isinstance(route.response_class, DefaultPlaceholder)
        and route.response_class.value is JSONResponse
        and (status is None or (status >= 200 and is_body_allowed_for_status_code(status)))
        and _has_simple_body(route)
    )


def _has_simple_body(route: Any) -> bool:
    fields = route.dependant.body_params
    if not fields:
        return route.body_field is None
    return (
        len(fields) == 1
        and not route._embed_body_fields
        and type(fields[0].field_info) is params.Body
        and type(route.body_field.field_info) is params.Body
        and fields[0] is route.body_field
    )


def _serialization(route: Any) -> dict[str, Any]:
    return {
        "include": route.response_model_include,
        "exclude": route.response_model_exclude,
        "by_alias": route.response_model_by_alias,
        "exclude_unset": route.response_model_exclude_unset,
        "exclude_defaults": route.response_model_exclude_defaults,
        "exclude_none": route.response_model_exclude_none,
    }


def _reader(field: Any) -> Step | None:
    return None if field is None or field.config is not None or not is_known() else reader_of(_schema(field))


def _writer(field: Any, options: dict[str, Any]) -> Step | None:
    others = options.keys() - {"by_alias", "exclude_none"}
    if field is None or field.config is not None or not is_known() or any(options[name] for name in others):
        return None
    return writer_of(_schema(field), by_alias=options["by_alias"], without_none=options["exclude_none"])


def _schema(field: Any) -> Any:
    return field._type_adapter.core_schema


def _in_short(step: Step | None, value: Any) -> Any:
    if step is None or value is UNSURE:
        return UNSURE
    try:
        return step(value)
    except RecursionError:
        return UNSURE


def _plain_check(route: Any, options: dict[str, Any]) -> Check | None:
    """Tells whether a value is the answer as it is; ``None`` where only pydantic can."""
    field = route.response_field
    if field is None:
        return check_of(missing)
    info = field.field_info
    unchanged = not any(value for name, value in options.items() if name != "by_alias")
    return check_of(info.annotation) if unchanged and not info.metadata else None


def _concluding(route: Any) -> ASGIApp:
    """The route's application, that answers with the outcome of a call where there is one."""
    app = route.app
    options = _serialization(route)

    async def conclude(request: Request) -> Response:
        outcome: Outcome = request.scope[_OUTCOME]
        value = outcome.take()
        if isinstance(value, Response):
            return value
        context = routing._extract_endpoint_context(route.endpoint)
        if route.dependant.path:
            context["path"] = f"{request.method} {request.scope.get('root_path', '').rstrip('/')}{route.dependant.path}"
        field = route.response_field
        content = await routing.serialize_response(
            field=field,
            response_content=value,
            is_coroutine=_is_coroutine_callable(route.endpoint),
            endpoint_ctx=context,
            dump_json=field is not None,
            **options,
        )
        status: Any = {} if route.status_code is None else {"status_code": route.status_code}
        if field is not None:
            return Response(content, media_type="application/json", **status)
        return JSONResponse(content, **status)

    concluded = routing.request_response(conclude)

    async def app_or_conclusion(scope: Any, receive: Any, send: Any) -> None:
        await (concluded if _OUTCOME in scope else app)(scope, receive, send)

    return app_or_conclusion
