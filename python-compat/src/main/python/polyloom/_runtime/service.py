"""What serves an ASGI application in a replica: its lifespan, and a task for each request and connection.

Importing it imports asyncio; an application that is answered at once needs neither.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from polyloom._runtime.asgi import HttpCycle
from polyloom._runtime.heads import parse_head
from polyloom._runtime.interrupts import guard
from polyloom._runtime.lifespan import Lifespan
from polyloom._runtime.websocket import SocketCycle

if TYPE_CHECKING:
    from collections.abc import Callable

    from polyloom._runtime._host import Exchange, Socket
    from polyloom._runtime.asgi import ASGIApp
    from polyloom._runtime.heads import Scope


class AsgiService:
    """One application on the isolate's loop. Confined to the owner thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, app: ASGIApp, end: Callable[[BaseException], None]) -> None:
        self._loop = loop
        self._app = app
        self._end = end
        self._lifespan: Lifespan | None = None

    def startup(self) -> None:
        """Runs the lifespan's start-up; raises what that raises."""
        self._lifespan = Lifespan(self._app)
        self._loop.run_until_complete(self._lifespan.startup())

    def shutdown(self) -> None:
        """Runs the lifespan's shutdown, if there was a start-up; raises what that raises."""
        if self._lifespan is not None:
            self._loop.run_until_complete(self._lifespan.shutdown())

    def request(self, exchange: Exchange, scope: Scope, has_body: bool, app: ASGIApp | None = None) -> HttpCycle:
        """Starts a request, to another application than its own where one is given, and returns its cycle."""
        scope["extensions"] = (
            {"http.response.pathsend": {}}
            if scope["http_version"] == "1.0"
            else {"http.response.pathsend": {}, "http.response.early_hint": {}, "http.response.trailers": {}}
        )
        cycle = HttpCycle(self._loop, exchange, self._with_state(scope), has_body)
        self._spawn(cycle, app or self._app)
        return cycle

    def socket(self, socket: Socket, head: str, subprotocols: str) -> SocketCycle:
        """Starts a WebSocket connection and returns its cycle."""
        scope = parse_head(head, "websocket")
        del scope["method"]
        scope["subprotocols"] = subprotocols.split("\0") if subprotocols else []
        scope["extensions"] = {"websocket.http.response": {}}
        cycle = SocketCycle(self._loop, socket, self._with_state(scope))
        self._spawn(cycle, self._app)
        return cycle

    def _with_state(self, scope: Scope) -> Scope:
        lifespan = self._lifespan
        if lifespan is not None and lifespan.supported:
            scope["state"] = lifespan.state.copy()
        return scope

    def _spawn(self, cycle: HttpCycle | SocketCycle, app: Any) -> None:
        # Its first steps run here and now, within the loop's wait for deliveries.
        guard.inside = True
        task = asyncio.Task(cycle.run(app), loop=self._loop, eager_start=True)
        guard.inside = False
        if task.done():
            self._check(task)
        else:
            cycle.task = task
            task.add_done_callback(self._check)

    def _check(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._end(error)
