"""How a WSGI application's answer crosses to the host."""

import io
from typing import Any

import pytest

from polyloom._runtime import wsgi


class Exchange:
    """Notes what it is asked to do."""

    def __init__(self, whole: str | None = None, pieces: tuple[str, ...] = ()) -> None:
        self.done_with: list[Any] = []
        self._whole = whole
        self._pieces = list(pieces)

    def bodyAtHand(self) -> str | None:
        return self._whole

    def readAndWait(self) -> str | None:
        return self._pieces.pop(0) if self._pieces else None

    def bodyEnded(self) -> bool:
        return not self._pieces

    def respond(self, status: int, headers: str, body: bytes) -> None:
        self.done_with.append(("respond", status, headers, body))

    def start(self, status: int, headers: str) -> None:
        self.done_with.append(("start", status, headers))

    def writeAndWait(self, piece: bytes) -> bool:
        self.done_with.append(("write", piece))
        return True

    def finish(self) -> None:
        self.done_with.append("finish")

    def done(self) -> None:
        self.done_with.append("done")

    def fail(self, kind: str, message: str, *_rest: Any) -> None:
        self.done_with.append(("fail", kind, message))


class Guard:
    inside = False


def answer(headers: list[tuple[str, str]], body: Any) -> list[Any]:
    """What an application that answers so has the host do."""
    exchange: Any = Exchange()

    def app(_values: dict[str, Any], start_response: Any) -> Any:
        start_response("200 OK", headers)
        return body

    wsgi.WsgiCycle(exchange, Guard()).run(app, {})  # type: ignore[arg-type]
    return exchange.done_with


LENGTH_5 = [("Content-Length", "5")]


@pytest.mark.parametrize("body", [[b"hello"], iter([b"hello"]), iter([b"", b"hello", b""])])
def test_a_piece_of_the_length_that_it_says_is_a_whole_response(body: Any) -> None:
    assert answer(LENGTH_5, body) == [("respond", 200, "Content-Length\x005", b"hello"), "done"]


def test_pieces_are_written_as_they_come() -> None:
    written = [("start", 200, "Content-Length\x005"), ("write", b"he"), ("write", b"llo"), "finish", "done"]
    assert answer(LENGTH_5, iter([b"he", b"llo"])) == written
    assert answer([], iter([b"hello"])) == [("start", 200, ""), ("write", b"hello"), "finish", "done"]


def test_what_is_more_than_it_says_is_left_out_and_the_iterator_still_runs_to_its_end() -> None:
    ran = []

    def body() -> Any:
        yield b"hello"
        ran.append("more")
        yield b"world"
        ran.append("end")

    assert answer(LENGTH_5, body()) == [("respond", 200, "Content-Length\x005", b"hello"), "done"]
    assert ran == ["more", "end"]


@pytest.mark.parametrize("length", ["", "-5", "5x", "\u0665"])
def test_a_length_that_is_none_says_nothing(length: str) -> None:
    assert answer([("content-length", length)], iter([b"hello"]))[0][0] == "start"


def test_a_failure_after_a_whole_response_is_told() -> None:
    def body() -> Any:
        yield b"hello"
        raise ValueError("too late")

    assert answer(LENGTH_5, body())[1:] == [("fail", "ValueError", "too late")]


@pytest.mark.parametrize("exchange", [Exchange(whole="caf\xe9\n1"), Exchange(pieces=("caf", "\xe9\n", "1"))])
def test_a_body_that_has_come_and_one_that_comes_are_read_alike(exchange: Any) -> None:
    values = wsgi.environ("POST\0http\x001.1\0/a\0\0\0\0\0here\x0080", True, exchange, False)
    body: io.BufferedIOBase = values["wsgi.input"]
    assert body.readline() == b"caf\xe9\n"
    assert body.read() == b"1"
    assert body.read() == b""
