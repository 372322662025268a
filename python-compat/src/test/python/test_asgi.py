"""Requests to ASGI applications, with an exchange that writes down what it is told."""

import asyncio
from typing import Any

import pytest

from polyloom._runtime.asgi import HttpCycle


class Exchange:
    """Stands for the host's side of a request."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def __getattr__(self, name: str) -> Any:
        def tell(*_details: Any) -> bool:
            self.told.append(name)
            return True

        return tell


async def told(app: Any, leaves: bool) -> list[str]:
    """What the exchange is told when ``app`` streams, and the client leaves after the first piece or stays."""
    exchange: Any = Exchange()
    cycle = HttpCycle(asyncio.get_running_loop(), exchange, {"type": "http"}, False)

    async def streaming(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        if leaves:
            cycle.on_gone()
        await app(lambda: send({"type": "http.response.body", "body": b"two"}))

    await cycle.run(streaming)
    return exchange.told


async def passes_it_on(send: Any) -> None:
    await send()


async def says_it_as_starlette_does(send: Any) -> None:
    try:
        await send()
    except OSError:
        from starlette.requests import ClientDisconnect

        raise ClientDisconnect() from None


async def fails_in_a_group(send: Any) -> None:
    try:
        await send()
    except OSError as error:
        raise ExceptionGroup("tasks", [error]) from None


async def fails_otherwise_too(send: Any) -> None:
    try:
        await send()
    except OSError as error:
        raise ExceptionGroup("tasks", [error, ValueError("a fault")]) from None


async def fails_because_of_it(send: Any) -> None:
    try:
        await send()
    except OSError:
        raise ValueError("a fault") from None


@pytest.mark.parametrize("app", [passes_it_on, says_it_as_starlette_does, fails_in_a_group])
def test_a_client_that_leaves_is_no_failure(app: Any) -> None:
    assert asyncio.run(told(app, leaves=True)) == ["start", "write", "done"]


@pytest.mark.parametrize("app", [fails_otherwise_too, fails_because_of_it])
def test_a_fault_is_one_even_if_the_client_has_left(app: Any) -> None:
    assert asyncio.run(told(app, leaves=True)) == ["start", "write", "fail"]


def test_a_client_that_stays_gets_everything() -> None:
    assert asyncio.run(told(passes_it_on, leaves=False)) == ["start", "write", "write", "finish", "done"]


def test_a_whole_answer_is_sent_at_once_but_only_as_the_first_thing() -> None:
    async def run() -> list[str]:
        exchange: Any = Exchange()
        cycle = HttpCycle(asyncio.get_running_loop(), exchange, {"type": "http"}, False)

        async def app(_scope: Any, _receive: Any, _send: Any) -> None:
            assert cycle.answer(200, "", b"whole")
            assert not cycle.answer(200, "", b"another")

        await cycle.run(app)
        return exchange.told

    assert asyncio.run(run()) == ["respond", "done"]
