"""Threads that see and wait for one another as in CPython.

GraalPy 25.0 gives the interpreter lock up for each ``acquire`` that may wait, free as the lock may be, and queues for
it again behind whoever wants it: a request that goes through a queue or a future takes some twenty of these turns. Here
a lock that is free is taken without.

It also gives the lock up for each call of what is not Python's, such as a regular expression. Threads keep it here, as
the owner does (``polyloom._runtime.gil``); who waits for it gets it from the host's turns.

A loop that is compiled and calls nothing may read once and for all what another thread is to change. An ``Event``, at
least, is read anew.
"""

from __future__ import annotations

import _thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from polyloom._patches._imports import Patch


class Lock:
    """``_thread.lock``, which cannot be subclassed."""

    __slots__ = ("__weakref__", "_lock")

    def __init__(self) -> None:
        self._lock = _thread.allocate_lock()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Takes the lock; False when it was not to be had in time."""
        lock = self._lock
        if blocking and timeout == -1:
            return lock.acquire(False) or lock.acquire()
        # What is wrong with the arguments, the lock itself knows.
        return lock.acquire(blocking, timeout)

    acquire_lock = acquire

    def release(self) -> None:
        """Lets another thread have the lock; raises ``RuntimeError`` when nobody has it."""
        lock = self._lock
        if not lock.locked():
            raise RuntimeError("release unlocked lock")
        lock.release()

    release_lock = release

    def locked(self) -> bool:
        """Whether somebody has the lock."""
        return self._lock.locked()

    locked_lock = locked

    def __enter__(self) -> bool:
        lock = self._lock
        return lock.acquire(False) or lock.acquire()

    def __exit__(self, *_failure: object) -> None:
        self._lock.release()

    def _at_fork_reinit(self) -> None:
        self._lock = _thread.allocate_lock()

    def __repr__(self) -> str:
        return repr(self._lock)


class RLock(_thread.RLock):  # type: ignore[misc]
    """``_thread.RLock``."""

    __slots__ = ()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Takes the lock, again if this thread has it; False when it was not to be had in time."""
        take = super().acquire
        if blocking and timeout == -1:
            return take(False) or take()
        return take(blocking, timeout)

    def __enter__(self) -> bool:
        take = super().acquire
        return take(False) or take()


# Reads what the compiler does not take for unchanged, nor what is read after it.
_fence = _thread.allocate_lock().locked


def _is_set(self: Any) -> bool:
    """Whether the event has been set."""
    _fence()
    flag: bool = self._flag
    return flag


def _patch_threading(module: ModuleType) -> None:
    module.Lock = module._allocate_lock = Lock  # type: ignore[attr-defined]
    module._CRLock = RLock  # type: ignore[attr-defined]
    module.Event.is_set = _is_set  # type: ignore[attr-defined]
    module._active_limbo_lock = RLock()  # type: ignore[attr-defined]
    bootstrap = module.Thread._bootstrap  # type: ignore[attr-defined]

    def keeping(self: Any) -> None:
        from polyloom._runtime.gil import keep

        keep(True)
        bootstrap(self)

    module.Thread._bootstrap = keeping  # type: ignore[attr-defined]


PATCHES: dict[str, Patch] = {"threading": _patch_threading}
