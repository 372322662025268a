"""HTTP requests for WSGI applications (PEP 3333), run inline on the owner thread, one at a time.

The response starts with the first non-empty piece, as the PEP asks. A body that is a list of one piece crosses to
Java as a whole response; any other is written piece by piece, each waiting while the client is slow.
"""

from __future__ import annotations

import io
import sys
from urllib.parse import unquote_to_bytes

from polyloom._runtime.errors import report
from polyloom._runtime.gil import given_up
from polyloom._runtime.heads import whole
from polyloom.exception import InputCancellation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from polyloom._runtime._host import Exchange
    from polyloom._runtime.interrupts import Apart, Guard

    WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class ClientGone(ConnectionResetError):
    """The client closed the connection before the request or the response was complete."""


class _BodyReader(io.RawIOBase):
    """The request body, read from the client as the application asks for it.

    A body that breaks off raises: what was read of it must not be taken for all.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._rest = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest and not self._ended:
            with given_up:
                piece = self._exchange.readAndWait()
            if piece is not None:
                self._rest = memoryview(piece.encode("latin-1"))
            elif self._exchange.bodyEnded():
                self._ended = True
            else:
                raise ClientGone("the request body broke off")
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


class _ErrorStream(io.TextIOBase):
    """``wsgi.errors``: the function's standard error, whatever it is at the moment."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


class FileWrapper:
    """``wsgi.file_wrapper``: a file in blocks."""

    def __init__(self, file: Any, block_size: int = 65536) -> None:
        self._file = file
        self._block_size = block_size
        if hasattr(file, "close"):
            self.close = file.close

    def __iter__(self) -> FileWrapper:
        return self

    def __next__(self) -> bytes:
        block: bytes = self._file.read(self._block_size)
        if not block:
            raise StopIteration
        return block


def environ(head: str, has_body: bool, exchange: Exchange | None, concurrent: bool) -> dict[str, Any]:
    """Builds the environ from the flat head that Java sends."""
    method, scheme, version, path, query, root, client, client_port, server, server_port, *fields = head.split("\0")
    path_info = unquote_to_bytes(path).decode("latin-1") if "%" in path else path
    values: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": root,
        "PATH_INFO": path_info[len(root) :],
        "QUERY_STRING": query,
        "SERVER_NAME": server,
        "SERVER_PORT": server_port,
        "SERVER_PROTOCOL": "HTTP/" + ("2.0" if version == "2" else version),
        "REMOTE_ADDR": client,
        "REMOTE_PORT": client_port,
        "REQUEST_URI": path + ("?" + query if query else ""),
        "RAW_URI": path + ("?" + query if query else ""),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": _input(exchange) if exchange is not None and has_body else io.BytesIO(),
        "wsgi.input_terminated": True,
        "wsgi.errors": _ErrorStream(),
        "wsgi.multithread": concurrent,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
    }
    for name, value in zip(fields[::2], fields[1::2], strict=False):
        if name == "content-type":
            values["CONTENT_TYPE"] = value
        elif name == "content-length":
            values["CONTENT_LENGTH"] = value
        elif "_" not in name:
            key = "HTTP_" + name.upper().replace("-", "_")
            # Cookie pairs join with a semicolon, all other repeated fields with a comma (RFC 9110, 6265).
            joint = "; " if key == "HTTP_COOKIE" else ","
            values[key] = values[key] + joint + value if key in values else value
    return values


def _input(exchange: Exchange) -> io.BufferedIOBase:
    whole = exchange.bodyAtHand()
    if whole is not None:
        return io.BytesIO(whole.encode("latin-1"))
    return io.BufferedReader(_BodyReader(exchange), 65536)


class WsgiCycle:
    """One request to a WSGI application. Confined to one thread: the owner, where no other input runs meanwhile."""

    __slots__ = ("_complete", "_exchange", "_guard", "_headers", "_length", "_reason", "_started", "_status")

    def __init__(self, exchange: Exchange, guard: Guard | Apart) -> None:
        self._exchange = exchange
        self._guard = guard
        self._status = 0
        self._reason = ""
        self._headers = ""
        self._length = -1
        self._started = False
        self._complete = False

    def run(self, app: WSGIApp, values: dict[str, Any]) -> None:
        """Runs the application for this request; raises only what ends the isolate."""
        body: Any = None
        try:
            self._guard.inside = True
            try:
                body = app(values, self.start_response)
                self._send(body)
            finally:
                try:
                    if hasattr(body, "close"):
                        body.close()
                finally:
                    self._guard.inside = False
        except ClientGone:
            self._exchange.done()
        except (InputCancellation, Exception) as error:
            report(self._exchange, error)
        except BaseException as error:
            report(self._exchange, error)
            raise
        else:
            self._exchange.done()

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        """The callable of PEP 3333."""
        if exc_info is not None:
            try:
                if self._started:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None
        elif self._status:
            raise AssertionError("start_response was called again without exc_info")
        code, _, reason = status.partition(" ")
        self._status = int(code)
        self._reason = "" if status == "200 OK" else reason
        self._length = -1
        flat: list[str] = []
        for name, value in headers:
            flat.append(name)
            flat.append(value)
            if name.lower() == "content-length" and value.isascii() and value.isdigit():
                self._length = int(value)
        self._headers = whole("\0".join(flat), len(flat))
        return self._write

    def _send(self, body: Iterable[bytes]) -> None:
        if type(body) in (list, tuple) and len(body) == 1 and not self._started:  # type: ignore[arg-type]
            piece = body[0]  # type: ignore[index]
            self._begin()
            self._exchange.respond(self._status, self._headers, piece)
            return
        for piece in body:
            if piece:
                self._write(piece)
        if self._complete:
            return
        if self._started:
            self._exchange.finish()
        else:
            self._begin()
            self._exchange.respond(self._status, self._headers, b"")

    def _begin(self) -> None:
        if not self._status:
            raise AssertionError("the WSGI application returned without calling start_response")
        self._started = True
        if self._reason:
            self._exchange.reason(self._status, self._reason)

    def _write(self, piece: bytes) -> None:
        if self._complete:
            return  # More than it said; no client would read that.
        if not self._started:
            self._begin()
            if len(piece) == self._length:
                self._complete = True
                self._exchange.respond(self._status, self._headers, piece)
                return
            self._exchange.start(self._status, self._headers)
        if not piece:
            return
        with given_up:
            there = self._exchange.writeAndWait(piece)
        if not there:
            raise ClientGone("the client has gone away")
