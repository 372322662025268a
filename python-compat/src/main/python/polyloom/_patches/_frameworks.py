"""Corrections to frameworks: what GraalPy lacks, and what would be slow to start and is not needed there."""

from __future__ import annotations

import os
import sys
from functools import lru_cache, update_wrapper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType
    from typing import Any

    from polyloom._patches._imports import Around, Patch

_TEMPLATES_MAX = 256


def _patch_errors(module: ModuleType) -> None:
    """GraalPy 25.0 raises ``NameError`` without ``name``, which pydantic reads."""
    undefined = module.PydanticUndefinedAnnotation  # type: ignore[attr-defined]

    def from_name_error(cls: Any, name_error: NameError) -> Any:
        name = getattr(name_error, "name", None)
        if name is None:
            parts = str(name_error).split("'")
            name = parts[1] if len(parts) > 1 else str(name_error)
        return cls(name=name, message=str(name_error))

    undefined.from_name_error = classmethod(from_name_error)


def _patch_plugins(module: ModuleType) -> None:
    """Pydantic looks for plugins in the metadata of every package; here it reads it only if a package names one."""
    entry_points: Callable[..., Iterable[Any]] = module.entry_points  # type: ignore[attr-defined]

    def named_entry_points(*, group: str) -> Iterable[Any]:
        return entry_points(group=group) if _names_entry_points(group) else ()

    module.entry_points = named_entry_points  # type: ignore[attr-defined]


def _names_entry_points(group: str) -> bool:
    section = f"[{group}]"
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            if folder.endswith((".zip", ".egg", ".whl")):
                return True  # Rare: let the importer look inside.
            continue
        for name in names:
            if name.endswith(".egg") or (
                name.endswith((".dist-info", ".egg-info"))
                and section in _text(os.path.join(folder, name, "entry_points.txt"))
            ):
                return True
    return False


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _patch_compat(module: ModuleType) -> None:
    """FastAPI imports ``pydantic.v1`` to tell that something is none of its models; who made one has imported it."""
    for name in ("is_pydantic_v1_model_class", "is_pydantic_v1_model_instance"):
        setattr(module, name, _if_imported("pydantic.v1.main", getattr(module, name)))


def _if_imported(needed: str, check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda thing: needed in sys.modules and check(thing)


class _DeferredModels:
    """FastAPI's models of an OpenAPI document build their validators on first use, which is the first such document.

    They are half of the time that importing FastAPI takes here, and pydantic knows how to put them off, unless it is
    told to rebuild them. Those come first when a document is made: pydantic needs less stack for one after the other.
    """

    to_rebuild: list[Any] = []

    def __enter__(self) -> None:
        from pydantic import BaseModel

        self._config = BaseModel.model_config
        self._rebuild = BaseModel.__dict__["model_rebuild"]
        deferred = self._config.copy()
        deferred["defer_build"] = True
        BaseModel.model_config = deferred
        BaseModel.model_rebuild = classmethod(lambda model: self.to_rebuild.append(model))  # type: ignore[assignment]

    def __exit__(self, *_failure: object) -> None:
        from pydantic import BaseModel

        BaseModel.model_config = self._config
        BaseModel.model_rebuild = self._rebuild


def _patch_documents(module: ModuleType) -> None:
    get_openapi: Callable[..., Any] = module.get_openapi  # type: ignore[attr-defined]

    def with_models(*args: Any, **options: Any) -> Any:
        while _DeferredModels.to_rebuild:
            _DeferredModels.to_rebuild.pop(0).model_rebuild()
        return get_openapi(*args, **options)

    module.get_openapi = update_wrapper(with_models, get_openapi)  # type: ignore[attr-defined]


def _patch_applications(module: ModuleType) -> None:
    from polyloom import _express

    _express.install(module)


def _patch_restx(module: ModuleType) -> None:
    """Flask-RESTX hands validators a registry that those of jsonschema before 4.18, which need no native code, lack.

    The schema that goes with it holds the definitions that it refers to.
    """
    from inspect import signature

    if "registry" in signature(module.Draft4Validator).parameters:  # type: ignore[attr-defined]
        return
    validator_for: Callable[..., Any] = module.validator_for  # type: ignore[attr-defined]

    def without_registry(*args: Any, **options: Any) -> Any:
        validator = validator_for(*args, **options)
        return lambda schema, registry=None, **options: validator(schema, **options)

    module.validator_for = without_registry  # type: ignore[attr-defined]


def _patch_jinja(module: ModuleType) -> None:
    """Jinja compiles a template from a string whenever it is rendered; here each Python text that it makes once.

    A function of code that is new each time would never be compiled to machine code.
    """
    module.compile = lru_cache(_TEMPLATES_MAX)(compile)  # type: ignore[attr-defined]


def _patch_models(module: ModuleType) -> None:
    from polyloom._models import install

    install(module)


PATCHES: dict[str, Patch] = {
    "fastapi.applications": _patch_applications,
    "fastapi._compat.shared": _patch_compat,
    "fastapi.openapi.utils": _patch_documents,
    "flask_restx.model": _patch_restx,
    "jinja2.environment": _patch_jinja,
    "pydantic.errors": _patch_errors,
    "pydantic.main": _patch_models,
    "pydantic.plugin._loader": _patch_plugins,
}
AROUNDS: dict[str, Around] = {"fastapi.openapi.models": _DeferredModels}
