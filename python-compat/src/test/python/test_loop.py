"""The loop of an isolate, with a mailbox in which nothing ever comes."""

import asyncio
from typing import Any

from polyloom._runtime.loop import OwnerLoop


class Mailbox:
    """Stands for the mailbox in Java."""

    def pump(self, _seconds: float) -> None:
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
