"""The loop of an isolate, with a mailbox that never waits."""

import asyncio
from collections.abc import Callable
from typing import Any

from polyloom._runtime.loop import OwnerLoop


class Mailbox:
    """Stands for the mailbox in Java."""

    def __init__(self) -> None:
        self.deliveries: list[Callable[[], None]] = []

    def deliver(self) -> bool:
        there = bool(self.deliveries)
        while self.deliveries:
            self.deliveries.pop(0)()
        return there

    def rest(self, _seconds: float) -> None:
        pass


def test_the_first_task_ever_may_start_at_once_and_wait() -> None:
    mailbox: Any = Mailbox()
    asyncio.tasks._current_tasks.clear()
    loop = OwnerLoop(mailbox)
    seen: list[Any] = []

    async def waits() -> None:
        seen.append(asyncio.current_task())
        await asyncio.sleep(0)
        loop.stop()

    def begin() -> None:
        try:
            seen.append(asyncio.Task(waits(), loop=loop, eager_start=True))
        except KeyError as error:
            seen.append(error)
            loop.stop()

    loop.call_soon(begin)
    try:
        loop.run_forever()
    finally:
        loop.close()
    current, task = seen
    assert current is task
    assert task.done()


def test_a_turn_leaves_what_was_posted_for_after_it() -> None:
    """Failed before: a context that was claimed while it was made ready started its app inside the running loop."""
    mailbox: Any = Mailbox()
    loop = OwnerLoop(mailbox)
    seen: list[bool] = []
    mailbox.deliveries.append(lambda: seen.append(loop.is_running()))
    try:
        loop.turn()
        assert seen == []
        mailbox.deliver()
        assert seen == [False]
        mailbox.deliveries.append(loop.stop)
        loop.run_forever()
    finally:
        loop.close()
