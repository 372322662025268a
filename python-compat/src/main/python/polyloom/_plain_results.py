"""Results that an annotation such as ``dict[str, int]`` lets through as they are.

FastAPI validates a result against the annotation and writes what pydantic makes of it. Where each value is of exactly
the type declared, that is the value itself; of anything else (a ``bool`` for an ``int``, a model, a float that pydantic
writes in another way) the checks here are not sure.
"""

from __future__ import annotations

from types import UnionType

from polyloom._functions import missing
from polyloom._plain_values import is_plain, typing_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Check = Callable[[Any], bool]

_SCALARS = (str, int, bool)
_CONTAINERS = (dict, list)
_FLOATS_MIN, _FLOATS_MAX = 1e-4, 1e15
_DEPTH_MAX = 8


def check_of(annotation: Any, depth: int = _DEPTH_MAX) -> Check | None:
    """Tells whether a result goes out as it is; ``None`` for an annotation that only FastAPI can judge."""
    if annotation is missing:
        return _undeclared
    if annotation is typing_name("Any"):
        return _anything
    if annotation is None or annotation is type(None):
        return _is_none
    if annotation is float:
        return is_float
    if annotation in _SCALARS:
        return lambda value: type(value) is annotation
    if annotation in _CONTAINERS:
        return lambda value: type(value) is annotation and _anything(value)
    return None if depth == 0 else _compound(annotation, depth - 1)


def _compound(annotation: Any, depth: int) -> Check | None:
    origin = getattr(annotation, "__origin__", None)
    arguments = getattr(annotation, "__args__", ())
    if isinstance(annotation, UnionType) or (origin is not None and origin is typing_name("Union")):
        return _any_of([check_of(member, depth) for member in arguments])
    if origin is list and len(arguments) == 1:
        item = check_of(arguments[0], depth)
        return None if item is None else lambda value: type(value) is list and all(map(item, value))
    if origin is dict and len(arguments) == 2 and arguments[0] is str:
        return _mapping(check_of(arguments[1], depth))
    return None


def _any_of(checks: list[Check | None]) -> Check | None:
    known = [check for check in checks if check is not None]
    return (lambda value: any(check(value) for check in known)) if len(known) == len(checks) else None


def _mapping(item: Check | None) -> Check | None:
    if item is None:
        return None
    return lambda value: type(value) is dict and all(type(key) is str and item(inner) for key, inner in value.items())


def _undeclared(value: Any) -> bool:
    return is_plain(value, floats=True)


def _anything(value: Any) -> bool:
    return is_plain(value, floats=False)


def _is_none(value: Any) -> bool:
    return value is None


def is_float(value: Any) -> bool:
    # Pydantic and Python write the others with exponents of different looks.
    return type(value) is float and (value == 0 or _FLOATS_MIN <= abs(value) < _FLOATS_MAX)
