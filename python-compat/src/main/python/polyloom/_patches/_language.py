"""Corrections to faults of GraalPy 25.0 itself, and to libraries that trip over them."""

from __future__ import annotations

import builtins
from types import SimpleNamespace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from polyloom._patches._imports import Patch


def let_generics_create(typing: ModuleType) -> None:
    """Lets subclasses of ``Generic[...]`` create their instances with ``object.__new__``.

    It refuses those whose base is ``Generic`` itself. So classes that have a ``__new__`` of their own get another class
    between them and it; who looks for ``Generic`` among the others' bases still finds it.
    """
    alias: Any = typing._GenericAlias  # type: ignore[attr-defined]
    if getattr(alias, "_polyloom_creates", False):
        return
    generic: Any = typing.Generic  # type: ignore[attr-defined]
    # What is left of a subscript once the class is made: this one has no parameters of its own.
    subscript = generic[typing.TypeVar("T")]  # type: ignore[attr-defined]
    namespace = {"__slots__": (), "__module__": "typing", "__orig_bases__": (subscript,)}
    between: Any = type("Generic", (generic,), namespace)
    entries = alias.__mro_entries__
    build: Any = builtins.__build_class__
    creates = False

    def build_class(body: Any, name: str, /, *bases: Any, **keywords: Any) -> Any:
        nonlocal creates
        # Read when the bases are resolved, before the body is run, which may hold other classes.
        creates = bool(bases) and "__new__" in body.__code__.co_names
        return build(body, name, *bases, **keywords)

    def mro_entries(self: Any, bases: Any) -> Any:
        found = entries(self, bases)
        return (between,) if creates and found == (generic,) else found

    builtins.__build_class__ = build_class
    alias.__mro_entries__ = mro_entries
    alias._polyloom_creates = True


def _patch_h11(module: ModuleType) -> None:
    """``Sentinel`` makes each of its instances its own class in ``__new__``, which fails where contexts share code."""

    class Sentinel(type):
        def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> None:
            type.__init__(cls, name, bases, namespace, **options)
            cls.__class__ = cls  # type: ignore[assignment]

        def __repr__(cls) -> str:
            return cls.__name__

    Sentinel.__module__ = module.__name__
    module.Sentinel = Sentinel  # type: ignore[attr-defined]


def _patch_json(module: ModuleType) -> None:
    """Has numbers read by the scanner itself, which does so if ``parse_int`` *is* an integer, where it means ``int``.

    For each number it calls ``int`` otherwise, and for that walks the stack: reading took twenty times as long.
    """
    scanner = module.scanner  # type: ignore[attr-defined]
    make = scanner.make_scanner

    def make_scanner(context: Any) -> Any:
        return make(
            SimpleNamespace(
                strict=context.strict,
                object_hook=context.object_hook,
                object_pairs_hook=context.object_pairs_hook,
                parse_constant=context.parse_constant,
                parse_int=0 if context.parse_int is int else context.parse_int,
                parse_float=0.0 if context.parse_float is float else context.parse_float,
            )
        )

    try:
        make_scanner(module.JSONDecoder())("[1, 2.5]", 0)  # type: ignore[attr-defined]
    except TypeError:
        return  # This interpreter calls what it is given.
    scanner.make_scanner = make_scanner


PATCHES: dict[str, Patch] = {"h11._util": _patch_h11, "json.decoder": _patch_json}
