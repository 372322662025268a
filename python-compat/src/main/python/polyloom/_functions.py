"""What can be told of a function without ``inspect``, whose import takes longer than everything else a start needs.

For anything but plain functions these ask ``inspect`` after all.
"""

from __future__ import annotations

import functools
from types import FunctionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_VARIADIC = 0x04 | 0x08
_GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x20, 0x80, 0x200
# What lets a function be described by something else than its code.
_DISGUISES = ("__wrapped__", "__signature__", "_is_coroutine_mark")

missing = object()
"""Stands for a default or an annotation that is not there."""


class Parameter:
    """A parameter that can be given by name."""

    __slots__ = ("annotation", "default", "name")

    def __init__(self, name: str, annotation: Any, default: Any) -> None:
        self.name = name
        self.annotation = annotation
        self.default = default


def is_function(value: Any) -> bool:
    """Whether it is a function written in Python."""
    return isinstance(value, FunctionType)


def _is_simple(function: Any) -> bool:
    return type(function) is FunctionType and not any(name in function.__dict__ for name in _DISGUISES)


def _has(function: Any, flag: int) -> bool:
    while isinstance(function, functools.partial):
        function = function.func
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return code is not None and bool(code.co_flags & flag)


def is_coroutine_function(function: Any) -> bool:
    """As ``inspect.iscoroutinefunction``."""
    if _is_simple(function):
        return _has(function, _COROUTINE)
    import inspect

    return inspect.iscoroutinefunction(function)


def is_generator_function(function: Any) -> bool:
    """Whether calling it makes a generator, asynchronous or not."""
    return _has(function, _GENERATOR | _ASYNC_GENERATOR)


def requires_any(function: Any) -> bool:
    """Whether it cannot be called without arguments."""
    import inspect

    return any(p.default is p.empty for p in inspect.signature(function).parameters.values())


def members(owner: Any, kind: type) -> Iterator[tuple[str, Any]]:
    """The attributes of a class and its bases, or of an instance, that are of a kind; by name, without descriptors."""
    import inspect

    yield from inspect.getmembers_static(owner, lambda member: isinstance(member, kind))


def describe(function: Any) -> tuple[list[Parameter], Any] | None:
    """The parameters and the annotation of the result, or ``None`` when some parameters cannot be given by name.

    Annotations written as text are evaluated. Raises whatever that raises, and ``ValueError`` or ``TypeError`` when
    there is no telling.
    """
    if not _is_simple(function):
        return _inspect(function)
    code = function.__code__
    if code.co_flags & _VARIADIC or code.co_posonlyargcount:
        return None
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    defaults = dict(function.__kwdefaults__ or {})
    given = function.__defaults__ or ()
    defaults.update(zip(names[code.co_argcount - len(given) : code.co_argcount], given, strict=True))
    hints = {
        name: eval(hint, function.__globals__) if isinstance(hint, str) else hint  # the author's own text
        for name, hint in function.__annotations__.items()
    }
    parameters = [Parameter(name, hints.get(name, missing), defaults.get(name, missing)) for name in names]
    return parameters, hints.get("return", missing)


def _inspect(function: Any) -> tuple[list[Parameter], Any] | None:
    import inspect

    empty = inspect.Parameter.empty
    signature = inspect.signature(function, eval_str=True)
    parameters = []
    for parameter in signature.parameters.values():
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            return None
        annotation = missing if parameter.annotation is empty else parameter.annotation
        default = missing if parameter.default is empty else parameter.default
        parameters.append(Parameter(parameter.name, annotation, default))
    returned = signature.return_annotation
    return parameters, missing if returned is empty else returned
