"""The threads that synchronous code of several inputs runs in."""

import asyncio
import threading
from contextvars import ContextVar
from typing import Any

import pytest

from polyloom._runtime.workers import Workers

asked: ContextVar[str] = ContextVar("asked", default="nobody")


def wait_for(event: threading.Event) -> None:
    assert event.wait(60)


def test_work_runs_at_once_each_in_a_copy_of_its_context() -> None:
    failures: list[BaseException] = []
    workers = Workers(failures.append)
    both, done = threading.Barrier(2, timeout=60), threading.Barrier(3, timeout=60)
    seen: list[str] = []

    def work(_apart: Any) -> None:
        both.wait()
        seen.append(asked.get())
        asked.set("changed")
        done.wait()

    for name in ("a", "b"):
        token = asked.set(name)
        workers.run(work)
        asked.reset(token)
    done.wait()
    assert sorted(seen) == ["a", "b"]
    assert asked.get() == "nobody"
    workers.end()
    assert failures == []


def test_a_thread_that_is_idle_takes_the_next_work() -> None:
    workers = Workers(lambda _: None)
    names: list[str] = []
    for _ in range(5):
        done = threading.Event()

        def work(_apart: Any, done: threading.Event = done) -> None:
            names.append(threading.current_thread().name)
            done.set()

        workers.run(work)
        wait_for(done)
        for _ in range(10_000):
            if workers._idle:
                break
            threading.Event().wait(0.001)
    assert set(names) == {"polyloom-input-1"}
    workers.end()


def test_what_work_raises_is_told_and_the_others_go_on() -> None:
    failures: list[BaseException] = []
    told, done = threading.Event(), threading.Event()

    def failed(error: BaseException) -> None:
        failures.append(error)
        told.set()

    def end(_apart: Any) -> None:
        raise SystemExit(3)

    workers = Workers(failed)
    workers.run(end)
    wait_for(told)
    assert [type(error) for error in failures] == [SystemExit]
    workers.run(lambda _apart: done.set())
    wait_for(done)
    workers.end()


def test_a_call_is_awaited() -> None:
    workers = Workers(lambda _: None)

    def fail() -> None:
        raise ValueError("wrong")

    async def run() -> Any:
        loop = asyncio.get_running_loop()
        with pytest.raises(ValueError, match="wrong"):
            await workers.call(loop, fail)
        return await asyncio.gather(*(workers.call(loop, lambda n=n: n * n) for n in range(20)))

    assert asyncio.run(run()) == [n * n for n in range(20)]
    workers.end()


def test_all_threads_end_in_the_end() -> None:
    workers = Workers(lambda _: None)
    both = threading.Barrier(4, timeout=60)
    for _ in range(3):
        workers.run(lambda _apart: both.wait() and None)
    both.wait()
    threads = [t for t in threading.enumerate() if t.name.startswith("polyloom-input-")]
    workers.end()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
