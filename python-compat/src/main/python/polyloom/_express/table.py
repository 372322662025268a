"""Which route a request is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, routing
from starlette._utils import get_route_path
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.routing import Route, WebSocketRoute

from polyloom._express.plan import Plan, plan_of

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

    from polyloom._express.plan import ASGIApp
    from polyloom._runtime.heads import Scope

    Found = tuple[Plan, Mapping[str, Any]]

_NO_PARAMS: dict[str, Any] = {}
# Stands for all methods of a route that does not name any.
_ANY = ""


class RouteTable:
    """The routes of one application, up to the first that cannot be told without asking it."""

    __slots__ = ("_app", "_dynamic", "_enabled", "_fastapi", "_isolated", "_middlewares", "_routers", "_static")

    def __init__(self, app: FastAPI, fastapi: ASGIApp, *, isolated: bool) -> None:
        """Notes the routes of an application.

        ``fastapi`` serves what is not served in short. ``isolated`` says that functions must not be able to change
        the context variables of who calls them, because middlewares could look.
        """
        self._app: Any = app
        self._fastapi = fastapi
        self._isolated = isolated
        self._middlewares = len(app.user_middleware)
        self._routers: list[tuple[Any, int, int]] = []
        self._static: dict[str, dict[str, Plan | None]] = {}
        self._dynamic: list[tuple[re.Pattern[str], set[str] | None, Plan | None, Mapping[str, Any]]] = []
        self._enabled = _is_ordinary(app)
        self._note(app.router)
        if self._enabled:
            self._add_routes(app.router)

    def outdated(self) -> bool:
        """Whether routes or middlewares have come or gone."""
        app = self._app
        if self._routers[0][0] is not app.router or self._middlewares != len(app.user_middleware):
            return True
        for router, version, count in self._routers:
            if version != router._routes_version or count != len(router.routes):
                return True
        return False

    def find(self, scope: Scope) -> Found | None:
        """The plan for a request, and the parameters in its path; ``None`` when FastAPI must see to it."""
        app = self._app
        if not self._enabled or app.dependency_overrides or app._native_telemetry.enabled():
            return None
        if app.root_path:
            scope["root_path"] = app.root_path
        path = get_route_path(scope)
        plans = self._static.get(path)
        if plans is not None:
            plan = plans.get(scope["method"])
            return None if plan is None else (plan, _NO_PARAMS)
        for regex, methods, plan, convertors in self._dynamic:
            match = regex.match(path)
            if match is not None and (methods is None or scope["method"] in methods):
                if plan is None:
                    return None
                values = match.groupdict()
                return plan, {name: convertors[name].convert(values[name]) for name in values}
        return None

    def _note(self, router: Any) -> None:
        self._routers.append((router, router._routes_version, len(router.routes)))

    def _add_routes(self, router: routing.APIRouter) -> bool:
        """Adds a router's routes; false when there is one after which nothing is certain."""
        return all(self._add(route) for route in router.routes)

    def _add_included(self, included: Any) -> bool:
        router = included.original_router
        if type(router) is not routing.APIRouter or {"handle", "matches"} & router.__dict__.keys():
            return False
        self._note(router)
        return all(
            self._add_included(candidate)
            if type(candidate) is routing._IncludedRouter
            else self._add(candidate.starlette_route or candidate)
            for candidate in included.effective_candidates()
        )

    def _add(self, route: Any) -> bool:
        kind = type(getattr(route, "original_route", route))
        if issubclass(kind, WebSocketRoute):
            return True
        if type(route) is routing._IncludedRouter:
            return self._add_included(route)
        if kind is not routing.APIRoute and kind is not Route:
            # What a mount or a route of another kind answers, only it knows.
            return False
        plan = plan_of(self._app, route, self._fastapi, self._isolated) if kind is routing.APIRoute else None
        if route.param_convertors:
            self._dynamic.append((route.path_regex, route.methods, plan, route.param_convertors))
        else:
            self._add_static(route, plan)
        return True

    def _add_static(self, route: Any, plan: Plan | None) -> None:
        path: str = route.path_format
        plans = self._static.setdefault(path, {})
        if _ANY in plans:
            return
        for method in route.methods or (_ANY,):
            hidden = any(
                (methods is None or method in methods) and regex.match(path) for regex, methods, _, _ in self._dynamic
            )
            plans.setdefault(method, None if hidden else plan)


def _is_ordinary(app: Any) -> bool:
    """Whether requests come to the application's routes the way that FastAPI lays out, and through nothing else."""
    router = app.router
    return (
        type(app).build_middleware_stack is FastAPI.build_middleware_stack
        and not {"build_middleware_stack", "__call__"} & app.__dict__.keys()
        and app.max_body_size is None
        and (app.middleware_stack is None or type(app.middleware_stack) is ServerErrorMiddleware)
        and type(router) is routing.APIRouter
        and router.middleware_stack == router.app
        and "app" not in router.__dict__
    )
