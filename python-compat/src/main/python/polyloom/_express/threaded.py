"""Runs ``def`` functions: in a worker thread as FastAPI does, or where they are quick, at once on the owner thread.

A hand-over to a worker thread and back takes a hundred times as long as a quick function, so a function that has been
quick is called without. In a thread it cannot be seen whether a call waited for something or for the other threads'
turns, only how long it computed; so after some calls that computed little, it is tried. It loses that for ever longer
when it once takes its time: then the other requests of the replica waited for it, once.
"""

from __future__ import annotations

import sys
from contextvars import copy_context
from functools import partial
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Any

from anyio import to_thread

from polyloom import _patches

if TYPE_CHECKING:
    from collections.abc import Callable

# A call in a thread that computed for less, and did not take much longer, speaks for a function.
_QUICK_SECONDS = 0.002
_PATIENT_SECONDS = 0.1
# An inline call that took more speaks against it, at first and later.
_TRIED_SECONDS = 0.002
_SLOW_SECONDS = 0.01
_TRIALS = 16
# So many inline calls in a row make up for one that was slow.
_AMENDS = 2000
_PENALTY_LEAST = 16
_PENALTY_MOST = 1 << 20
# Whoever has this imported may call from a worker thread into the loop, which must not wait for that call then.
_CALLS_BACK = "anyio.from_thread"


class Threaded:
    """One function. Confined to the owner thread."""

    __slots__ = ("_function", "_inline", "_isolated", "_owed", "_penalty")

    def __init__(self, function: Callable[..., Any], isolated: bool) -> None:
        self._function = function
        self._isolated = isolated
        # How many quick calls in a thread are still needed.
        self._owed = _PENALTY_LEAST
        self._penalty = _PENALTY_LEAST
        # How many inline calls there were since the last one that was slow.
        self._inline = 0

    async def run(self, values: dict[str, Any]) -> Any:
        """Calls the function and returns what it returns."""
        if _patches.threads_are_inline():
            return self._call(values)
        if self._owed <= 0 and _CALLS_BACK not in sys.modules:
            began = perf_counter()
            try:
                return self._call(values)
            finally:
                self._judge(perf_counter() - began)
        return await to_thread.run_sync(partial(self._timed, values))

    def _call(self, values: dict[str, Any]) -> Any:
        if self._isolated:
            return copy_context().run(_patches.outside_loop, self._function, **values)
        return _patches.outside_loop(self._function, **values)

    def _judge(self, seconds: float) -> None:
        if seconds > (_TRIED_SECONDS if self._inline < _TRIALS else _SLOW_SECONDS):
            self._inline = 0
            self._owed = self._penalty = min(2 * self._penalty, _PENALTY_MOST)
            return
        self._inline += 1
        if self._inline == _AMENDS:
            self._inline = _TRIALS
            self._penalty = max(self._penalty // 2, _PENALTY_LEAST)

    def _timed(self, values: dict[str, Any]) -> Any:
        began, computed = perf_counter(), thread_time()
        try:
            return self._function(**values)
        finally:
            if thread_time() - computed < _QUICK_SECONDS and perf_counter() - began < _PATIENT_SECONDS:
                self._owed -= 1
            else:
                self._owed = max(self._owed, self._penalty)
