"""Runs ``def`` functions: in a worker thread as FastAPI does, or where they are quick, at once on the owner thread.

A hand-over to a worker thread and back takes a hundred times as long as a quick function, so a function that has been
quick is called without. It is trusted after some calls in a thread, and loses that for ever longer when it once takes
its time: then the other requests of the replica waited for it, once.
"""

from __future__ import annotations

import sys
from contextvars import copy_context
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

from anyio import to_thread

from polyloom import _patches

if TYPE_CHECKING:
    from collections.abc import Callable

# A call in a thread that took less speaks for a function, an inline one that took more against it.
_QUICK_SECONDS = 0.002
_SLOW_SECONDS = 0.01
_PENALTY_LEAST = 16
_PENALTY_MOST = 1 << 20
# Whoever has this imported may call from a worker thread into the loop, which must not wait for that call then.
_CALLS_BACK = "anyio.from_thread"


class Threaded:
    """One function. Confined to the owner thread."""

    __slots__ = ("_function", "_isolated", "_owed", "_penalty")

    def __init__(self, function: Callable[..., Any], isolated: bool) -> None:
        self._function = function
        self._isolated = isolated
        # How many quick calls in a thread are still needed.
        self._owed = _PENALTY_LEAST
        self._penalty = _PENALTY_LEAST

    async def run(self, values: dict[str, Any]) -> Any:
        """Calls the function and returns what it returns."""
        if _patches.threads_are_inline():
            return self._call(values)
        began = perf_counter()
        if self._owed <= 0 and _CALLS_BACK not in sys.modules:
            try:
                return self._call(values)
            finally:
                if perf_counter() - began > _SLOW_SECONDS:
                    self._owed = self._penalty = min(2 * self._penalty, _PENALTY_MOST)
        return await to_thread.run_sync(partial(self._timed, values))

    def _call(self, values: dict[str, Any]) -> Any:
        if self._isolated:
            return copy_context().run(_patches.outside_loop, self._function, **values)
        return _patches.outside_loop(self._function, **values)

    def _timed(self, values: dict[str, Any]) -> Any:
        began = perf_counter()
        try:
            return self._function(**values)
        finally:
            if perf_counter() - began < _QUICK_SECONDS:
                self._owed -= 1
            else:
                self._owed = max(self._owed, self._penalty)
