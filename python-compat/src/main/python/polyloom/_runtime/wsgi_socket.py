"""WebSocket connections for WSGI applications, which speak WebSocket themselves on a connection in the environ.

PEP 3333 has no WebSockets. Libraries such as ``simple_websocket`` (behind Flask-Sock) take the connection of the server
they know from the environ; it is here under the name that Werkzeug's own server has for it, ``werkzeug.socket``. What
the application says on it is carried to the client by the host, which masks, compresses and speaks HTTP/2 as the client
wants it. An application that answers in the way of WSGI instead refuses the handshake.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from polyloom._runtime.errors import report
from polyloom._runtime.wsgi import environ
from polyloom.exception import InputCancellation

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from polyloom._runtime._host import WsgiSocket
    from polyloom._runtime.wsgi import WSGIApp

NAME = "werkzeug.socket"

_CONNECT_SECONDS_MAX = 10
_LAST_SECONDS_MAX = 2
_OWN_FIELDS = {"connection", "content-length", "transfer-encoding", "upgrade"}
_NO_SOCKET = b"This is not a WebSocket.\n"


class Connection(socket.socket):
    """What the application speaks on; remembers whether it has."""

    spoken = False

    def send(self, *args: Any) -> int:
        self.spoken = True
        return super().send(*args)

    def sendall(self, *args: Any) -> None:
        self.spoken = True
        super().sendall(*args)

    def sendmsg(self, *args: Any) -> int:
        self.spoken = True
        return super().sendmsg(*args)


def _let_end(connection: Connection) -> None:
    """Waits until the host has read all: what was said last may be lost when there is still something to read."""
    try:
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(_LAST_SECONDS_MAX)
        while connection.recv(4096):
            pass
    except OSError:
        return  # The application has closed it.


class WsgiSocketCycle:
    """One connection to a WSGI application. Confined to the thread that runs it."""

    def __init__(self, handed: WsgiSocket, head: str, port: int, token: str, key: str, concurrent: bool) -> None:
        self._handed = handed
        self._head = head
        self._port = port
        self._token = token
        self._key = key
        self._concurrent = concurrent
        self._status = 0
        self._headers: list[tuple[str, str]] = []
        self._body: list[bytes] = []

    def run(self, app: WSGIApp) -> None:
        """Runs the application for this connection; raises only what ends the isolate."""
        try:
            with Connection(socket.AF_INET, socket.SOCK_STREAM) as connection:
                self._connect(connection)
                self._call(app, connection)
                spoken = connection.spoken
                if not spoken:
                    connection.sendall(self._refusal())
                # Frameworks make a response of an exception, which is too late here.
                self._handed.done(self._status < 500 or not spoken)
                _let_end(connection)
        except (InputCancellation, Exception) as error:
            report(self._handed, error)
        except BaseException as error:
            report(self._handed, error)
            raise

    def _connect(self, connection: Connection) -> None:
        connection.settimeout(_CONNECT_SECONDS_MAX)
        connection.connect(("127.0.0.1", self._port))
        socket.socket.sendall(connection, self._token.encode())
        connection.settimeout(None)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _environ(self) -> dict[str, Any]:
        values = environ(self._head, False, None, self._concurrent)
        values.update(
            {
                "REQUEST_METHOD": "GET",  # RFC 8441 has it as CONNECT.
                "HTTP_CONNECTION": "Upgrade",
                "HTTP_UPGRADE": "websocket",
                "HTTP_SEC_WEBSOCKET_KEY": self._key,
                "HTTP_SEC_WEBSOCKET_VERSION": "13",
                "wsgi.url_scheme": "https" if values["wsgi.url_scheme"] in ("wss", "https") else "http",
            }
        )
        # The host compresses towards the client, if anyone does.
        values.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return values

    def _call(self, app: WSGIApp, connection: Connection) -> None:
        body: Any = None
        try:
            body = app({**self._environ(), NAME: connection}, self.start_response)
            # What it says now that it has spoken as a WebSocket has nowhere to go.
            self._body.extend(piece for piece in body if piece and not connection.spoken)
        finally:
            if hasattr(body, "close"):
                body.close()

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        """The callable of PEP 3333, for a handshake that is refused."""
        if self._status and exc_info is None:
            raise AssertionError("start_response was called again without exc_info")
        self._status = int(status.split(" ", 1)[0])
        self._headers = headers
        return self._body.append

    def _refusal(self) -> bytes:
        if not self._status:
            raise AssertionError("the WSGI application returned without calling start_response")
        status, headers, body = self._status, self._headers, b"".join(self._body)
        if status < 300:
            # Where WebSockets come over HTTP/2 this would accept it.
            status, headers, body = 400, [("content-type", "text/plain; charset=utf-8")], _NO_SOCKET
        lines = [f"HTTP/1.1 {status} Refused"]
        for name, value in headers:
            if any(c in name or c in value for c in "\r\n\0"):
                raise ValueError(f"the response header {name!r} holds a line break or a NUL")
            if name.lower() not in _OWN_FIELDS:
                lines.append(f"{name}: {value}")
        lines.append(f"content-length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
