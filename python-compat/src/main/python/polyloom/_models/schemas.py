"""What the readers and writers of models have in common: how they go through a schema of pydantic's core."""

from __future__ import annotations

from polyloom._plain_values import UNSURE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Schema = dict[str, Any]
    Step = Callable[[Any], Any]
    Maker = Callable[["Steps", Schema], Step | None]

_MODEL = {"type", "cls", "schema", "config", "custom_init", "root_model", "generic_origin", "ref", "metadata"}
_MODEL_CONFIG = {
    "title",
    "extra_fields_behavior",
    "frozen",
    "from_attributes",
    "populate_by_name",
    "validate_by_alias",
    "validate_by_name",
}
_FIELDS = {"type", "fields", "model_name", "computed_fields", "ref", "metadata"}
_FIELD = {"type", "schema", "validation_alias", "serialization_alias", "frozen", "metadata"}
_ALWAYS = {"type", "ref", "metadata"}
# Of schemas in schemas: deeper ones are rare, and would not fit on the stack at some point.
_DEPTH_MAX = 64


class Steps:
    """Makes a function of one value for each schema, by what the schema's type is; the same one for the same reference.

    ``makers`` has one for each type; it returns ``None`` for a schema with something in it that is not known here.
    """

    def __init__(self, makers: dict[str, Maker]) -> None:
        self._makers = makers
        self._definitions: dict[str, Schema] = {}
        self._made: dict[str, Step | None] = {}
        self._promised: dict[str, list[Step]] = {}
        self._depth = 0

    def of(self, schema: Schema) -> Step | None:
        """The function for a schema; ``None`` where only pydantic knows."""
        if self._depth == _DEPTH_MAX:
            return None
        self._depth += 1
        try:
            return self._of(schema)
        finally:
            self._depth -= 1

    def _of(self, schema: Schema) -> Step | None:
        kind = schema["type"]
        if kind == "definitions":
            for definition in schema["definitions"]:
                self._definitions[definition["ref"]] = definition
            return self.of(schema["schema"])
        if kind == "definition-ref":
            return self._referred(schema["schema_ref"]) if schema.keys() <= _ALWAYS | {"schema_ref"} else None
        maker = self._makers.get(kind)
        return None if maker is None else maker(self, schema)

    def _referred(self, ref: str) -> Step | None:
        if ref in self._made:
            return self._made[ref]
        if ref in self._promised:
            # It refers to itself: what it is will be known once it is called.
            promise = self._promised[ref]
            return lambda value: promise[0](value)
        definition = self._definitions.get(ref)
        if definition is None:
            return None
        self._promised[ref] = []
        step = self.of(definition)
        if step is not None:
            self._promised[ref].append(step)
        self._made[ref] = step
        return step


def has_only(schema: Schema, *known: str) -> bool:
    """Whether a schema says nothing but what is known here."""
    return schema.keys() <= _ALWAYS.union(known)


def fields_of(schema: Schema) -> dict[str, Schema] | None:
    """The fields of a model that does nothing but take them; ``None`` for any other."""
    cls = schema["cls"]
    fields = schema["schema"]
    simple = (
        schema.keys() <= _MODEL
        and not schema.get("custom_init")
        and not schema.get("root_model")
        and schema.get("config", {}).keys() <= _MODEL_CONFIG
        and fields["type"] == "model-fields"
        and fields.keys() <= _FIELDS
        and not fields.get("computed_fields")
        and cls.__new__ is object.__new__
        and all(field.keys() <= _FIELD for field in fields["fields"].values())
    )
    return fields["fields"] if simple else None


def _none(_steps: Steps, schema: Schema) -> Step | None:
    return (lambda value: None if value is None else UNSURE) if has_only(schema) else None


def _literal(_steps: Steps, schema: Schema) -> Step | None:
    expected = schema["expected"]
    if not has_only(schema, "expected") or any(type(word) not in (str, int) for word in expected):
        return None
    words = frozenset(expected)
    return lambda value: value if type(value) in (str, int) and value in words else UNSURE


def _nullable(steps: Steps, schema: Schema) -> Step | None:
    step = steps.of(schema["schema"]) if has_only(schema, "schema") else None
    return None if step is None else lambda value: None if value is None else step(value)


# What is read and written as it is, or says how what is in it is.
ALIKE: dict[str, Maker] = {"literal": _literal, "none": _none, "nullable": _nullable}
