"""Corrections to libraries and the standard library for life inside an isolate.

Each patch waits for its module: nothing is imported for the sake of being patched.
"""

from __future__ import annotations

import sys

from polyloom._patches._imports import AfterImport, LazyModules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

# What other modules import in case they will need it, and rarely do; slow to import, and free of side effects.
_LAZY = frozenset({"asyncio.sslproto", "ipaddress", "ssl"})

_inline = False


def inline_threads(inline: bool) -> None:
    """Whether ``anyio.to_thread.run_sync`` runs its function at once on the owner thread.

    A replica that takes one input at a time gains nothing from a worker thread and loses much: a hand-over of the
    interpreter lock each way.
    """
    global _inline
    _inline = inline


def install(on_asyncio: Callable[[ModuleType], None]) -> None:
    """Puts the patches in place; called once per context, before user code.

    ``on_asyncio`` is called when ``asyncio`` has been imported.
    """
    sys.meta_path.insert(0, LazyModules(_LAZY))
    patches = {
        "anyio.to_thread": _patch_anyio,
        "asyncio": on_asyncio,
        "pydantic.errors": _patch_pydantic,
        "signal": _patch_signal,
    }
    sys.meta_path.insert(0, AfterImport(patches, {"fastapi.openapi.models": _DeferredModels}))


def _patch_signal(signal: ModuleType) -> None:
    """``signal.signal`` would replace a handler of the whole JVM; here it only remembers."""
    default = signal.SIG_DFL  # type: ignore[attr-defined]
    handlers: dict[int, Any] = {}

    def set_handler(signalnum: int, handler: Any) -> Any:
        previous = handlers.get(signalnum, default)
        handlers[signalnum] = handler
        return previous

    def get_handler(signalnum: int) -> Any:
        return handlers.get(signalnum, default)

    signal.signal = set_handler  # type: ignore[attr-defined]
    signal.getsignal = get_handler  # type: ignore[attr-defined]


def outside_loop(function: Callable[..., Any], *args: Any) -> Any:
    """Calls a synchronous function as a worker thread would: it finds no running loop, and may run one of its own."""
    events = sys.modules.get("asyncio.events")
    loop = None if events is None else events._get_running_loop()
    if events is None or loop is None:
        return function(*args)
    events._set_running_loop(None)
    try:
        return function(*args)
    finally:
        events._set_running_loop(loop)


def _patch_anyio(module: ModuleType) -> None:
    from contextvars import copy_context

    threaded = module.run_sync  # type: ignore[attr-defined]

    async def run_sync(func: Callable[..., Any], *args: Any, **options: Any) -> Any:
        if _inline:
            return copy_context().run(outside_loop, func, *args)
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


class _DeferredModels:
    """FastAPI's models of an OpenAPI document build their validators on first use, which is the first such document.

    They are half of the time that importing FastAPI takes here, and pydantic knows how to put them off.
    """

    def __enter__(self) -> None:
        from pydantic import BaseModel

        self._usual = BaseModel.model_config
        deferred = self._usual.copy()
        deferred["defer_build"] = True
        BaseModel.model_config = deferred

    def __exit__(self, *_failure: object) -> None:
        from pydantic import BaseModel

        BaseModel.model_config = self._usual
