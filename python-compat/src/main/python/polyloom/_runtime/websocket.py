"""WebSocket connections for ASGI applications.

States: CONNECTING until the application accepts, denies or closes; OPEN; DENYING while it sends a denial response
(extension ``websocket.http.response``); CLOSED.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from polyloom._runtime.asgi import ClientGone, Patience
from polyloom._runtime.errors import report
from polyloom._runtime.heads import flatten
from polyloom._runtime.interrupts import current, ends_isolate

if TYPE_CHECKING:
    from polyloom._runtime._host import Socket
    from polyloom._runtime.asgi import ASGIApp, Message
    from polyloom._runtime.heads import Scope

CONNECTING, OPEN, DENYING, CLOSED = range(4)


class SocketCycle:
    """One WebSocket connection to an ASGI application. Confined to the owner thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, socket: Socket, scope: Scope) -> None:
        self._loop = loop
        self._socket = socket
        self.scope = scope
        self.task: asyncio.Task[None] | None = None
        self._state = CONNECTING
        self._connect_told = False
        self._denial: tuple[int, str, list[bytes]] = (403, "", [])
        self._event: dict[str, Any] | None = None
        self._asked = False
        self._patience = Patience()
        self._receiver: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None

    async def run(self, app: ASGIApp) -> None:
        """Runs the application for this connection; raises only what ends the isolate."""
        current.set(self._socket)
        try:
            await app(self.scope, self.receive, self.send)
        except ClientGone:
            self._socket.done()
            return
        except BaseException as error:
            report(self._socket, error)
            if ends_isolate(error):
                raise
            return
        if self._state == CONNECTING:
            report(self._socket, RuntimeError("the ASGI application returned without accepting the connection"))
        else:
            if self._state == OPEN:
                self._socket.close(1000, "")
            self._socket.done()

    async def receive(self) -> Message:
        """``websocket.connect``, then messages, then ``websocket.disconnect``."""
        if not self._connect_told:
            self._connect_told = True
            return {"type": "websocket.connect"}
        if self._event is None:
            # An earlier wait may have been cancelled; what it asked for still comes.
            if not self._asked:
                self._asked = True
                self._socket.pull()
            self._receiver = self._loop.create_future()
            await self._receiver
        event = self._event
        assert event is not None
        if event["type"] == "websocket.disconnect":
            await self._patience.wait()
        else:
            self._event = None
        return event

    async def send(self, message: Message) -> None:
        """Takes a message of the application; waits while the client is slow."""
        kind = message["type"]
        state = self._state
        if state == OPEN and kind == "websocket.send":
            data = message.get("bytes")
            calm = self._socket.sendText(message["text"]) if data is None else self._socket.sendBytes(data)
            if not calm:
                self._writer = self._loop.create_future()
                await self._writer
                if self._gone():
                    raise ClientGone("the client has gone away")
        elif state == CONNECTING and kind == "websocket.accept":
            self._state = OPEN
            self._socket.accept(message.get("subprotocol"), flatten(message.get("headers", ())))
        elif state == CONNECTING and kind == "websocket.close":
            self._state = CLOSED
            self._socket.deny(403, "", b"")
        elif state == CONNECTING and kind == "websocket.http.response.start":
            self._state = DENYING
            self._denial = (message["status"], flatten(message.get("headers", ())), [])
        elif state == DENYING and kind == "websocket.http.response.body":
            self._denial[2].append(message.get("body", b""))
            if not message.get("more_body", False):
                self._state = CLOSED
                self._socket.deny(self._denial[0], self._denial[1], b"".join(self._denial[2]))
        elif state == OPEN and kind == "websocket.close":
            self._state = CLOSED
            self._socket.close(message.get("code", 1000), message.get("reason") or "")
        elif self._gone():
            raise ClientGone("the client has gone away")
        else:
            raise RuntimeError(f"unexpected ASGI message {kind!r}")

    def _gone(self) -> bool:
        return self._event is not None and self._event["type"] == "websocket.disconnect"

    def on_text(self, text: str) -> None:
        """A text message has come."""
        self._tell({"type": "websocket.receive", "text": text})

    def on_bytes(self, data: str) -> None:
        """A binary message has come."""
        self._tell({"type": "websocket.receive", "bytes": data.encode("latin-1")})

    def on_closed(self, code: int, reason: str) -> None:
        """The connection has ended."""
        self._state = CLOSED
        self._tell({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.on_drained()

    def _tell(self, event: dict[str, Any]) -> None:
        self._asked = False
        self._event = event
        if self._receiver is not None and not self._receiver.done():
            self._receiver.set_result(None)

    def on_drained(self) -> None:
        """The client has caught up."""
        if self._writer is not None and not self._writer.done():
            self._writer.set_result(None)

    def on_gone(self) -> None:
        """The connection was lost."""
        self.on_closed(1006, "")

    def cancel(self) -> None:
        """The function's timeout has passed."""
        if self.task is not None:
            self.task.cancel()
