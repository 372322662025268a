"""Values of queries and JSON answers, as FastAPI reads and writes them, where that is simple enough to be sure of.

Pydantic and ``fastapi.encoders`` are slow to import, and to call from here. What they do with text for ``str``,
``int``, ``float`` and ``bool``, and with plain lists and dictionaries, takes a line; what is not certain is left to
them.
"""

from __future__ import annotations

import json
import sys
from types import UnionType

from polyloom._functions import missing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

QUERY_TYPES = (str, int, float, bool)

UNSURE: Any = object()
"""Stands for a value that pydantic must judge."""

_BOOLEANS = {
    **dict.fromkeys(("true", "1", "on", "yes", "t", "y"), True),
    **dict.fromkeys(("false", "0", "off", "no", "f", "n"), False),
}
_DIGITS_MAX = 15
_LARGEST = sys.float_info.max
_DEPTH_MAX = 50
_TEXT_LEAST = 512

encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class Outcome:
    """How the call of a function ended, for FastAPI to answer with it."""

    __slots__ = ("failure", "value")

    def __init__(self, value: Any, failure: Exception | None) -> None:
        self.value = value
        self.failure = failure

    def take(self) -> Any:
        """The value; raises the failure if there was one."""
        if self.failure is not None:
            raise self.failure
        return self.value


def simple_kind(annotation: Any) -> tuple[type | None, bool] | None:
    """Which of ``QUERY_TYPES`` an annotation is, ``None`` for any; and whether it may be ``None`` besides."""
    if annotation is missing or annotation is typing_name("Any"):
        return None, True
    if isinstance(annotation, UnionType) or getattr(annotation, "__origin__", None) is typing_name("Union"):
        members = [member for member in annotation.__args__ if member is not type(None)]
        if len(members) != 1 or len(annotation.__args__) != 2 or members[0] not in QUERY_TYPES:
            return None
        return members[0], True
    return (annotation, False) if annotation in QUERY_TYPES else None


def is_object(annotation: Any) -> bool:
    """Whether it says ``dict`` and nothing of what is in it."""
    return annotation is dict or (annotation is not missing and annotation == dict[str, typing_name("Any")])


def typing_name(name: str) -> Any:
    """What ``typing`` calls so, if anyone has imported it: if not, no annotation can be that."""
    return getattr(sys.modules.get("typing"), name, missing)


def parse_query(query: bytes) -> dict[str, str]:
    """The last value of each name, as ``urllib.parse.parse_qsl`` would give it."""
    given: dict[str, str] = {}
    if not query:
        return given
    text = query.decode("latin-1")
    if "%" in text or "+" in text:
        from urllib.parse import parse_qsl

        return dict(parse_qsl(text, keep_blank_values=True))
    for piece in text.split("&"):
        if piece:
            name, _, value = piece.partition("=")
            given[name] = value
    return given


def convert(kind: type | None, text: str) -> Any:
    """The value of a kind that a text of a query says, or ``UNSURE`` when pydantic must judge."""
    if kind is None or kind is str:
        return text
    if kind is bool:
        return _BOOLEANS.get(text, UNSURE)
    digits = text[1:] if text.startswith("-") else text
    whole, point, fraction = digits.partition(".")
    if not _is_number(whole) or len(digits) > _DIGITS_MAX:
        return UNSURE
    if kind is int:
        return UNSURE if point else int(text)
    return UNSURE if point and not (fraction.isascii() and fraction.isdigit()) else float(text)


def _is_number(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and (digits[0] != "0" or len(digits) == 1)


def is_plain(value: Any, *, floats: bool, depth: int = _DEPTH_MAX) -> bool:
    """Whether FastAPI's encoder would leave the value as it is. Without ``floats`` one in it is not plain."""
    kind = type(value)
    if value is None or kind is str or kind is int or kind is bool:
        return True
    if kind is float:
        return floats and -_LARGEST <= value <= _LARGEST
    if depth == 0:
        return False
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or key.startswith("_sa") or not is_plain(item, floats=floats, depth=depth - 1):
                return False
        return True
    if kind is list or kind is tuple:
        return all(is_plain(item, floats=floats, depth=depth - 1) for item in value)
    return False


def plain_json(value: Any) -> bytes | None:
    """JSON for a value that is plain; ``None`` where it has no word for something in it."""
    text = plain_text(value)
    return text.encode() if isinstance(text, str) else text


def plain_text(value: Any) -> str | bytes | None:
    """The same, as text where that is long and all ASCII: encoding it here takes as long as making it."""
    try:
        text = encode(value)
        return text if len(text) > _TEXT_LEAST and text.isascii() else text.encode()
    except ValueError:
        return None
