"""Reads what a function takes from the head of a request, as FastAPI would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import params
from fastapi._compat import field_annotation_is_sequence
from fastapi.dependencies import utils
from pydantic_core import PydanticUndefined

from polyloom._functions import missing
from polyloom._plain_values import QUERY_TYPES, UNSURE, convert, parse_query, simple_kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi._compat import ModelField
    from fastapi.dependencies.models import Dependant

    from polyloom._runtime.heads import Scope


class Argument:
    """A value that comes as text."""

    __slots__ = ("_field", "_kind", "_simple", "default", "key", "name", "place")

    def __init__(self, field: ModelField, alias: str, simple: tuple[type | None, bool] | None, default: Any) -> None:
        self.name = field.name
        self.place: str = field.field_info.in_.value  # type: ignore[attr-defined]
        self.key: Any = alias.lower().encode("latin-1") if self.place == "header" else alias
        self.default = default
        self._field = field
        self._simple = simple is not None
        self._kind = None if simple is None else simple[0]

    def value(self, given: Any) -> Any:
        """The value that was given, or ``UNSURE`` when FastAPI must say what is wrong with it."""
        if self._simple and type(given) is str:
            value = convert(self._kind, given)
            if value is not UNSURE:
                return value
        value, errors = self._field.validate(given, {}, loc=())
        return UNSURE if errors else value


def arguments_of(dependant: Dependant) -> Arguments | None:
    """How to read the arguments of a function, without those of its dependencies and its body.

    ``None`` where FastAPI must do it.
    """
    if dependant.cookie_params:
        return None
    groups: list[list[Argument]] = []
    for fields in (dependant.path_params, dependant.query_params, dependant.header_params):
        group = [_argument(field) for field in fields]
        if None in group:
            return None
        groups.append([argument for argument in group if argument is not None])
    return Arguments(*groups)


def _argument(field: ModelField) -> Argument | None:
    info = field.field_info
    if (
        type(info) not in (params.Path, params.Query, params.Header)
        or info.default_factory is not None
        or info.validate_default
        or utils._get_param_model(field) is not None
        or utils._is_json_field(field)
        or field_annotation_is_sequence(info.annotation)
    ):
        return None
    aliases = utils._get_param_aliases(field)
    default = missing if info.default is PydanticUndefined else info.default
    if len(aliases) != 1 or (default not in (missing, None) and type(default) not in QUERY_TYPES):
        return None
    simple = None if info.metadata or field.config else simple_kind(info.annotation)
    return Argument(field, aliases[0][1], simple, default)


class Arguments:
    """Those of one function, by where they come from."""

    __slots__ = ("_header", "_path", "_query")

    def __init__(self, path: Sequence[Argument], query: Sequence[Argument], header: Sequence[Argument]) -> None:
        self._path = path
        self._query = query
        self._header = header

    def read(self, scope: Scope, path_params: Mapping[str, Any], into: dict[str, Any]) -> bool:
        """Puts the values in place; false when they are not all valid."""
        for argument in self._path:
            if not _put(argument, path_params.get(argument.key), into):
                return False
        if self._query:
            query = parse_query(scope["query_string"])
            for argument in self._query:
                if not _put(argument, query.get(argument.key), into):
                    return False
        return not self._header or all(_put(argument, _header(scope, argument.key), into) for argument in self._header)


def _put(argument: Argument, given: Any, into: dict[str, Any]) -> bool:
    if given is None:
        value = argument.default
        if value is missing:
            return False
    else:
        value = argument.value(given)
        if value is UNSURE:
            return False
    into[argument.name] = value
    return True


def _header(scope: Scope, key: bytes) -> str | None:
    for name, value in scope["headers"]:
        if name == key:
            text: str = value.decode("latin-1")
            return text
    return None
