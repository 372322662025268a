"""Decorators that say how a replica takes inputs and what it does when it starts and stops."""

from __future__ import annotations

from polyloom._partial import Partial, positional_misuse
from polyloom.exception import InvalidError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from polyloom._partial import Rates

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


def rate_limit(per_second: float, burst: int | None = None, *, per_client: bool = False) -> Callable[[Any], Any]:
    """Lets a function take ``per_second`` inputs a second in the long run, and ``burst`` at once after a pause.

    ``burst`` is five seconds' worth unless given. With ``per_client`` it holds for each client address on its own; a
    function may have one limit of each kind. Inputs beyond it are answered with 429 before they reach a replica.
    """
    if not isinstance(per_second, (int, float)) or not 0 < per_second <= 1_000_000:
        raise InvalidError(f"@rate_limit needs a number of inputs a second above 0, got {per_second!r}")
    if burst is not None and not (isinstance(burst, int) and 1 <= burst <= 1_000_000):
        raise InvalidError(f"the burst of @rate_limit must be an integer of at least 1, got {burst!r}")
    scope = "per_client" if per_client else "all"
    limit = (float(per_second), burst)

    def wrap(target: Any) -> Any:
        if isinstance(target, type):
            declared = target.__dict__.get("__polyloom_rates__", {})
            target.__polyloom_rates__ = _with_rate(declared, scope, limit)  # type: ignore[attr-defined]
            return target
        partial = Partial.of(target, "rate_limit")
        partial.rates = _with_rate(partial.rates, scope, limit)
        return partial

    return wrap


def _with_rate(declared: Rates, scope: str, limit: tuple[float, int | None]) -> Rates:
    if scope in declared:
        raise InvalidError("a function may have one @rate_limit for all clients and one with per_client=True")
    return {**declared, scope: limit}


def warm_up(*what: str | Callable[[], Any]) -> Callable[[Any], Any]:
    """Names what a new replica does before it takes inputs.

    A string is a path, perhaps with a query, that is requested of it; anything else is called, without arguments and
    before the requests, and awaited when it is a coroutine function. A failure, or an answer of 500 and above, makes
    the start fail.
    """
    if not what or not all(isinstance(item, str) or callable(item) for item in what):
        raise InvalidError("@warm_up needs paths or functions: @warm_up('/search?q=x', prepare)")
    for item in what:
        if isinstance(item, str) and not item.startswith("/"):
            raise InvalidError(f"a path of @warm_up starts with a slash, got {item!r}")

    def wrap(target: Any) -> Any:
        if isinstance(target, type):
            target.__polyloom_warm_ups__ = what  # type: ignore[attr-defined]
            return target
        partial = Partial.of(target, "warm_up")
        partial.warm_ups = what
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
