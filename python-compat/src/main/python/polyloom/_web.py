"""Decorators that make a function a web endpoint."""

from __future__ import annotations

from polyloom import _functions
from polyloom._partial import Partial, Web, positional_misuse
from polyloom.exception import InvalidError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")


def _serve(web: Web, decorator: str, *, plain: bool) -> Callable[[Any], Partial]:
    def wrap(target: Any) -> Partial:
        partial = Partial.of(target, decorator)
        if partial.web is not None:
            raise InvalidError(f"'{partial.__name__}' has two web decorators")
        if partial.hook is not None or partial.is_method or partial.batching is not None:
            raise InvalidError(f"@{decorator} cannot be combined with @enter, @exit, @method or @batched")
        raw = partial.raw
        if plain:
            _check_factory(raw, decorator)
        elif _functions.is_generator_function(raw):
            raise InvalidError(f"'{partial.__name__}' is a generator: return a StreamingResponse over it instead")
        partial.web = web
        return partial

    return wrap


def _check_factory(raw: Any, decorator: str) -> None:
    if _functions.is_coroutine_function(raw) or _functions.is_generator_function(raw):
        raise InvalidError(f"a function with @{decorator} must be a plain def that returns the application")
    import inspect

    parameters = [
        p for p in inspect.signature(raw).parameters.values() if p.default is p.empty and p.kind is not p.VAR_KEYWORD
    ]
    if len(parameters) > 1 or (parameters and parameters[0].name != "self"):
        raise InvalidError(f"a function with @{decorator} takes no parameters")


def web_endpoint(
    _misuse: Any = None,
    *,
    method: str = "GET",
    label: str | None = None,
    docs: bool = False,
    custom_domains: Sequence[str] | None = None,
    requires_proxy_auth: bool = False,
    cors: bool = True,
) -> Callable[[Any], Partial]:
    """Serves a plain function through a FastAPI application with the one route ``/``.

    ``method``: the HTTP method. ``label``: the function's label instead of ``<app>-<function>``. ``docs``: whether
    ``/docs`` and ``/openapi.json`` are there. ``cors``: whether any origin may call it, which is the rule here.
    """
    positional_misuse(_misuse, "web_endpoint")
    upper = method.upper()
    if upper not in _METHODS:
        raise InvalidError(f"unknown method {method!r}; one of {', '.join(_METHODS)}")
    web = Web("web_endpoint", label, method=upper, docs=docs, cors=cors, requires_proxy_auth=requires_proxy_auth)
    return _serve(web, "web_endpoint", plain=False)


fastapi_endpoint = web_endpoint


def asgi_app(
    _misuse: Any = None,
    *,
    label: str | None = None,
    custom_domains: Sequence[str] | None = None,
    requires_proxy_auth: bool = False,
) -> Callable[[Any], Partial]:
    """Serves the ASGI application that the function returns."""
    positional_misuse(_misuse, "asgi_app")
    return _serve(Web("asgi_app", label, requires_proxy_auth=requires_proxy_auth), "asgi_app", plain=True)


def wsgi_app(
    _misuse: Any = None,
    *,
    label: str | None = None,
    custom_domains: Sequence[str] | None = None,
    requires_proxy_auth: bool = False,
) -> Callable[[Any], Partial]:
    """Serves the WSGI application that the function returns."""
    positional_misuse(_misuse, "wsgi_app")
    return _serve(Web("wsgi_app", label, requires_proxy_auth=requires_proxy_auth), "wsgi_app", plain=True)


def web_server(
    port: int,
    *,
    startup_timeout: float | None = None,
    label: str | None = None,
    custom_domains: Sequence[str] | None = None,
    requires_proxy_auth: bool = False,
) -> Callable[[Any], Partial]:
    """Serves what listens on a port once the function has run.

    The function starts a server and returns, or goes on serving itself. ``startup_timeout``: how many seconds the
    server may take to listen, 60 where nothing is given: a Python of its own takes longer to start here than CPython.
    """
    if not isinstance(port, int) or not 1 <= port <= 65535:
        raise InvalidError("@web_server needs the port number: @web_server(8000)")
    if startup_timeout is not None and not (isinstance(startup_timeout, (int, float)) and startup_timeout > 0):
        raise InvalidError(f"'startup_timeout' must be a positive number of seconds, got {startup_timeout!r}")
    web = Web("web_server", label, port=port, startup_timeout=startup_timeout, requires_proxy_auth=requires_proxy_auth)
    return _serve(web, "web_server", plain=True)
