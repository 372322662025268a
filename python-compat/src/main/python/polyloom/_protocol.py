"""Tells ASGI applications from WSGI applications, without calling them."""

from __future__ import annotations

from polyloom._functions import is_coroutine_function

TYPE_CHECKING = False
if TYPE_CHECKING:
    import inspect
    from typing import Any

ASGI, WSGI = "asgi", "wsgi"


def protocol_of(app: Any) -> str | None:
    """``asgi``, ``wsgi`` or None when it is neither.

    An application is recognised by its class when that belongs to a framework that says so, otherwise by the shape of
    its callable: a coroutine function of three parameters, or a plain one of two.
    """
    if app is None or isinstance(app, type) or not callable(app):
        return None
    import inspect

    if callable(getattr(app, "wsgi_app", None)) and not _is_async(app):
        return WSGI
    call = app if inspect.isroutine(app) else type(app).__call__
    count = _required_parameters(call, bound=inspect.ismethod(app) or inspect.isfunction(app) or inspect.isbuiltin(app))
    if _is_async(app):
        return ASGI if count is None or count == 3 else None
    names = _parameter_names(call)
    if names[-3:] == ["scope", "receive", "send"]:
        return ASGI
    if names[-2:] == ["environ", "start_response"] or names[-2:] == ["env", "start_response"]:
        return WSGI
    if count == 3:
        return ASGI
    return WSGI if count == 2 else None


def _is_async(app: Any) -> bool:
    return is_coroutine_function(app) or is_coroutine_function(getattr(type(app), "__call__", None))


def _parameters(call: Any) -> list[inspect.Parameter]:
    import inspect

    try:
        return list(inspect.signature(call).parameters.values())
    except (TypeError, ValueError):
        return []


def _parameter_names(call: Any) -> list[str]:
    return [p.name for p in _parameters(call)]


def _required_parameters(call: Any, *, bound: bool) -> int | None:
    """How many positional parameters it must be given; None when it takes any number."""
    parameters = _parameters(call)
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return None
    required = [
        p for p in parameters if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    return len(required) - (0 if bound else 1)
