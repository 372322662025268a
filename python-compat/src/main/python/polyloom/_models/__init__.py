"""Reads and writes pydantic's models without pydantic's core, where it is certain of the result.

The core is an extension of CPython. From here each of its calls, and each value that it touches, crosses into native
code and back, at several hundred times the cost of the work itself. Most models are simple: fields of plain types, with
bounds and defaults. ``reading`` makes of such a model's schema a function that does what the core would with a valid
value, ``writing`` one for its JSON; what is not valid, or not as simple, is the core's as before, with its errors and
warnings.

``install`` has ``Model(...)`` and ``Model.model_validate(...)`` use them; ``polyloom._express`` does for what requests
bring and answers take. Confined to whatever thread uses the model, like the model itself: what is made twice by two
threads is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import SchemaValidator

from polyloom._models.reading import fill_of

if TYPE_CHECKING:
    from types import ModuleType

    from polyloom._models.reading import Fill

# The core's schemas are nobody's promise. For a version that nobody compared, nothing is changed.
_KNOWN = {"2.14.3"}
_READING = "__polyloom_reading__"
# Of whom a class is rebuilt by: that one is two, as pydantic counts.
_CALLERS_CALLER = 4


class Reading:
    """How the models of one class are filled; for as long as the class has the validator that it was made for."""

    __slots__ = ("fill", "owner", "validator")

    def __init__(self, owner: type, validator: Any) -> None:
        self.owner = owner
        self.validator = validator
        # A class that refers to what is not defined yet has no schema, and gets another validator with it. That of a
        # plugin wants to see what is read.
        plain = owner.__pydantic_complete__ and type(validator) is SchemaValidator  # type: ignore[attr-defined]
        self.fill: Fill | None = fill_of(owner.__pydantic_core_schema__) if plain else None  # type: ignore[attr-defined]

    @classmethod
    def of(cls, owner: Any) -> Reading:
        """That of a class, made when it is first asked for.

        Called by what the user's code calls: a class that is not complete is tried again with the names it has there.
        """
        known: Reading | None = getattr(owner, _READING)
        if known is not None and known.owner is owner and known.validator is owner.__pydantic_validator__:
            return known
        if not owner.__pydantic_complete__ and owner.__base__ is not object:
            owner.model_rebuild(raise_errors=False, _parent_namespace_depth=_CALLERS_CALLER)
        made = cls(owner, owner.__pydantic_validator__)
        if owner.__pydantic_complete__:
            setattr(owner, _READING, made)
        return made


def is_known() -> bool:
    """Whether this version of pydantic is one whose schemas are known here."""
    import pydantic

    return pydantic.VERSION in _KNOWN


def install(main: ModuleType) -> None:
    """Lets the models of ``pydantic.main`` be made in short."""
    if main.__name__ != "pydantic.main" or not is_known():
        return
    model: Any = main.BaseModel  # type: ignore[attr-defined]
    make = model.__init__
    validate = model.model_validate.__func__

    def __init__(self: Any, /, **data: Any) -> None:
        __tracebackhide__ = True
        fill = Reading.of(type(self)).fill
        if fill is None or not _filled(fill, data, self):
            make(self, **data)

    def model_validate(cls: Any, obj: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        fill = Reading.of(cls).fill
        if fill is not None and not options and type(obj) is dict:
            made = object.__new__(cls)
            if _filled(fill, obj, made):
                return made
        return validate(cls, obj, **options)

    setattr(model, _READING, None)
    model.__init__ = _named_after(__init__, make)
    model.model_validate = classmethod(_named_after(model_validate, validate))


def _filled(fill: Fill, data: dict[str, Any], model: Any) -> bool:
    try:
        return fill(data, model)
    except RecursionError:
        # It contains itself, or is deeper than fits here; the core says which.
        return False


def _named_after(function: Any, original: Any) -> Any:
    from functools import update_wrapper

    return update_wrapper(function, original)
