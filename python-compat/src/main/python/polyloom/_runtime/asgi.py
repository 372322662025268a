"""HTTP requests for ASGI applications.

A cycle is one request. Its states, and what each way to misbehave leads to:

========  =====================================  ==========================================
state     the application may                    if it returns or raises instead
========  =====================================  ==========================================
REQUEST   send ``http.response.start``           the input fails; the host answers 500
STARTED   send ``http.response.body``            the input fails; the host answers 500
BODY      send more ``http.response.body``       the input fails; the connection is cut
TRAILERS  send ``http.response.trailers``        the input fails; the connection is cut
COMPLETE  do what it likes, such as background   the failure is logged
GONE      notice: ``send`` raises ``OSError``    nothing
========  =====================================  ==========================================

``http.response.start`` is held back until the first body message, so that a whole response crosses to Java at once.
"""

from __future__ import annotations

import asyncio
import os.path
import sys
from typing import TYPE_CHECKING, Any

from polyloom._runtime.errors import report
from polyloom._runtime.heads import flatten
from polyloom._runtime.interrupts import current, ends_isolate

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from polyloom._runtime._host import Exchange
    from polyloom._runtime.heads import Scope

    Message = MutableMapping[str, Any]
    ASGIApp = Callable[[Scope, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]

REQUEST, STARTED, BODY, TRAILERS, COMPLETE, GONE = range(6)

_PATIENCE_MAX_SECONDS = 1.0
_UNBROKEN_MAX = 16


class ClientGone(OSError):
    """The client closed the connection before the response was complete."""


def _says_that_client_is_gone(error: BaseException) -> bool:
    """Whether an error comes of ``ClientGone`` alone, or is the one that Starlette raises in its place."""
    if isinstance(error, BaseExceptionGroup):
        return all(_says_that_client_is_gone(part) for part in error.exceptions)
    starlette = sys.modules.get("starlette.requests")
    return isinstance(error, ClientGone) or (starlette is not None and isinstance(error, starlette.ClientDisconnect))


class Patience:
    """Slows down an application that keeps asking after it was told that its client is gone."""

    __slots__ = ("_seconds",)

    def __init__(self) -> None:
        self._seconds = 0.0

    async def wait(self) -> None:
        """Returns at once the first time, then after ever longer waits."""
        seconds = self._seconds
        self._seconds = min(_PATIENCE_MAX_SECONDS, seconds * 2 or 0.01)
        if seconds:
            await asyncio.sleep(seconds)


class HttpCycle:
    """One request to an ASGI application. Confined to the owner thread."""

    __slots__ = (
        "_body_left",
        "_exchange",
        "_has_body",
        "_headers",
        "_last",
        "_loop",
        "_patience",
        "_piece",
        "_receiver",
        "_state",
        "_status",
        "_trailers",
        "_unbroken",
        "_writer",
        "scope",
        "task",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, exchange: Exchange, scope: Scope, has_body: bool) -> None:
        self._loop = loop
        self._exchange = exchange
        self.scope = scope
        self.task: asyncio.Task[None] | None = None
        self._state = REQUEST
        self._status = 0
        self._headers = ""
        self._trailers: list[tuple[bytes, bytes]] | None = None
        self._unbroken = 0
        self._has_body = has_body
        self._body_left = True
        self._piece = b""
        self._last = False
        self._patience: Patience | None = None
        self._receiver: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None

    async def run(self, app: ASGIApp) -> None:
        """Runs the application for this request; raises only what ends the isolate."""
        exchange = self._exchange
        current.set(exchange)
        try:
            await app(self.scope, self.receive, self.send)
        except ClientGone:
            exchange.done()
            return
        except BaseException as error:
            if _says_that_client_is_gone(error):
                exchange.done()
            else:
                report(exchange, error)
            if ends_isolate(error):
                raise
            return
        if self._state >= COMPLETE:
            exchange.done()
        elif self._state == REQUEST:
            report(exchange, RuntimeError("the ASGI application returned without starting a response"))
        else:
            report(exchange, RuntimeError("the ASGI application returned without completing its response"))

    async def receive(self) -> Message:
        """The next piece of the request body, then ``http.disconnect`` once the exchange is over."""
        if self._body_left:
            if not self._has_body:
                self._body_left = False
                return {"type": "http.request", "body": b"", "more_body": False}
            if self._state < COMPLETE:
                whole = self._exchange.bodyAtHand()
                if whole is not None:
                    self._body_left = False
                    return {"type": "http.request", "body": whole.encode("latin-1"), "more_body": False}
                self._exchange.pull()
                await self._wait_for_news()
                if self._state != GONE:
                    self._body_left = not self._last
                    return {"type": "http.request", "body": self._piece, "more_body": not self._last}
        if self._state < COMPLETE:
            await self._wait_for_news()
        if self._patience is None:
            self._patience = Patience()
        await self._patience.wait()
        return {"type": "http.disconnect"}

    async def _wait_for_news(self) -> None:
        if self._receiver is None or self._receiver.done():
            self._receiver = self._loop.create_future()
        await self._receiver

    def _tell_receiver(self) -> None:
        if self._receiver is not None and not self._receiver.done():
            self._receiver.set_result(None)

    async def send(self, message: Message) -> None:
        """Takes a response message; waits while the client is slow."""
        kind = message["type"]
        state = self._state
        if state == REQUEST and kind == "http.response.start":
            self._status = message["status"]
            self._headers = flatten(message.get("headers", ()))
            if message.get("trailers", False):
                self._trailers = []
            self._state = STARTED
        elif state == STARTED and kind == "http.response.body":
            body = message.get("body", b"")
            if not message.get("more_body", False) and self._trailers is None:
                self._exchange.respond(self._status, self._headers, body)
                self._complete()
                return
            self._exchange.start(self._status, self._headers)
            self._state = BODY
            await self._send_piece(message, body)
        elif state == BODY and kind == "http.response.body":
            await self._send_piece(message, message.get("body", b""))
        elif state == GONE:
            raise ClientGone("the client has gone away")
        elif not self._send_extension(kind, message):
            raise RuntimeError(f"unexpected ASGI message {kind!r} {_PLACES[state]}")

    async def _send_piece(self, message: Message, body: bytes) -> None:
        if body:
            await self._write(body)
        if not message.get("more_body", False):
            if self._trailers is None:
                self._exchange.finish()
                self._complete()
            else:
                self._state = TRAILERS

    def answer(self, status: int, headers: str, body: str | bytes) -> bool:
        """Sends a whole response with flat headers at once; false when that is not what comes next.

        Text must be ASCII.
        """
        if self._state != REQUEST:
            return False
        if isinstance(body, str):
            self._exchange.respondText(status, headers, body)
        else:
            self._exchange.respond(status, headers, body)
        self._complete()
        return True

    def _send_extension(self, kind: str, message: Message) -> bool:
        """Takes a message of an extension; False if it is none, or not in its place."""
        state = self._state
        if state == TRAILERS and kind == "http.response.trailers":
            assert self._trailers is not None
            self._trailers.extend(message.get("headers", ()))
            if not message.get("more_trailers", False):
                self._exchange.finishWith(flatten(self._trailers))
                self._complete()
        elif state == STARTED and kind == "http.response.pathsend":
            # The specification wants an absolute path, which Starlette does not make of what it is given.
            self._exchange.respondFile(self._status, self._headers, os.path.abspath(message["path"]))
            self._complete()
        elif state == REQUEST and kind == "http.response.early_hint":
            self._exchange.hint(flatten((b"link", link) for link in message["links"]))
        else:
            return False
        return True

    def _complete(self) -> None:
        self._state = COMPLETE
        self._tell_receiver()

    async def _write(self, body: bytes) -> None:
        if self._exchange.write(body):
            # A producer that never waits must still let the loop run.
            self._unbroken += 1
            if self._unbroken >= _UNBROKEN_MAX:
                self._unbroken = 0
                await asyncio.sleep(0)
        else:
            self._unbroken = 0
            self._writer = self._loop.create_future()
            await self._writer
        if self._state == GONE:
            raise ClientGone("the client has gone away")

    def on_body(self, piece: str, last: bool) -> None:
        """A piece of the request body has come."""
        self._piece = piece.encode("latin-1")
        self._last = last
        self._tell_receiver()

    def on_drained(self) -> None:
        """The client has caught up."""
        if self._writer is not None and not self._writer.done():
            self._writer.set_result(None)

    def on_gone(self) -> None:
        """The client has gone away."""
        if self._state < COMPLETE:
            self._state = GONE
        self.on_drained()
        self._tell_receiver()

    def cancel(self) -> None:
        """The function's timeout has passed."""
        if self.task is not None:
            self.task.cancel()


_PLACES = {
    REQUEST: "before 'http.response.start'",
    STARTED: "after 'http.response.start'",
    BODY: "inside the response body",
    TRAILERS: "after the response body",
    COMPLETE: "after the response was complete",
}
