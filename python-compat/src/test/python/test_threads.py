"""Locks that are taken without giving up the interpreter lock behave as those of CPython."""

import pickle
import queue
import threading
from typing import Any

import pytest

from polyloom._patches import _threads

LOCKS = (_threads.Lock, _threads.RLock)


@pytest.fixture(autouse=True)
def patched() -> None:
    _threads.PATCHES["threading"](threading)


def in_thread(action: Any) -> Any:
    """What the action returns in another thread."""
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(action()))
    thread.start()
    thread.join(30)
    return results[0]


@pytest.mark.parametrize("kind", LOCKS)
def test_a_lock_excludes_other_threads(kind: Any) -> None:
    lock = kind()
    assert lock.acquire()
    assert not in_thread(lambda: lock.acquire(False))
    assert not in_thread(lambda: lock.acquire(blocking=False))
    assert not in_thread(lambda: lock.acquire(timeout=0.01))
    assert not in_thread(lambda: lock.acquire(True, 0.01))
    lock.release()
    with lock as taken:
        assert taken is True
        assert not in_thread(lambda: lock.acquire(False))
    assert in_thread(lambda: lock.acquire(False) and (lock.release() or True))


@pytest.mark.parametrize("kind", LOCKS)
def test_who_waits_for_a_lock_gets_it(kind: Any) -> None:
    lock = kind()
    order: list[str] = []
    began = threading.Event()

    def wait() -> None:
        began.set()
        with lock:
            order.append("second")

    with lock:
        thread = threading.Thread(target=wait)
        thread.start()
        began.wait(30)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]


@pytest.mark.parametrize("kind", LOCKS)
def test_wrong_uses_are_told(kind: Any) -> None:
    lock = kind()
    with pytest.raises(RuntimeError):
        lock.release()
    with pytest.raises(ValueError, match="non-blocking"):
        lock.acquire(False, 1)
    with pytest.raises((ValueError, OverflowError)):
        lock.acquire(True, -2)
    with pytest.raises(TypeError):
        pickle.dumps(lock)


def test_a_lock_tells_whether_it_is_locked() -> None:
    lock = _threads.Lock()
    assert not lock.locked()
    assert repr(lock).startswith("<unlocked")
    with lock:
        assert lock.locked()
        assert repr(lock).startswith("<locked")
        assert not lock.acquire(False)


def test_a_reentrant_lock_is_taken_again_by_its_thread() -> None:
    lock = _threads.RLock()
    with lock, lock:
        assert lock.acquire()
        lock.release()
        assert not in_thread(lambda: lock.acquire(False))
    assert in_thread(lambda: lock.acquire(False))


@pytest.mark.parametrize("kind", LOCKS)
def test_a_condition_is_waited_for_and_told(kind: Any) -> None:
    condition = threading.Condition(kind())
    told: list[int] = []

    def wait() -> None:
        with condition:
            assert condition.wait_for(lambda: told, 30)
            told.append(2)

    thread = threading.Thread(target=wait)
    thread.start()
    with condition:
        told.append(1)
        condition.notify_all()
    thread.join(30)
    assert told == [1, 2]
    with condition:
        assert not condition.wait(0.01)


def test_all_that_threads_make_are_these() -> None:
    assert type(threading.Lock()) is _threads.Lock
    assert type(threading.RLock()) is _threads.RLock
    assert type(queue.Queue().mutex) is _threads.Lock
    assert type(threading.Condition()._lock) is _threads.RLock  # type: ignore[attr-defined]


def test_a_queue_loses_nothing_between_threads() -> None:
    """Seventeen producers and three consumers over a queue with little room."""
    work: queue.Queue[int] = queue.Queue(5)
    seen: list[int] = []

    def consume() -> None:
        while (item := work.get()) >= 0:
            seen.append(item)
            work.task_done()

    consumers = [threading.Thread(target=consume) for _ in range(3)]
    producers = [threading.Thread(target=lambda n=n: [work.put(n * 100 + i) for i in range(100)]) for n in range(17)]
    for thread in consumers + producers:
        thread.start()
    for thread in producers:
        thread.join(60)
    work.join()
    for _ in consumers:
        work.put(-1)
    for thread in consumers:
        thread.join(60)
    assert sorted(seen) == list(range(1700))


def test_a_thread_keeps_the_interpreter_lock_around_calls_into_java() -> None:
    from polyloom._runtime.gil import keep

    assert in_thread(lambda: keep(True)) is True
