"""How the host gets the owner thread back from code that has run too long, or that nobody waits for any more.

The host has ``interrupt`` called on the owner thread, between any two steps of whatever runs there. It raises only
while user code runs: what raised elsewhere would hurt the loop or the next input.
"""

from __future__ import annotations

from _thread import get_ident
from contextvars import ContextVar

from polyloom.exception import InputCancellation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from polyloom._runtime._host import Exchange, Socket


_CANCELLED = "the input was cancelled: it ran past its timeout, or its client has gone away"


def _unheard() -> None:
    """Nobody is to be told before there is a host."""


class Guard:
    """Whether user code runs on the owner thread. Confined to it; set within the ``try`` that answers an interrupt.

    ``end`` tells the host that no further input is to begin here; any thread may call it.
    """

    __slots__ = ("end", "inside")

    def __init__(self) -> None:
        self.inside = False
        self.end: Callable[[], None] = _unheard


guard = Guard()


class Apart:
    """Whether user code runs on a thread other than the owner. Confined to that thread; set as ``Guard.inside`` is."""

    __slots__ = ("inside",)

    def __init__(self) -> None:
        self.inside = False


# By thread.
aparts: dict[int, Apart] = {}

# The input whose code runs, where several go at once.
current: ContextVar[Exchange | Socket | None] = ContextVar("current", default=None)


def interrupt() -> bool:
    """Raises ``InputCancellation`` in user code; returns True where that is the code of an input still wanted."""
    apart = aparts.get(get_ident())
    if apart is not None:
        if apart.inside:
            apart.inside = False
            raise InputCancellation(_CANCELLED)
        return False
    if guard.inside:
        running = current.get()
        if running is not None and not running.unwanted():
            return True
        guard.inside = False
        raise InputCancellation(_CANCELLED)
    return False


def ends_isolate(error: BaseException) -> bool:
    """Whether an exception of user code means that nothing should run after it, such as ``SystemExit``."""
    if isinstance(error, BaseExceptionGroup):
        return any(ends_isolate(part) for part in error.exceptions)
    return not isinstance(error, (Exception, InputCancellation)) and type(error).__name__ != "CancelledError"
