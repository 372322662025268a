"""Threads for synchronous code whose inputs share a replica, and so must not wait for each other.

An input goes to a thread through one queue and answers from there: the owner thread, and whatever loop it runs, see it
once. There are never more threads than inputs at once, which the host bounds.
"""

from __future__ import annotations

from _queue import SimpleQueue
from _thread import get_ident
from collections import deque
from contextvars import copy_context

from polyloom._runtime.gil import keep
from polyloom._runtime.interrupts import Apart, aparts

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from contextvars import Context
    from typing import Any

    Work = Callable[[Apart], None]


class Workers:
    """The threads of one replica. Given work by the owner thread alone.

    ``failed`` is told, in the thread, what ends the isolate: all that work raises.
    """

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        self._failed = failed
        self._queue: SimpleQueue[tuple[Context, Work] | None] = SimpleQueue()
        self._idle: deque[None] = deque()
        self._count = 0

    def run(self, work: Work) -> None:
        """Has a thread do some work in a copy of the caller's context. Returns at once.

        The work is given what tells whether user code runs in it, and so whether it may be interrupted.
        """
        if self._idle:
            self._idle.pop()
        else:
            self._start()
        self._queue.put((copy_context(), work))

    async def call(self, loop: asyncio.AbstractEventLoop, function: Callable[[], Any]) -> Any:
        """What a function returns or raises in a thread."""
        future: asyncio.Future[Any] = loop.create_future()

        def settle(result: Any, failure: BaseException | None) -> None:
            if future.cancelled():
                return
            if failure is None:
                future.set_result(result)
            else:
                future.set_exception(failure)

        def work(_apart: Apart) -> None:
            try:
                result, failure = function(), None
            except Exception as error:
                result, failure = None, error
            loop.call_soon_threadsafe(settle, result, failure)

        self.run(work)
        return await future

    def end(self) -> None:
        """Ends the threads once they have done what they do now."""
        for _ in range(self._count):
            self._queue.put(None)

    def _start(self) -> None:
        from threading import Thread

        self._count += 1
        Thread(target=self._work, name=f"polyloom-input-{self._count}", daemon=True).start()

    def _work(self) -> None:
        # What this thread calls in Java returns at once.
        keep(True)
        apart = aparts[get_ident()] = Apart()
        try:
            self._take(apart)
        except BaseException as error:
            self._failed(error)
        finally:
            del aparts[get_ident()]

    def _take(self, apart: Apart) -> None:
        take, rest = self._queue.get, self._idle.append
        while (given := take()) is not None:
            context, work = given
            context.run(work, apart)
            # What the input had is not kept until the next one.
            del given, context, work
            rest(None)
