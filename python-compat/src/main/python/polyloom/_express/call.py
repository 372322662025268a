"""Calls functions of routes and their dependencies, in the order and as often as FastAPI would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.dependencies.models import _get_cache_key, _is_async_gen_callable, _is_coroutine_callable, _is_gen_callable

from polyloom._express.arguments import Arguments, arguments_of
from polyloom._express.threaded import Threaded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi.dependencies.models import Dependant
    from starlette.requests import Request

    from polyloom._runtime.heads import Scope


class Call:
    """A function, what it takes, and the dependencies to call before it."""

    __slots__ = (
        "_threaded",
        "arguments",
        "cache_key",
        "dependencies",
        "function",
        "is_async",
        "name",
        "request",
        "use_cache",
    )

    def __init__(self, dependant: Dependant, arguments: Arguments, dependencies: list[Call], isolated: bool) -> None:
        self.name = dependant.name
        self.function: Any = dependant.call
        self.is_async = _is_coroutine_callable(dependant.call)
        self.arguments = arguments
        self.dependencies = dependencies
        self.request = dependant.request_param_name or dependant.http_connection_param_name
        self._threaded = Threaded(self.function, isolated)
        self.use_cache = dependant.use_cache
        self.cache_key = _get_cache_key(dependant=dependant)

    def read(self, scope: Scope, path_params: Mapping[str, Any], into: list[dict[str, Any]]) -> bool:
        """Adds the values from the head for all dependencies and then for itself; false when they are not valid."""
        for dependency in self.dependencies:
            if not dependency.read(scope, path_params, into):
                return False
        values: dict[str, Any] = {}
        into.append(values)
        return self.arguments.read(scope, path_params, values)

    def wants_request(self) -> bool:
        """Whether any function is to get the request."""
        return self.request is not None or any(dependency.wants_request() for dependency in self.dependencies)

    async def solve(self, values: Iterator[dict[str, Any]], request: Request | None, done: dict[Any, Any]) -> Any:
        """What to call the function with: calls its dependencies. ``values`` yields what ``read`` added."""
        results: dict[str, Any] = {}
        for dependency in self.dependencies:
            needed = await dependency.solve(values, request, done)
            if dependency.use_cache and dependency.cache_key in done:
                result = done[dependency.cache_key]
            else:
                result = await dependency.run(needed)
            if dependency.name is not None:
                results[dependency.name] = result
            done.setdefault(dependency.cache_key, result)
        results.update(next(values))
        if self.request is not None:
            results[self.request] = request
        return results

    async def run(self, values: dict[str, Any]) -> Any:
        """Calls the function itself."""
        if self.is_async:
            return await self.function(**values)
        return await self._threaded.run(values)


def call_of(dependant: Dependant, isolated: bool, top: bool = True) -> Call | None:
    """How to call a function; ``None`` where FastAPI must do it. ``isolated`` is as for ``RouteTable``."""
    if (
        _is_gen_callable(dependant.call)
        or _is_async_gen_callable(dependant.call)
        or dependant.concurrency is not None
        or dependant.response_param_name
        or dependant.background_tasks_param_name
        or dependant.websocket_param_name
        or dependant.security_scopes_param_name
        or dependant.own_oauth_scopes
        or dependant.parent_oauth_scopes
        or (dependant.body_params and not top)
    ):
        return None
    arguments = arguments_of(dependant)
    dependencies = [call_of(dependency, isolated, False) for dependency in dependant.dependencies]
    if arguments is None or None in dependencies:
        return None
    return Call(dependant, arguments, [dependency for dependency in dependencies if dependency is not None], isolated)
