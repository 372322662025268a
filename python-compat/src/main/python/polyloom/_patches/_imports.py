"""Finders that change how modules are imported: with a correction applied, or only once they are used.

They implement the finder and loader protocols without the abstract classes of ``importlib.abc``, whose own import is
slow.
"""

from __future__ import annotations

import sys
from _thread import RLock
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from contextlib import AbstractContextManager
    from importlib.machinery import ModuleSpec
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


class _Unused(ModuleType):
    """A module that is executed when someone first asks it for more than its place in the import system.

    Other than with ``importlib.util.LazyLoader``, a second ``import`` of it, which reads ``__spec__``, is no use yet.
    """

    def __getattribute__(self, name: str) -> Any:
        if name not in _PLACE:
            functions = object.__getattribute__(self, "__spec__").loader_state
            if name in functions and not _is_used(self):
                return _forward(self, name)
            _use(self)
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in _PLACE:
            _use(self)
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        _use(self)
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        _use(self)
        return sorted(vars(self))


_PLACE = frozenset(
    {"__cached__", "__class__", "__file__", "__loader__", "__name__", "__package__", "__path__", "__spec__"}
)
_lock = RLock()
_in_use: set[int] = set()


def _is_used(module: ModuleType) -> bool:
    """Whether its execution has begun; if that is another thread's, waits for the end of it."""
    with _lock:
        return id(module) in _in_use or object.__getattribute__(module, "__class__") is not _Unused


def _use(module: ModuleType) -> None:
    """Executes the module, once; while it runs, its own thread sees what it has so far."""
    with _lock:
        if _is_used(module):
            return
        _in_use.add(id(module))
        try:
            loader = object.__getattribute__(module, "__loader__")
            loader.exec_module(module)
            object.__setattr__(module, "__class__", ModuleType)
        finally:
            _in_use.remove(id(module))


def _forward(module: ModuleType, name: str) -> Any:
    """A function that uses the module when it is called."""

    def forward(*args: Any, **options: Any) -> Any:
        _use(module)
        return getattr(module, name)(*args, **options)

    forward.__name__ = forward.__qualname__ = name
    return forward


def use(name: str) -> None:
    """Executes the module of this name, if it has been imported and not been used."""
    module = sys.modules.get(name)
    if module is not None:
        _use(module)


class _LazyLoader:
    def __init__(self, inner: Any, functions: Collection[str]) -> None:
        self._inner = inner
        self._functions = functions

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._inner.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__.loader = self._inner
        module.__spec__.loader_state = self._functions
        module.__loader__ = self._inner
        module.__class__ = _Unused


class LazyModules:
    """Lets modules of one folder be executed when they are first used instead of when they are imported.

    An error of theirs is raised where they are used, so it is for modules that are known to work. Importing a name from
    inside one is a use of it, but for the names given with it, which are of functions: they are replaced by others that
    call them.
    """

    def __init__(self, folder: str, functions: Mapping[str, Collection[str]]) -> None:
        self._folder = folder
        self._functions = functions

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        """The spec that the other finders have, with a lazy loader; ``None`` for any other module."""
        functions = self._functions.get(fullname)
        if functions is None:
            return None
        spec = _found_by_others(self, fullname, path, target)
        if spec is not None and spec.loader is not None and (spec.origin or "").startswith(self._folder):
            spec.loader = _LazyLoader(spec.loader, functions)
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
