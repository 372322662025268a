"""What the decorators below ``@app.function()`` leave for it: a function and what was declared about it."""

from __future__ import annotations

from polyloom.exception import InvalidError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    # By scope, ``all`` or ``per_client``: inputs a second, and how many at once.
    Rates = dict[str, tuple[float, int | None]]


class Web:
    """How a function is served. Immutable."""

    def __init__(self, kind: str, label: str | None, **options: Any) -> None:
        self.kind = kind
        self.label = label
        self.options = options


class Partial:
    """A function between two decorators. Each decorator adds to it; ``@app.function()`` takes it apart."""

    def __init__(self, raw: Callable[..., Any] | staticmethod[..., Any] | classmethod[Any, ..., Any]) -> None:
        self.raw: Any = raw
        self.web: Web | None = None
        self.concurrency: tuple[int, int] | None = None
        self.rates: Rates = {}
        self.warm_ups: tuple[str | Callable[[], Any], ...] = ()
        self.batching: tuple[int, int] | None = None
        self.hook: str | None = None
        self.is_method = False
        self.used = False
        self.__name__ = getattr(raw, "__name__", "function")
        self.__doc__ = raw.__doc__

    def __call__(self, *_arguments: Any, **_options: Any) -> Any:
        raise InvalidError(
            f"'{self.__name__}' is not part of an app yet: put @app.function() above its other decorators"
        )

    @staticmethod
    def of(target: Any, decorator: str) -> Partial:
        """The partial that a decorator was applied to, made if need be."""
        if isinstance(target, Partial):
            return target
        if not callable(target) and not isinstance(target, (staticmethod, classmethod)):
            raise InvalidError(f"@{decorator} needs parentheses and a function: @{decorator}() above def …")
        return Partial(target)


def positional_misuse(value: Any, decorator: str) -> None:
    """Refuses ``@decorator`` without its parentheses."""
    if callable(value) or isinstance(value, Partial):
        raise InvalidError(f"@{decorator} needs parentheses: write @{decorator}()")
