"""The interpreter lock (GIL) of a context around calls into Java.

GraalPy gives the lock up for every call into Java and queues for it again after it, behind whoever waits: with a few
busy threads in a context, each call costs the time that all of them take. The owner thread therefore keeps it, and all
others do (``polyloom._patches._threads``): what they call returns at once. What waits is called within ``given_up``.
"""

from __future__ import annotations

import polyglot  # type: ignore[import-not-found]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from polyloom._runtime._host import Mailbox

# Whether the calling thread keeps the lock around its calls from now on; returns whether it did so.
keep: Callable[[bool], bool] = polyglot.__set_gil_locked_during_foreign_calls__


class _GivenUp:
    """Around calls that may wait."""

    __slots__ = ()

    def __enter__(self) -> None:
        keep(False)

    def __exit__(self, *_failure: object) -> None:
        keep(True)


given_up = _GivenUp()


def pump(mailbox: Mailbox, timeout: float) -> None:
    """Runs waiting deliveries, or waits for one at most ``timeout`` seconds; negative for as long as allowed."""
    if mailbox.deliver() or timeout == 0:
        return
    keep(False)
    try:
        mailbox.rest(timeout)
    finally:
        keep(True)
    mailbox.deliver()


def wake(mailbox: Mailbox) -> None:
    """Makes a ``pump`` under way in another thread return."""
    kept = keep(True)
    try:
        mailbox.wake()
    finally:
        keep(kept)
