"""Reads the JSON of a request's body where it is certain what FastAPI would make of it."""

from __future__ import annotations

import json

from polyloom._plain_values import UNSURE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping
    from typing import Any

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]


class JsonBody:
    """What was read: the value or ``UNSURE``, the bytes, and where the messages can be received again."""

    __slots__ = ("raw", "receive", "value")

    def __init__(self, value: Any, raw: bytes, receive: Receive) -> None:
        self.value = value
        self.raw = raw
        self.receive = receive


async def read_json(scope: MutableMapping[str, Any], receive: Receive) -> JsonBody:
    """Reads the body if the request says that it is JSON."""
    kinds = [value for name, value in scope["headers"] if name == b"content-type"]
    if len(kinds) != 1 or kinds[0].partition(b";")[0].strip().lower() != b"application/json":
        return JsonBody(UNSURE, b"", receive)
    read: list[Message] = []
    while True:
        message = await receive()
        read.append(message)
        if message["type"] != "http.request" or not message.get("more_body", False):
            break
    raw: bytes = message.get("body", b"") if len(read) == 1 else b"".join([piece.get("body", b"") for piece in read])
    return JsonBody(_parse(raw) if message["type"] == "http.request" else UNSURE, raw, _again(read, receive))


def _parse(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except Exception:
        # Whatever it is, FastAPI meets it as well, and has an answer.
        return UNSURE


def _again(read: list[Message], receive: Receive) -> Receive:
    messages = iter(read)

    async def receive_again() -> Message:
        for message in messages:
            return message
        return await receive()

    return receive_again
