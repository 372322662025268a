"""Reads values into models, as pydantic's validation in its lax mode does, where it is certain of the result.

A reader takes a value and returns what pydantic would make of it, or ``UNSURE`` where pydantic must judge: of what is
not valid, for its errors, and of whatever it would convert in a way that is not known here. Nothing with side effects
has happened then. That a value is of exactly the type declared decides nearly always; JSON has no other.
"""

from __future__ import annotations

import copy

from polyloom._models.schemas import ALIKE, Steps, fields_of, has_only
from polyloom._plain_values import UNSURE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from polyloom._models.schemas import Schema, Step

    Fill = Callable[[dict[str, Any], Any], bool]
    # Name, key, other key or None, reader, whether it must be given, default, what makes the default or None.
    Field = tuple[str, str, "str | None", Step, bool, Any, "Callable[[], Any] | None"]

_EXACT_MAX = 2**53
_LARGEST = 1.7976931348623157e308
_ABSENT: Any = object()
_SCALARS = {"bool": bool, "int": int, "float": float, "str": str, "none": type(None)}
_FACTORIES = (list, dict, set, tuple, frozenset)
_set = object.__setattr__
_new = object.__new__


def reader_of(schema: Schema) -> Step | None:
    """The reader for a schema; ``None`` where there is none."""
    return Steps(_MAKERS).of(schema)


def fill_of(schema: Schema) -> Fill | None:
    """What puts the values of a dictionary into a new model of a schema's class; false, and nothing done, if unsure."""
    steps = Steps(_MAKERS)
    while schema["type"] == "definitions":
        steps.of(schema)
        name = schema["schema"].get("schema_ref")
        inner = [definition for definition in schema["definitions"] if definition["ref"] == name]
        schema = inner[0] if inner else schema["schema"]
    return _fill(steps, schema) if schema["type"] == "model" else None


def _model(steps: Steps, schema: Schema) -> Step | None:
    fill = _fill(steps, schema)
    if fill is None:
        return None
    cls = schema["cls"]

    def read(value: Any) -> Any:
        if type(value) is dict:
            model = _new(cls)
            return model if fill(value, model) else UNSURE
        return value if type(value) is cls else UNSURE

    return read


def _fill(steps: Steps, schema: Schema) -> Fill | None:
    fields = _fields(steps, schema)
    extra = schema.get("config", {}).get("extra_fields_behavior", "ignore")
    if fields is None or extra not in ("ignore", "forbid"):
        return None
    forbids = extra == "forbid"

    def fill(given: dict[str, Any], model: Any) -> bool:
        values: dict[str, Any] = {}
        names: set[str] = set()
        for name, key, other, read, required, default, make in fields:
            value = given.get(key, _ABSENT)
            if other is not None and other in given:
                if value is not _ABSENT:
                    return False
                value = given[other]
            if value is not _ABSENT:
                value = read(value)
                if value is UNSURE:
                    return False
                names.add(name)
            elif required:
                return False
            else:
                value = default if make is None else make()
            values[name] = value
        if forbids and len(names) != len(given):
            return False
        _set(model, "__dict__", values)
        _set(model, "__pydantic_fields_set__", names)
        _set(model, "__pydantic_extra__", None)
        _set(model, "__pydantic_private__", None)
        return True

    return fill


def _fields(steps: Steps, schema: Schema) -> list[Field] | None:
    fields = fields_of(schema)
    if fields is None:
        return None
    config = schema.get("config", {})
    by_name = config.get("validate_by_name") or config.get("populate_by_name")
    by_alias = config.get("validate_by_alias", True)
    known: list[Field] = []
    for name, field in fields.items():
        alias = field.get("validation_alias", name)
        value = _given(field["schema"])
        read = steps.of(value[0]) if value is not None else None
        if value is None or read is None or type(alias) is not str:
            return None
        key, other = (name, None) if not by_alias or alias == name else (alias, name if by_name else None)
        _schema, required, default, make = value
        known.append((name, key, other, read, required, default, make))
    return known


def _given(schema: Schema) -> tuple[Schema, bool, Any, Callable[[], Any] | None] | None:
    """The schema of what may be given, whether it must be, and the default as a value or what makes it."""
    if schema["type"] != "default":
        return schema, True, None, None
    if schema.get("validate_default") or schema.get("default_factory_takes_data") or "serialization" in schema:
        return None
    if not has_only(
        schema,
        "schema",
        "default",
        "default_factory",
        "default_factory_takes_data",
        "validate_default",
        "copy_default",
    ):
        return None
    inner = schema["schema"]
    if "default_factory" in schema:
        factory = schema["default_factory"]
        # Others may have side effects, and would be called once more when pydantic must judge in the end.
        return (inner, False, None, factory) if factory in _FACTORIES else None
    default = schema["default"]
    try:
        hash(default)
    except TypeError:
        return inner, False, None, lambda: copy.deepcopy(default)
    return inner, False, default, None


