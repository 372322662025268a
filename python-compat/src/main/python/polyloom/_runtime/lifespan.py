"""ASGI lifespan: start-up and shutdown events, once a replica.

An application without lifespan support raises before it answers; that is told apart from one whose start-up fails,
which says so with ``lifespan.startup.failed`` or raises after it has begun to answer.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polyloom._runtime.asgi import ASGIApp, Message


class LifespanFailed(RuntimeError):
    """The application reported that its start-up or shutdown failed."""


class Lifespan:
    """The lifespan of one application in one replica. Confined to the owner thread."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._events: asyncio.Queue[Message] = asyncio.Queue()
        self._answer: asyncio.Future[str | None] | None = None
        self._task: asyncio.Task[None] | None = None
        self.supported = False
        self.state: dict[str, Any] = {}

    async def startup(self) -> None:
        """Sends ``lifespan.startup`` and waits for the answer.

        Raises ``LifespanFailed`` with the application's message when its start-up failed.
        """
        loop = asyncio.get_running_loop()
        self._answer = loop.create_future()
        self._events.put_nowait({"type": "lifespan.startup"})
        self._task = loop.create_task(self._main())
        failure = await self._answer
        if failure is not None:
            raise LifespanFailed(failure or "the application's start-up failed")

    async def shutdown(self) -> None:
        """Sends ``lifespan.shutdown`` and waits for the answer; does nothing without lifespan support."""
        if not self.supported or self._task is None or self._task.done():
            return
        self._answer = asyncio.get_running_loop().create_future()
        self._events.put_nowait({"type": "lifespan.shutdown"})
        failure = await self._answer
        if failure is not None:
            raise LifespanFailed(failure or "the application's shutdown failed")

    async def _main(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        try:
            await self._app(scope, self._events.get, self._send)
        except Exception:
            # Before any answer this is how an application without lifespan support behaves.
            self._resolve(None)
        else:
            self._resolve(None)

    async def _send(self, message: Message) -> None:
        kind = message["type"]
        if kind in ("lifespan.startup.complete", "lifespan.shutdown.complete"):
            self.supported = True
            self._resolve(None)
        elif kind in ("lifespan.startup.failed", "lifespan.shutdown.failed"):
            self.supported = True
            self._resolve(message.get("message", ""))
        else:
            raise RuntimeError(f"unexpected ASGI message {kind!r} in the lifespan")

    def _resolve(self, failure: str | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(failure)
