"""Finders that change how modules are imported: with a correction applied, or only once they are used.

They implement the finder and loader protocols without the abstract classes of ``importlib.abc``, whose own import is
slow.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from contextlib import AbstractContextManager
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

    Patch = Callable[[ModuleType], None]
    Around = Callable[[], AbstractContextManager[None]]


def _found_by_others(finder: Any, name: str, path: Sequence[str] | None, target: ModuleType | None) -> Any:
    for other in sys.meta_path[sys.meta_path.index(finder) + 1 :]:
        if hasattr(other, "find_spec"):
            spec = other.find_spec(name, path, target)
            if spec is not None:
                return spec
    return None


class LazyModules:
    """Lets some modules be executed when they are first used instead of when they are imported."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        """The spec that the other finders have, with a lazy loader; ``None`` for any other module."""
        if fullname not in self._names:
            return None
        spec = _found_by_others(self, fullname, path, target)
        if spec is not None and spec.loader is not None:
            from importlib.util import LazyLoader

            spec.loader = LazyLoader(spec.loader)
        return spec


class AfterImport:
    """Finds modules as the others do, and changes some: ``patches`` run once a module has been executed, ``arounds``
    around its execution.
    """

    def __init__(self, patches: Mapping[str, Patch], arounds: Mapping[str, Around]) -> None:
        self._patches = dict(patches)
        self._arounds = dict(arounds)

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        """The spec that the other finders have, with a loader that applies the change; ``None`` if there is none."""
        patch = self._patches.pop(fullname, None)
        around = self._arounds.pop(fullname, None)
        if patch is None and around is None:
            return None
        spec = _found_by_others(self, fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _ChangingLoader(spec.loader, patch, around)
        return spec


class _ChangingLoader:
    def __init__(self, inner: Any, patch: Patch | None, around: Around | None) -> None:
        self._inner = inner
        self._patch = patch
        self._around = around

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._inner.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self._inner
        module.__loader__ = self._inner
        if self._around is None:
            self._inner.exec_module(module)
        else:
            with self._around():
                self._inner.exec_module(module)
        if self._patch is not None:
            self._patch(module)
