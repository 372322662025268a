"""Corrections to libraries and the standard library for life inside an isolate.

Each patch waits for its module: nothing is imported for the sake of being patched.
"""

from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

_inline = False


def inline_threads(inline: bool) -> None:
    """Whether ``anyio.to_thread.run_sync`` runs its function at once on the owner thread.

    A replica that takes one input at a time gains nothing from a worker thread and loses much: a hand-over of the
    interpreter lock each way.
    """
    global _inline
    _inline = inline


def install() -> None:
    """Puts the patches in place; called once per context, before user code."""
    _patch_signal()
    sys.meta_path.insert(0, _AfterImport({"anyio.to_thread": _patch_anyio, "pydantic.errors": _patch_pydantic}))


class _AfterImport(MetaPathFinder):
    """Finds modules as the others do and runs a patch once one of them has been executed."""

    def __init__(self, patches: dict[str, Callable[[ModuleType], None]]) -> None:
        self._patches = patches

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        patch = self._patches.pop(fullname, None)
        if patch is None:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _PatchingLoader(spec.loader, patch)
                return spec
        return None


class _PatchingLoader(Loader):
    def __init__(self, inner: Loader, patch: Callable[[ModuleType], None]) -> None:
        self._inner = inner
        self._patch = patch

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self._inner
        module.__loader__ = self._inner
        self._inner.exec_module(module)
        self._patch(module)


def _patch_signal() -> None:
    """``signal.signal`` would replace a handler of the whole JVM; here it only remembers."""
    import signal

    handlers: dict[int, Any] = {}

    def set_handler(signalnum: int, handler: Any) -> Any:
        previous = handlers.get(signalnum, signal.SIG_DFL)
        handlers[signalnum] = handler
        return previous

    def get_handler(signalnum: int) -> Any:
        return handlers.get(signalnum, signal.SIG_DFL)

    signal.signal = set_handler
    signal.getsignal = get_handler


def _patch_anyio(module: ModuleType) -> None:
    from contextvars import copy_context

    threaded = module.run_sync  # type: ignore[attr-defined]

    async def run_sync(func: Callable[..., Any], *args: Any, **options: Any) -> Any:
        if _inline:
            return copy_context().run(func, *args)
        return await threaded(func, *args, **options)

    module.run_sync = run_sync  # type: ignore[attr-defined]


def _patch_pydantic(module: ModuleType) -> None:
    """GraalPy 25.0 raises ``NameError`` without ``name``, which pydantic reads."""
    undefined = module.PydanticUndefinedAnnotation  # type: ignore[attr-defined]

    def from_name_error(cls: Any, name_error: NameError) -> Any:
        name = getattr(name_error, "name", None)
        if name is None:
            parts = str(name_error).split("'")
            name = parts[1] if len(parts) > 1 else str(name_error)
        return cls(name=name, message=str(name_error))

    undefined.from_name_error = classmethod(from_name_error)
