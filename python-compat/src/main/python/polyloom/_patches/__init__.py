"""Corrections to libraries and the standard library for life inside an isolate.

Each patch waits for its module: nothing is imported for the sake of being patched.
"""

from __future__ import annotations

import os
import sys

from polyloom._patches import _frameworks, _language, _left_out, _threads
from polyloom._patches._imports import AfterImport, LazyModules, use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

# What other modules import in case they will need it, and rarely do; slow to import, and free of side effects.
# The functions named are all that is ever imported from inside them by what we know to import them.
_LAZY = {
    "asyncio.sslproto": (),
    "email.message": (),
    "hashlib": (),
    "html": (),
    "http.client": (),
    "importlib.metadata": ("entry_points", "version"),
    "ipaddress": (),
    "secrets": ("token_hex",),
    "shutil": (),
    "ssl": (),
    "tempfile": (),
    "tokenize": (),
    "traceback": (),
}

# Many annotations are the same few words; the number is bounded in case somebody makes them up.
_ANNOTATIONS_MAX = 4096

_inline = False


def inline_threads(inline: bool) -> None:
    """Whether ``anyio.to_thread.run_sync`` runs its function at once on the owner thread.

    A replica that takes one input at a time gains nothing from a worker thread and loses much: a hand-over of the
    interpreter lock each way.
    """
    global _inline
    _inline = inline


def threads_are_inline() -> bool:
    """What ``inline_threads`` was told last."""
    return _inline


def install(on_asyncio: Callable[[ModuleType], None]) -> None:
    """Puts the patches in place; called once per context, before user code.

    ``on_asyncio`` is called when ``asyncio`` has been imported.
    """
    # A module of the user's own by the same name is not meant.
    sys.meta_path.insert(0, LazyModules(os.path.dirname(os.__file__), _LAZY))
    patches = {
        "anyio._backends._asyncio": _patch_anyio_workers,
        "anyio.to_thread": _patch_anyio,
        "asyncio": on_asyncio,
        "signal": _patch_signal,
        "typing": _patch_typing,
        **_frameworks.PATCHES,
        **_language.PATCHES,
        **_threads.PATCHES,
    }
    sys.meta_path.insert(0, AfterImport(patches, _frameworks.AROUNDS))
    _left_out.install()


def use_lazy_modules() -> None:
    """Executes the lazy modules that have been imported, for a context that nobody waits for."""
    for name in _LAZY:
        use(name)


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


def _patch_typing(module: ModuleType) -> None:
    compile_annotations_once(module)
    _language.let_generics_create(module)


def compile_annotations_once(module: ModuleType) -> None:
    """``typing`` compiles each annotation that is a string when a class is made; here each text once.

    ``pydantic_core.core_schema`` alone has seven hundred of them, of two hundred kinds.
    """
    compiled: dict[tuple[str, str], Any] = {}

    def compile_once(source: Any, filename: str, mode: str, *rest: Any, **options: Any) -> Any:
        if rest or options or type(source) is not str or mode != "eval":
            return compile(source, filename, mode, *rest, **options)
        code = compiled.get((source, filename))
        if code is None:
            code = compile(source, filename, mode)
            if len(compiled) < _ANNOTATIONS_MAX:
                compiled[source, filename] = code
        return code

    module.compile = compile_once  # type: ignore[attr-defined]


def outside_loop(function: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """Calls a synchronous function as a worker thread would: it finds no running loop, and may run one of its own."""
    events = sys.modules.get("asyncio.events")
    loop = None if events is None else events._get_running_loop()
    if events is None or loop is None:
        return function(*args, **named)
    events._set_running_loop(None)
    try:
        return function(*args, **named)
    finally:
        events._set_running_loop(loop)


def _patch_anyio_workers(module: ModuleType) -> None:
    """AnyIO ends its worker threads with the task at the root, which it takes the request's to be: each had its own."""
    found: Callable[[], Any] = module.find_root_task  # type: ignore[attr-defined]
    running = sys.modules["asyncio"].get_running_loop

    def find_root_task() -> Any:
        return getattr(running(), "lifetime", None) or found()

    module.find_root_task = find_root_task  # type: ignore[attr-defined]


def _patch_anyio(module: ModuleType) -> None:
    from contextvars import copy_context

    threaded = module.run_sync  # type: ignore[attr-defined]

    async def run_sync(func: Callable[..., Any], *args: Any, **options: Any) -> Any:
        if _inline:
            return copy_context().run(outside_loop, func, *args)
        return await threaded(func, *args, **options)

    module.run_sync = run_sync  # type: ignore[attr-defined]
