"""The entry that Java calls: one ``Runtime`` per context, every call on the owner thread.

The order of calls: ``preimport``, ``warm`` and ``rehearse`` while the context is stock; ``load`` when an app claims it;
``start`` for one function; ``serve`` until ``stop``; then the context is closed.

The event loop is made when asyncio is first imported, by whoever it is. Until then ``serve`` waits on the mailbox
itself: WSGI applications and functions that are answered at once run without asyncio, whose import is slow.
"""

from __future__ import annotations

import importlib
import os
import sys
from contextvars import copy_context

from polyloom import _control, _patches
from polyloom._runtime.errors import Description, describe, report
from polyloom._runtime.gil import keep, pump, wake
from polyloom._runtime.heads import parse_head
from polyloom._runtime.interrupts import guard
from polyloom._runtime.plain import Answered, ApartCycle, answer_now, send

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from polyloom._discover import Discovery
    from polyloom._plain import PlainEndpoint
    from polyloom._runtime._host import Control, Exchange, Mailbox, Socket, SocketsEnd, WsgiSocket
    from polyloom._runtime.asgi import HttpCycle
    from polyloom._runtime.heads import Scope
    from polyloom._runtime.interrupts import Apart
    from polyloom._runtime.loop import OwnerLoop
    from polyloom._runtime.service import AsgiService
    from polyloom._runtime.websocket import SocketCycle
    from polyloom._runtime.workers import Workers


class GuestFault(Exception):
    """A fault of user code, carried to Java as its description."""

    def __init__(self, description: Description) -> None:
        super().__init__(description[1])
        self.description = description


