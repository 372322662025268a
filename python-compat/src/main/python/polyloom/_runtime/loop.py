"""An asyncio event loop whose wake-ups and inputs come from the owner thread's mailbox in Java.

While user code has no sockets registered the loop waits on the mailbox alone: no self-pipe, no file descriptors.
With sockets it waits in ``select`` on them and on one loopback connection through which the mailbox wakes it.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
from typing import TYPE_CHECKING, Any

from polyloom._runtime.gil import pump, wake
from polyloom._runtime.interrupts import guard

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from polyloom._runtime._host import Mailbox


class MailboxSelector(selectors.BaseSelector):
    """A selector over the mailbox and whatever sockets user code registers."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self.delivers = True
        self._sockets: selectors.SelectSelector | None = None
        self._waker: socket.socket | None = None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Waits at most ``timeout`` seconds, runs deliveries, and returns the ready sockets."""
        if not self.delivers:
            return []
        guard.inside = False
        sockets = self._sockets
        if sockets is None or len(sockets.get_map()) <= 1:
            pump(self._mailbox, -1.0 if timeout is None else timeout)
            ready = []
        else:
            ready = self._select_sockets(sockets, timeout)
        # What follows until the next wait are the steps of tasks and callbacks.
        guard.inside = True
        return ready

    def _select_sockets(
        self, sockets: selectors.SelectSelector, timeout: float | None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        if not self._mailbox.arm():
            timeout = 0
        try:
            events = sockets.select(timeout)
        finally:
            self._mailbox.disarm()
        ready = []
        for key, mask in events:
            if key.fileobj is self._waker:
                self._drain_waker()
            else:
                ready.append((key, mask))
        pump(self._mailbox, 0.0)
        return ready

    def _drain_waker(self) -> None:
        assert self._waker is not None
        try:
            while len(self._waker.recv(4096)) == 4096:
                pass
        except BlockingIOError:
            pass

    def _open(self) -> selectors.SelectSelector:
        if self._sockets is None:
            self._sockets = selectors.SelectSelector()
            self._waker = socket.create_connection(("127.0.0.1", self._mailbox.wakePort()), 5)
            self._waker.setblocking(False)
            self._sockets.register(self._waker, selectors.EVENT_READ)
        return self._sockets

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._open().register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._open().unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._open().modify(fileobj, events, data)

    def get_key(self, fileobj: Any) -> selectors.SelectorKey:
        if self._sockets is None:
            raise KeyError(fileobj)
        return self._sockets.get_key(fileobj)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return {} if self._sockets is None else self._sockets.get_map()

    def close(self) -> None:
        if self._waker is not None:
            self._waker.close()
        if self._sockets is not None:
            self._sockets.close()


class OwnerLoop(asyncio.SelectorEventLoop):
    """The loop of an isolate. Confined to the owner thread, but for ``call_soon_threadsafe``."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._mailbox_selector = MailboxSelector(mailbox)
        super().__init__(self._mailbox_selector)
        self._lifetime: asyncio.Future[None] | None = None
        # GraalPy 25.0 forgets a task that is started eagerly before any other task has run: putting a task where
        # it notes the current one, it loses what replaces a dictionary's empty storage. Entering makes room.
        asyncio.tasks._enter_task(self, None)  # type: ignore[arg-type]
        asyncio.tasks._leave_task(self, None)  # type: ignore[arg-type]

    @property
    def lifetime(self) -> asyncio.Future[None]:
        """Is done when the replica ends, for what is to live as long as the replica."""
        if self._lifetime is None:
            self._lifetime = self.create_future()
        return self._lifetime

    def end(self) -> None:
        """Ends what waits for the end of ``lifetime``."""
        if self._lifetime is not None and not self._lifetime.done():
            self._lifetime.set_result(None)
            self.turn()

    def turn(self, work: Coroutine[Any, Any, None] | None = None) -> None:
        """Runs some work, or a task that waits for nothing, so that the first input does not find the loop unused.

        What has been posted meanwhile, such as the start of an app, expects to run after it, not within.
        """
        self._mailbox_selector.delivers = False
        try:
            self.run_until_complete(asyncio.sleep(0) if work is None else work)
        finally:
            self._mailbox_selector.delivers = True

    def _make_self_pipe(self) -> None:
        """The mailbox is the self-pipe."""
        self._ssock = self._csock = None

    def _close_self_pipe(self) -> None:
        pass

    def _write_to_self(self) -> None:
        wake(self._mailbox)
