"""Turns models into what JSON has words for, as pydantic's serialization does, where it is certain of the result.

A writer takes a value and returns dictionaries, lists and scalars that ``json`` writes as pydantic would, or
``UNSURE``: of what is not of exactly the type declared, which pydantic warns of, and of floats that it writes in
another way.
"""

from __future__ import annotations

from polyloom._models.schemas import ALIKE, Steps, fields_of, has_only
from polyloom._plain_results import is_float
from polyloom._plain_values import UNSURE, is_plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from polyloom._models.schemas import Maker, Schema, Step


def writer_of(schema: Schema, *, by_alias: bool, without_none: bool) -> Step | None:
    """The writer for a schema; ``None`` where there is none.

    ``without_none`` is pydantic's ``exclude_none``.
    """

    def model(steps: Steps, found: Schema) -> Step | None:
        return _model(steps, found, by_alias, without_none)

    # Pydantic leaves ``None`` out of any dictionary then.
    unlike: dict[str, Maker] = {"any": _never, "dict": _never} if without_none else {}
    return Steps({**_MAKERS, "model": model, **unlike}).of(schema)


def _model(steps: Steps, schema: Schema, by_alias: bool, without_none: bool) -> Step | None:
    fields = fields_of(schema)
    if fields is None or schema.get("config", {}).get("extra_fields_behavior") == "allow":
        return None
    cls = schema["cls"]
    known: dict[str, tuple[str, Step]] = {}
    for name, field in fields.items():
        write = steps.of(field["schema"])
        if write is None:
            return None
        known[name] = (field.get("serialization_alias", name) if by_alias else name, write)

    def write_fields(value: Any) -> Any:
        if type(value) is not cls:
            return UNSURE
        values = value.__dict__
        if len(values) != len(known):
            return UNSURE
        written = {}
        for name, item in values.items():
            field = known.get(name)
            if field is None:
                return UNSURE
            if item is None and without_none:
                continue
            key, write = field
            word = write(item)
            if word is UNSURE:
                return UNSURE
            written[key] = word
        return written

    return write_fields


def _never(_steps: Steps, _schema: Schema) -> None:
    return None


def _default(steps: Steps, schema: Schema) -> Step | None:
    return None if "serialization" in schema else steps.of(schema["schema"])


def _any(_steps: Steps, schema: Schema) -> Step | None:
    return (lambda value: value if is_plain(value, floats=False) else UNSURE) if has_only(schema) else None


def _of_type(kind: type, *constraints: str) -> Maker:
    def make(_steps: Steps, schema: Schema) -> Step | None:
        return (lambda value: value if type(value) is kind else UNSURE) if has_only(schema, *constraints) else None

    return make


def _float(_steps: Steps, schema: Schema) -> Step | None:
    return (lambda value: value if is_float(value) else UNSURE) if has_only(schema, *_BOUNDS) else None


def _union(steps: Steps, schema: Schema) -> Step | None:
    if not has_only(schema, "choices"):
        return None
    writers = []
    for choice in schema["choices"]:
        write = None if type(choice) is tuple or choice["type"] not in _SCALARS else steps.of(choice)
        if write is None:
            return None
        writers.append(write)

    def write_first(value: Any) -> Any:
        for write in writers:
            word = write(value)
            if word is not UNSURE:
                return word
        return UNSURE

    return write_first


def _list(steps: Steps, schema: Schema) -> Step | None:
    item = steps.of(schema.get("items_schema", {"type": "any"}))
    if item is None or not has_only(schema, "items_schema", "min_length", "max_length"):
        return None

    def write(value: Any) -> Any:
        if type(value) is not list:
            return UNSURE
        written = []
        for given in value:
            word = item(given)
            if word is UNSURE:
                return UNSURE
            written.append(word)
        return written

    return write


def _dict(steps: Steps, schema: Schema) -> Step | None:
    item = steps.of(schema.get("values_schema", {"type": "any"}))
    if item is None or not has_only(schema, "keys_schema", "values_schema", "min_length", "max_length"):
        return None

    def write(value: Any) -> Any:
        if type(value) is not dict:
            return UNSURE
        written = {}
        for name, given in value.items():
            word = item(given)
            if word is UNSURE or type(name) is not str:
                return UNSURE
            written[name] = word
        return written

    return write


_BOUNDS = ("ge", "gt", "le", "lt", "multiple_of")
_SCALARS = ("bool", "float", "int", "none", "str")
_MAKERS: dict[str, Maker] = {
    **ALIKE,
    "any": _any,
    "bool": _of_type(bool),
    "default": _default,
    "dict": _dict,
    "float": _float,
    "int": _of_type(int, *_BOUNDS),
    "list": _list,
    "str": _of_type(str, "min_length", "max_length", "pattern"),
    "union": _union,
}
