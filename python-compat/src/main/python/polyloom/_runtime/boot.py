"""The entry that Java calls: one ``Runtime`` per context, every call on the owner thread.

The order of calls: ``preimport`` while the context is stock; ``load`` when an app claims it; ``start`` for one
function; ``serve`` until ``stop``; then the context is closed.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

from polyloom import _patches
from polyloom._runtime.asgi import HttpCycle, parse_head
from polyloom._runtime.errors import Description, describe
from polyloom._runtime.lifespan import Lifespan
from polyloom._runtime.loop import OwnerLoop
from polyloom._runtime.websocket import SocketCycle
from polyloom._runtime.wsgi import WsgiCycle, environ

if TYPE_CHECKING:
    from collections.abc import Callable

    from polyloom._discover import Discovery
    from polyloom._runtime._host import Exchange, Mailbox, Socket


class GuestFault(Exception):
    """A fault of user code, carried to Java as its description."""

    def __init__(self, description: Description) -> None:
        super().__init__(description[1])
        self.description = description


class Runtime:
    """What an isolate's owner thread drives. Confined to that thread."""

    def __init__(self, mailbox: Mailbox) -> None:
        _patches.install()
        self._loop = OwnerLoop(mailbox)
        asyncio.set_event_loop(self._loop)
        self._discovery: Discovery | None = None
        self._function = ""
        self._app: Any = None
        self._lifespan: Lifespan | None = None
        self._concurrent = False
        self._end: BaseException | None = None

    def preimport(self, names: str) -> None:
        """Imports modules, comma-separated, so that they are there when an app needs them."""
        for name in filter(None, names.split(",")):
            try:
                importlib.import_module(name)
            except ImportError:
                # A hint, not a need: the environment may lack it.
                continue

    def turn(self) -> None:
        """Turns the loop once, so that the first input does not find it cold."""
        self._loop.run_until_complete(asyncio.sleep(0))

    def scan(self, path: str) -> str:
        """What a source's text says it needs installed, as JSON; runs none of it. Raises ``GuestFault``."""
        from polyloom._scan import scan

        found: str = self._guard(lambda: scan(path))
        return found

    def load(self, path: str, target: str | None, kind: str | None, factory: bool, default_name: str) -> str:
        """Imports the user's source and returns its manifest as JSON. Raises ``GuestFault``."""
        from polyloom._discover import discover

        discovery: Discovery = self._guard(lambda: discover(path, target, kind, factory, default_name))
        self._discovery = discovery
        return discovery.manifest()

    def environ(self, flat: str) -> None:
        """Sets environment variables from a flat string of names and values."""
        if flat:
            fields = iter(flat.split("\0"))
            os.environ.update(zip(fields, fields, strict=True))

    def files(self) -> str:
        """The local files imported so far, separated by NUL."""
        return "\0".join(self._loaded().files)

    def start(self, function: str, concurrent: bool) -> str:
        """Runs the enter hooks, makes the application and runs its lifespan start-up. Raises ``GuestFault``.

        Returns which protocol the application speaks, ``asgi`` or ``wsgi``.
        """
        self._concurrent = concurrent
        _patches.inline_threads(not concurrent)
        discovery = self._loaded()
        self._function = function
        protocol: str = self._guard(lambda: self._start(discovery, function))
        return protocol

    def _start(self, discovery: Discovery, function: str) -> str:
        discovery.enter(function)
        protocol, self._app = discovery.application(function)
        if protocol == "asgi":
            self._lifespan = Lifespan(self._app)
            self._loop.run_until_complete(self._lifespan.startup())
        return protocol

    def serve(self) -> Description | None:
        """Runs the loop until ``stop``; returns why it ended early, if it did."""
        self._loop.run_forever()
        return None if self._end is None else describe(self._end)

    def stop(self) -> None:
        """Makes ``serve`` return once the deliveries under way have run."""
        self._loop.stop()

    def shutdown(self) -> None:
        """Runs the lifespan shutdown and the exit hooks. Raises ``GuestFault``."""

        def run() -> None:
            if self._lifespan is not None:
                self._loop.run_until_complete(self._lifespan.shutdown())
            self._loaded().exit(self._function)

        self._guard(run)

    def _loaded(self) -> Discovery:
        if self._discovery is None:
            raise RuntimeError("no app has been loaded")
        return self._discovery

    def _guard(self, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except BaseException as error:
            raise GuestFault(describe(error)) from None

    # Deliveries from the mailbox, while the loop runs.

    def on_request(self, exchange: Exchange, head: str, has_body: bool) -> HttpCycle:
        """Starts a request to an ASGI application and returns its cycle."""
        scope = parse_head(head, "http")
        lifespan = self._lifespan
        if lifespan is not None and lifespan.supported:
            scope["state"] = lifespan.state.copy()
        cycle = HttpCycle(self._loop, exchange, scope, has_body)
        self._spawn(cycle)
        return cycle

    def on_socket(self, socket: Socket, head: str, subprotocols: str) -> SocketCycle:
        """Starts a WebSocket connection to an ASGI application and returns its cycle."""
        scope = parse_head(head, "websocket")
        del scope["method"]
        scope["subprotocols"] = subprotocols.split("\0") if subprotocols else []
        scope["extensions"] = {"websocket.http.response": {}}
        lifespan = self._lifespan
        if lifespan is not None and lifespan.supported:
            scope["state"] = lifespan.state.copy()
        cycle = SocketCycle(self._loop, socket, scope)
        self._spawn(cycle)
        return cycle

    def _spawn(self, cycle: HttpCycle | SocketCycle) -> None:
        task = asyncio.Task(cycle.run(self._app), loop=self._loop, eager_start=True)
        if task.done():
            self._check(task)
        else:
            cycle.task = task
            task.add_done_callback(self._check)

    def _check(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._end = error
            self._loop.stop()

    def on_wsgi_request(self, exchange: Exchange, head: str, has_body: bool) -> None:
        """Runs a request to a WSGI application to its end."""
        cycle = WsgiCycle(exchange)
        try:
            cycle.run(self._app, environ(head, has_body, exchange, self._concurrent))
        except BaseException as error:
            self._end = error
            self._loop.stop()


def flush_output() -> None:
    """Passes on what user code has printed without a line end."""
    sys.stdout.flush()
    sys.stderr.flush()
