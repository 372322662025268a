"""Closes the sockets of a server that runs in the function's own context when the replica ends.

A context that ends leaves its sockets open, and with them the port that the next replica needs.
"""

from __future__ import annotations

import socket
import threading
import weakref
from typing import TYPE_CHECKING, Any

from polyloom._runtime.gil import given_up

if TYPE_CHECKING:
    from polyloom._runtime._host import SocketsEnd

_open: weakref.WeakSet[socket.socket] = weakref.WeakSet()


def close_at(end: SocketsEnd) -> None:
    """Starts a thread that closes all sockets made from now on when the end comes, whatever other threads do."""
    made = socket.socket.__init__

    def note(self: socket.socket, *args: Any, **options: Any) -> None:
        made(self, *args, **options)
        _open.add(self)

    socket.socket.__init__ = note  # type: ignore[method-assign]
    threading.Thread(target=_wait, args=(end,), name="polyloom-sockets", daemon=True).start()


def _wait(end: SocketsEnd) -> None:
    with given_up:
        while not end.awaitEnd(1.0):
            pass
    try:
        for open_socket in list(_open):
            try:
                open_socket.close()
            except OSError:
                continue
    finally:
        end.closed()
