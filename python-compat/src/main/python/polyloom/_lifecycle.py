"""Decorators that say how a replica takes inputs and what it does when it starts and stops."""

from __future__ import annotations

from polyloom._partial import Partial, positional_misuse
from polyloom.exception import InvalidError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_MISSING = object()


def concurrent(*, max_inputs: int, target_inputs: int | None = None) -> Callable[[Any], Any]:
    """Lets a replica take up to ``max_inputs`` inputs at once; scaling aims at ``target_inputs``."""
    if max_inputs < 1:
        raise InvalidError("max_inputs must be at least 1")
    if target_inputs is not None and not 1 <= target_inputs <= max_inputs:
        raise InvalidError("target_inputs must be between 1 and max_inputs")
    limits = (max_inputs, target_inputs or max_inputs)

    def wrap(target: Any) -> Any:
        if isinstance(target, type):
            target.__polyloom_concurrency__ = limits  # type: ignore[attr-defined]
            return target
        partial = Partial.of(target, "concurrent")
        partial.concurrency = limits
        return partial

    return wrap


def batched(*, max_batch_size: int, wait_ms: int) -> Callable[[Any], Partial]:
    """Gathers calls into batches. Declared only: calls between functions come with a later version."""
    if not 1 <= max_batch_size <= 1000:
        raise InvalidError("max_batch_size must be between 1 and 1000")
    if not 0 <= wait_ms <= 600_000:
        raise InvalidError("wait_ms must be between 0 and 600000")

    def wrap(target: Any) -> Partial:
        partial = Partial.of(target, "batched")
        partial.batching = (max_batch_size, wait_ms)
        return partial

    return wrap


def _hook(kind: str) -> Callable[[Any], Partial]:
    def wrap(target: Any) -> Partial:
        partial = Partial.of(target, kind)
        if partial.web is not None:
            raise InvalidError(f"@{kind} cannot be combined with a web decorator")
        partial.hook = kind
        return partial

    return wrap


def enter(_misuse: Any = None, *, snap: bool = False) -> Callable[[Any], Partial]:
    """Marks a method that a replica runs once before it takes inputs."""
    positional_misuse(_misuse, "enter")
    return _hook("enter")


def exit(_misuse: Any = None) -> Callable[[Any], Partial]:
    """Marks a method that a replica runs once before it ends."""
    positional_misuse(_misuse, "exit")
    return _hook("exit")


def method(_misuse: Any = None, *, is_generator: bool | None = None) -> Callable[[Any], Partial]:
    """Marks a method of an ``@app.cls()`` class as a function of the app."""
    positional_misuse(_misuse, "method")

    def wrap(target: Any) -> Partial:
        partial = Partial.of(target, "method")
        partial.is_method = True
        return partial

    return wrap


class Parameter:
    """A class parameter, set when the class is instantiated."""

    def __init__(self, default: Any) -> None:
        self.default = default


def parameter(*, default: Any = _MISSING, init: bool = True) -> Any:
    """Declares a parameter of an ``@app.cls()`` class."""
    if default is _MISSING:
        raise InvalidError("a parameter of a class that is served needs a default")
    return default
