"""Answers requests to simple FastAPI routes without the layers that FastAPI puts around them.

Between a server and the function of a route, FastAPI has five middlewares, a router, three exit stacks, and the general
solution of dependencies: for a function that takes a number and returns a dictionary they are nine tenths of the work.
Here ``table`` knows which route a request is for, ``arguments`` reads what its function takes, ``call`` and
``threaded`` call it, and ``plan`` answers, each only as far as it is certain to do what FastAPI would. Everything else
goes through FastAPI:

- a request whose values are not valid, or not of a kind known here, before anything has been called for it;
- what a function raised or returned, where FastAPI has to make the answer: its handlers run around the route as always,
  and only the function is not called again (``Outcome``);
- applications and routes that are not as FastAPI makes them, and versions of it other than those known here.

Middlewares of the user's stay where they are: what is cut short begins behind them. FastAPI's own tests pass with and
without this package.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

# FastAPI's parts are public only in part. In a version that nobody compared, nothing is changed.
_KNOWN = {("0.165.0", "1.10.0")}
_TABLE = "_polyloom_routes"


def install(applications: ModuleType) -> None:
    """Lets the applications of ``fastapi.applications`` answer what they can in short."""
    import fastapi
    import starlette

    if (fastapi.__version__, starlette.__version__) not in _KNOWN:
        return
    application: Any = applications.FastAPI  # type: ignore[attr-defined]
    call = application.__call__
    build = application.build_middleware_stack

    def past_table(app: Any) -> Any:
        return partial(call, app)

    async def __call__(self: Any, scope: Any, receive: Any, send: Any) -> None:
        found = None if self.user_middleware else _find(self, scope, past_table, isolated=False)
        if found is None:
            await call(self, scope, receive, send)
        else:
            await found[0].serve(found[1], scope, receive, send)

    def build_middleware_stack(self: Any) -> Any:
        stack = build(self)
        if self.user_middleware:
            _put_gate(self, stack)
        return stack

    application.__call__ = __call__
    application.build_middleware_stack = build_middleware_stack


def _find(app: Any, scope: Any, past_table: Callable[[Any], Any], *, isolated: bool) -> Any:
    """The plan for a request and its parameters, ``None`` when FastAPI is to serve it: as ``past_table(app)`` does."""
    # Whatever has come through a router already, such as a request to a mounted application, is FastAPI's.
    if scope["type"] != "http" or "router" in scope:
        return None
    table = app.__dict__.get(_TABLE)
    if table is None or table.outdated():
        from polyloom._express.table import RouteTable

        table = app.__dict__[_TABLE] = RouteTable(app, past_table(app), isolated=isolated)
    return table.find(scope)


class _Gate:
    """Stands between an application's middlewares and its routes."""

    def __init__(self, application: Any, app: Any) -> None:
        self._application = application
        self.app = app

    def _past_table(self, _application: Any) -> Any:
        return self.app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        found = _find(self._application, scope, self._past_table, isolated=True)
        if found is None:
            await self.app(scope, receive, send)
        else:
            await found[0].serve(found[1], scope, receive, send)


def _put_gate(application: Any, stack: Any) -> None:
    """Puts a gate behind the user's middlewares, if they can be seen through."""
    from starlette.middleware.exceptions import ExceptionMiddleware

    layer = stack
    while layer is not None:
        inner = getattr(layer, "app", None)
        if type(inner) is ExceptionMiddleware:
            layer.app = _Gate(application, inner)
            return
        layer = inner