def _any(_steps: Steps, schema: Schema) -> Step | None:
    return (lambda value: value) if has_only(schema) else None


def _bool(_steps: Steps, schema: Schema) -> Step | None:
    return (lambda value: value if value is True or value is False else UNSURE) if has_only(schema) else None


def _str(_steps: Steps, schema: Schema) -> Step | None:
    if not has_only(schema, "min_length", "max_length"):
        return None
    least = schema.get("min_length", 0)
    most = schema.get("max_length")

    def read(value: Any) -> Any:
        return value if type(value) is str and (value.isascii() or _is_text(value)) else UNSURE

    def read_length(value: Any) -> Any:
        if read(value) is UNSURE or len(value) < least or (most is not None and len(value) > most):
            return UNSURE
        return value

    return read if least == 0 and most is None else read_length


def _is_text(value: str) -> bool:
    # Half a surrogate pair is none for pydantic.
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _int(_steps: Steps, schema: Schema) -> Step | None:
    within = _within(schema)
    if within is None:
        return None
    if within is _anywhere:
        return lambda value: value if type(value) is int else UNSURE
    return lambda value: value if type(value) is int and within(value) else UNSURE


def _float(_steps: Steps, schema: Schema) -> Step | None:
    within = _within(schema)
    if within is None:
        return None

    def read(value: Any) -> Any:
        if type(value) is int and -_EXACT_MAX <= value <= _EXACT_MAX:
            value = float(value)
        return value if type(value) is float and -_LARGEST <= value <= _LARGEST and within(value) else UNSURE

    return read


def _anywhere(_value: float) -> bool:
    return True


def _within(schema: Schema) -> Callable[[Any], bool] | None:
    if not has_only(schema, "ge", "gt", "le", "lt"):
        return None
    ge, gt, le, lt = (schema.get(bound) for bound in ("ge", "gt", "le", "lt"))
    if ge is None and gt is None and le is None and lt is None:
        return _anywhere

    def within(value: Any) -> bool:
        return (
            (ge is None or value >= ge)
            and (gt is None or value > gt)
            and (le is None or value <= le)
            and (lt is None or value < lt)
        )

    return within


def _union(steps: Steps, schema: Schema) -> Step | None:
    """Of values that say by their type which of the choices they are; pydantic prefers what need not be converted."""
    if not has_only(schema, "choices"):
        return None
    readers: dict[type, Step] = {}
    for choice in schema["choices"]:
        kind = None if isinstance(choice, tuple) else _SCALARS.get(choice["type"])
        read = None if isinstance(choice, tuple) else steps.of(choice)
        if read is None or kind is None or kind in readers:
            return None
        readers[kind] = read

    def read_by_type(value: Any) -> Any:
        read = readers.get(type(value))
        return UNSURE if read is None else read(value)

    return read_by_type


def _list(steps: Steps, schema: Schema) -> Step | None:
    item = steps.of(schema["items_schema"]) if "items_schema" in schema else _any(steps, {"type": "any"})
    if item is None or not has_only(schema, "items_schema", "min_length", "max_length"):
        return None
    least = schema.get("min_length", 0)
    most = schema.get("max_length")

    def read(value: Any) -> Any:
        if type(value) is not list or len(value) < least or (most is not None and len(value) > most):
            return UNSURE
        made = []
        for given in value:
            got = item(given)
            if got is UNSURE:
                return UNSURE
            made.append(got)
        return made

    return read


def _dict(steps: Steps, schema: Schema) -> Step | None:
    item = steps.of(schema["values_schema"]) if "values_schema" in schema else None
    key = steps.of(schema["keys_schema"]) if "keys_schema" in schema else None
    if item is None or key is None or not has_only(schema, "keys_schema", "values_schema"):
        return None

    def read(value: Any) -> Any:
        if type(value) is not dict:
            return UNSURE
        made = {}
        for name, given in value.items():
            read_name = key(name)
            got = item(given)
            if read_name is UNSURE or got is UNSURE:
                return UNSURE
            made[read_name] = got
        return made

    return read


_MAKERS = {
    **ALIKE,
    "any": _any,
    "bool": _bool,
    "dict": _dict,
    "float": _float,
    "int": _int,
    "list": _list,
    "model": _model,
    "str": _str,
    "union": _union,
}