class Runtime:
    """What an isolate's owner thread drives. Confined to that thread."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        keep(True)
        guard.end = mailbox.end
        self._loop: OwnerLoop | None = None
        _patches.install(lambda _: self._make_loop())
        self._discovery: Discovery | None = None
        self._function = ""
        self._app: Any = None
        self._plain: PlainEndpoint | None = None
        self._workers: Workers | None = None
        self._service: AsgiService | None = None
        self._wsgi: Any = None
        self._concurrent = False
        self._stopped = False
        self._end: BaseException | None = None
        self._answered = Answered()

    def _make_loop(self) -> None:
        import asyncio

        from polyloom._runtime.loop import OwnerLoop

        self._loop = OwnerLoop(self._mailbox)
        asyncio.set_event_loop(self._loop)

    def preimport(self, names: str) -> None:
        """Imports modules, comma-separated, so that they are there when an app needs them."""
        for name in filter(None, names.split(",")):
            try:
                importlib.import_module(name)
            except ImportError:
                # A hint, not a need: the environment may lack it.
                continue

    def warm(self, names: str) -> None:
        """Does what the first inputs would otherwise wait for.

        Imports modules, comma-separated, executes the lazy ones, and turns the loop once, if there is one.
        """
        self.preimport(names)
        _patches.use_lazy_modules()
        if self._loop is not None:
            self._loop.turn()

    def rehearse(self, name: str) -> None:
        """Runs the coroutine function ``rehearse`` of a module, which uses a framework as an app and its inputs do."""
        try:
            module = importlib.import_module(name)
            if self._loop is not None:
                self._loop.turn(module.rehearse())
        except Exception:
            # A hint, not a need: the environment may have another version, or none.
            return

    def scan(self, path: str) -> str:
        """What a source's text says it needs installed, as JSON; runs none of it. Raises ``GuestFault``."""
        from polyloom._scan import scan

        found: str = self._guard(lambda: scan(path))
        return found

    def controls(self, control: Control) -> None:
        """Lets the app's code ask the host about functions."""
        _control.host.control = control

    def load(self, path: str, target: str | None, kind: str | None, factory: bool, default_name: str) -> str:
        """Imports the user's source and returns its manifest as JSON. Raises ``GuestFault``."""
        from polyloom._discover import discover

        discovery: Discovery = self._guard(lambda: discover(path, target, kind, factory, default_name))
        self._discovery = discovery
        _control.host.app = discovery.name
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

        Returns which protocol the application speaks, ``asgi`` or ``wsgi``; ``server`` when it is behind a port.
        """
        self._concurrent = concurrent
        _patches.inline_threads(not concurrent)
        discovery = self._loaded()
        self._function = function
        protocol: str = self._guard(lambda: self._start(discovery, function))
        return protocol

    def imported(self, name: str) -> bool:
        """Whether a module has been imported."""
        return name in sys.modules

    def _start(self, discovery: Discovery, function: str) -> str:
        discovery.enter(function)
        protocol, self._app = discovery.application(function)
        plain = sys.modules.get("polyloom._plain")
        app = self._app if plain is not None and isinstance(self._app, plain.PlainEndpoint) else None
        self._plain = app if app is not None and app.at_once else None
        if protocol == "wsgi":
            self._wsgi = importlib.import_module("polyloom._runtime.wsgi")
        elif protocol == "asgi" and (self._plain is None or self._concurrent):
            self._asgi().startup()
        if self._concurrent and (protocol == "wsgi" or app is not None):
            self._work_apart(app)
        discovery.warm_up(function)
        return protocol

    def _work_apart(self, app: PlainEndpoint | None) -> None:
        """Inputs that share a replica must not wait for each other: synchronous code runs in threads."""
        from functools import partial

        from polyloom._runtime.workers import Workers

        self._workers = Workers(self._end_apart)
        if app is not None:
            assert self._loop is not None
            app.apart = partial(self._workers.call, self._loop)

    def _asgi(self) -> AsgiService:
        if self._service is None:
            # Imports asyncio, and so makes the loop.
            from polyloom._runtime.service import AsgiService

            assert self._loop is not None
            self._service = AsgiService(self._loop, self._app, self._end_with)
        return self._service

    def close_sockets_at(self, end: SocketsEnd) -> None:
        """Has the sockets that are made from now on closed when the end comes."""
        from polyloom._runtime.sockets import close_at

        close_at(end)

    def serve(self) -> Description | None:
        """Serves until ``stop``; returns why it ended early, if it did."""
        while self._loop is None and not self._stopped:
            pump(self._mailbox, -1.0)
        while self._loop is not None and not self._stopped:
            # Again when user code has stopped the loop, which is not its own.
            self._loop.run_forever()
        return None if self._end is None else describe(self._end)

    def stop(self) -> None:
        """Makes ``serve`` return once the deliveries under way have run."""
        self._stopped = True
        if self._loop is not None:
            self._loop.stop()

    def _end_with(self, error: BaseException) -> None:
        self._mailbox.end()
        self._end = error
        self.stop()

    def shutdown(self) -> None:
        """Runs the lifespan shutdown and the exit hooks. Raises ``GuestFault``."""

        def run() -> None:
            if self._service is not None:
                self._service.shutdown()
            self._loaded().exit(self._function)
            if self._workers is not None:
                self._workers.end()
            if self._loop is not None:
                self._loop.end()

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

    def on_request(self, exchange: Exchange, head: str, has_body: bool) -> HttpCycle | Answered | ApartCycle:
        """Starts a request to an ASGI application and returns its cycle."""
        scope = parse_head(head, "http")
        plain = self._plain
        if plain is None:
            return self._asgi().request(exchange, scope, has_body)
        if self._workers is not None:
            return self._answer_apart(plain, exchange, scope, has_body, self._workers)
        try:
            app = answer_now(plain, exchange, scope)
        except BaseException as error:
            self._end_with(error)
            return self._answered
        return self._answered if app is None else self._asgi().request(exchange, scope, has_body, app)

    def _answer_apart(
        self, plain: PlainEndpoint, exchange: Exchange, scope: Scope, has_body: bool, workers: Workers
    ) -> HttpCycle | Answered | ApartCycle:
        try:
            bound = plain.begin(scope)
        except Exception as error:
            report(exchange, error)
            return self._answered
        if isinstance(bound, tuple):
            send(exchange, bound)
            return self._answered
        if not isinstance(bound, dict):
            return self._asgi().request(exchange, scope, has_body, bound)
        assert self._loop is not None
        cycle = ApartCycle(self._loop, self._asgi(), exchange, scope, has_body, plain, bound)
        workers.run(cycle.work)
        return cycle

    def on_socket(self, socket: Socket, head: str, subprotocols: str) -> SocketCycle:
        """Starts a WebSocket connection to an ASGI application and returns its cycle."""
        return self._asgi().socket(socket, head, subprotocols)

    def on_wsgi_request(self, exchange: Exchange, head: str, has_body: bool) -> None:
        """Runs a request to a WSGI application: to its end, or in a thread where several go at once."""
        wsgi = self._wsgi
        assert wsgi is not None
        if self._workers is not None:
            self._workers.run(lambda apart: self._run_wsgi_apart(exchange, head, has_body, apart))
            return
        cycle = wsgi.WsgiCycle(exchange, guard)
        try:
            # Other than ASGI's tasks, this call has no context of its own. It finds no running loop, as in a worker
            # thread: Django, for one, refuses to ask its database beside one.
            values = wsgi.environ(head, has_body, exchange, False)
            copy_context().run(_patches.outside_loop, cycle.run, self._app, values)
        except BaseException as error:
            self._end_with(error)

    def _run_wsgi_apart(self, exchange: Exchange, head: str, has_body: bool, apart: Apart) -> None:
        wsgi = self._wsgi
        exchange.apart(True)
        try:
            wsgi.WsgiCycle(exchange, apart).run(self._app, wsgi.environ(head, has_body, exchange, True))
        finally:
            exchange.apart(False)

    def on_wsgi_socket(self, handed: WsgiSocket, head: str, port: int, token: str, key: str) -> None:
        """Runs a WebSocket connection to a WSGI application: to its end, or in a thread where several go at once."""
        from polyloom._runtime.wsgi_socket import WsgiSocketCycle

        cycle = WsgiSocketCycle(handed, head, port, token, key, self._concurrent)
        if self._workers is not None:
            self._workers.run(lambda _apart: cycle.run(self._app))
            return
        try:
            guard.inside = True
            try:
                copy_context().run(_patches.outside_loop, cycle.run, self._app)
            finally:
                guard.inside = False
        except BaseException as error:
            self._end_with(error)

    def _end_apart(self, error: BaseException) -> None:
        """What a worker thread raises ends the isolate."""
        self._end_with(error)
        wake(self._mailbox)


def flush_output() -> None:
    """Passes on what user code has printed without a line end."""
    sys.stdout.flush()
    sys.stderr.flush()
