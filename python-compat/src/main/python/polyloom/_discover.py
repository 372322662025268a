"""Finds the functions of a source: decorated ones, or by plain conventions.

Without any ``App`` in the module it looks, in this order, for: a module-level ASGI or WSGI ``app`` or ``application``;
a factory ``create_app`` or ``make_app``; the functions named in ``__all__``; a function ``handler`` or ``main``.
"""

from __future__ import annotations

import importlib
import json
import os
import sys

from polyloom import _functions
from polyloom._app import App, Function
from polyloom._image import Image
from polyloom._partial import Partial
from polyloom._protocol import protocol_of
from polyloom.exception import InvalidError, NotFoundError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

_MAIN_FILES = ("main.py", "app.py", "asgi.py", "wsgi.py", "__init__.py")
_APPLICATION_NAMES = ("app", "application")
_FACTORY_NAMES = ("create_app", "make_app")
_HANDLER_NAMES = ("handler", "main")

# An application that says nothing about concurrency gets what a server of its protocol would give it: clients that do
# nothing but hold a connection must not keep the others out. Beyond the target another replica helps.
_ASGI_INPUTS = 1000
_ASGI_TARGET_INPUTS = 100


class Found:
    """One function of an app, as it will be served."""

    def __init__(
        self,
        name: str,
        kind: str | None,
        make: Callable[[], tuple[str, Any]],
        function: Function | None = None,
        methods: tuple[str, ...] = (),
        docs: bool = False,
        label: str | None = None,
        inputs: tuple[int, int] | None = None,
    ) -> None:
        self.name = name
        self.kind = kind
        self.make = make
        self.function = function
        self.methods = methods
        self.docs = docs
        self.label = label
        self.inputs = inputs


class Discovery:
    """What was found in a source."""

    def __init__(self, name: str, folder: str, main: str, found: list[Found], app: App | None) -> None:
        self.name = name
        self._folder = folder
        self._main = main
        self._found = {item.name: item for item in found}
        self._app = app
        self._instances: dict[type, Any] = {}

    @property
    def files(self) -> list[str]:
        """The main file and the local modules imported so far, as absolute paths."""
        prefix = self._folder + os.sep
        files = {self._main}
        for module in list(sys.modules.values()):
            file = getattr(module, "__file__", None)
            if isinstance(file, str) and file.startswith(prefix) and "site-packages" not in file:
                files.add(file)
        return sorted(files)

    def manifest(self) -> str:
        """The app and its functions as JSON, for the host. Secrets appear by name only."""
        functions = [self._describe(item) for item in self._found.values()]
        return json.dumps({"name": self.name, "functions": functions, "files": self.files})

    def _describe(self, item: Found) -> dict[str, Any]:
        function = item.function
        pool: dict[str, Any] = {}
        secrets: list[str] = []
        ignored: list[str] = []
        image = Image()
        if function is not None:
            options = function.options
            pool.update(options.pool)
            pool["single_use"] = bool(pool.pop("single_use_containers", False))
            ignored = options.ignored
            image = options.image or function.app.image or image
            secrets = [s.name for s in (*function.app.secrets, *options.secrets) if s.name is not None]
            if function.concurrency is not None:
                pool["max_inputs"], pool["target_inputs"] = function.concurrency
        if item.inputs is not None:
            pool["max_inputs"], pool["target_inputs"] = item.inputs
        return {
            "name": item.name,
            "kind": item.kind,
            "server": _server(function),
            "label": item.label,
            "methods": list(item.methods),
            "docs": item.docs,
            "pool": pool,
            "rates": {} if function is None else function.rates,
            "warm_up": [] if function is None else [item for item in function.warm_ups if isinstance(item, str)],
            "secrets": secrets,
            "image": {
                "packages": list(image.packages),
                "requirements": [os.path.join(self._folder, path) for path in image.requirements],
                "env": dict(image.variables),
            },
            "ignored": [*ignored, *image.ignored],
        }

    def enter(self, name: str) -> None:
        """Sets the function's own variables and runs its class's enter hooks."""
        function = self._item(name).function
        if function is None:
            return
        for secret in (*function.app.secrets, *function.options.secrets):
            os.environ.update(secret.values or {})
        os.environ.update(function.options.env)
        if function.owner is not None:
            self._run_hooks(function.owner, "enter")

    def warm_up(self, name: str) -> None:
        """Calls what a function names for its warm-up."""
        function = self._item(name).function
        for item in () if function is None else function.warm_ups:
            if not isinstance(item, str):
                _run(item)

    def exit(self, name: str) -> None:
        """Runs the exit hooks of the function's class."""
        item = self._found.get(name)
        if item is not None and item.function is not None and item.function.owner is not None:
            self._run_hooks(item.function.owner, "exit")

    def application(self, name: str) -> tuple[str, Any]:
        """The protocol and the application that serves a function."""
        item = self._item(name)
        if item.function is not None and item.function.owner is not None:
            return _make(item.function, self._bound(item.function))
        return item.make()

    def _item(self, name: str) -> Found:
        item = self._found.get(name)
        if item is None:
            raise NotFoundError(f"the app has no function '{name}'")
        return item

    def _instance(self, owner: type) -> Any:
        if owner not in self._instances:
            self._instances[owner] = owner()
        return self._instances[owner]

    def _bound(self, function: Function) -> Callable[..., Any]:
        assert function.owner is not None
        bound: Callable[..., Any] = function.raw.__get__(self._instance(function.owner))
        return bound

    def _run_hooks(self, owner: type, kind: str) -> None:
        instance = self._instance(owner)
        for _, partial in _functions.members(owner, Partial):
            if partial.hook != kind:
                continue
            _run(partial.raw, instance)


def _run(call: Callable[..., Any], *arguments: Any) -> None:
    result = call(*arguments)
    if _functions.is_coroutine_function(call):
        import asyncio

        asyncio.get_event_loop_policy().get_event_loop().run_until_complete(result)


def discover(path: str, target: str | None, kind: str | None, factory: bool, default_name: str) -> Discovery:
    """Imports a source and finds its functions.

    ``path`` is a Python file or a folder. ``target`` names one ``attribute`` or ``function`` (``kind`` says which) to
    serve alone. Raises whatever the source raises, and ``InvalidError`` when there is nothing to serve.
    """
    main = os.path.abspath(path)
    if os.path.isdir(main):
        main = _main_file(main)
    folder = os.path.dirname(main)
    module = _import(main, folder)
    apps = _apps_of(module)
    if target is not None and kind == "attribute":
        found = [_application(target, _attribute(module, target), factory)]
    elif apps and kind != "attribute":
        found = [_decorated(f) for app in apps for f in app.registered_functions.values()]
        if not found:
            raise InvalidError(f"{os.path.basename(main)} has an App, but no function is registered with it")
    elif target is not None:
        found = [_plain(target, _attribute(module, target))]
    else:
        found = _by_convention(module, main)
    if target is not None:
        found = [item for item in found if item.name in (target, target.replace(".", "-"))]
        if not found:
            raise NotFoundError(f"{os.path.basename(main)} has no function '{target}'")
    app = apps[0] if apps else None
    name = app.name if app is not None and app.name else default_name
    return Discovery(name, folder, main, found, app)


def _main_file(folder: str) -> str:
    for name in _MAIN_FILES:
        candidate = os.path.join(folder, name)
        if os.path.isfile(candidate):
            return candidate
    files = sorted(f for f in os.listdir(folder) if f.endswith(".py") and not f.startswith(("_", ".", "test_")))
    if len(files) == 1:
        return os.path.join(folder, files[0])
    raise InvalidError(f"no main file in {folder}: looked for {', '.join(_MAIN_FILES[:4])}")


def _import(main: str, folder: str) -> ModuleType:
    _forget_listings()
    os.chdir(folder)
    sys.argv = [main]
    if os.path.basename(main) == "__init__.py":
        sys.path.insert(0, os.path.dirname(folder))
        return importlib.import_module(os.path.basename(folder))
    if folder not in sys.path:
        sys.path.insert(0, folder)
    name = os.path.splitext(os.path.basename(main))[0]
    # The implementation behind importlib.util, which would import threading and more for what is not used here.
    from importlib._bootstrap import module_from_spec  # type: ignore[attr-defined]
    from importlib._bootstrap_external import spec_from_file_location  # type: ignore[attr-defined]

    spec = spec_from_file_location(name if name.isidentifier() else "_polyloom_app", main)
    if spec is None or spec.loader is None:
        raise InvalidError(f"{main} is not a Python file")
    module: ModuleType = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _forget_listings() -> None:
    """Makes the next import list folders anew; ``importlib.invalidate_caches`` would import much to say the same."""
    for finder in list(sys.path_importer_cache.values()):
        invalidate = getattr(finder, "invalidate_caches", None)
        if invalidate is not None:
            invalidate()


def _apps_of(module: ModuleType) -> list[App]:
    apps: list[App] = []
    for value in vars(module).values():
        if isinstance(value, App) and value not in apps:
            apps.append(value)
    return apps


def _attribute(module: ModuleType, dotted: str) -> Any:
    value: Any = module
    for part in dotted.split("."):
        if not hasattr(value, part):
            raise NotFoundError(f"{os.path.basename(module.__file__ or '')} has no attribute '{dotted}'")
        value = getattr(value, part)
    return value


def _decorated(function: Function) -> Found:
    web = function.web
    if web is None:
        return Found(function.name, None, lambda: _not_served(function.name), function)
    plain = web.kind == "web_endpoint"
    return Found(
        function.name,
        web.kind,
        lambda: _make(function, function.raw),
        function,
        methods=(web.options["method"],) if plain else (),
        docs=plain and web.options["docs"],
        label=web.label,
    )


def _endpoint(call: Callable[..., Any], name: str, method: str, docs: bool, cors: bool) -> Any:
    def fastapi(function: Callable[..., Any]) -> Any:
        from polyloom._endpoint import fastapi_app

        return fastapi_app(function, method=method, docs=docs, cors=cors, title=name)

    from polyloom._plain import plain_endpoint

    return plain_endpoint(call, method=method, docs=docs, cors=cors, make=fastapi)


def _server(function: Function | None) -> dict[str, Any] | None:
    """The port of a function's own server, if it has one."""
    web = None if function is None else function.web
    if web is None or web.kind != "web_server":
        return None
    return {"port": web.options["port"], "startup_timeout": web.options["startup_timeout"]}


def _not_served(name: str) -> tuple[str, Any]:
    raise InvalidError(f"'{name}' is not a web function")


def _make(function: Function, call: Callable[..., Any]) -> tuple[str, Any]:
    web = function.web
    assert web is not None
    if web.kind == "web_endpoint":
        options = web.options
        return "asgi", _endpoint(call, function.name, options["method"], options["docs"], options["cors"])
    if web.kind == "web_server":
        call()
        return "server", None
    app = call()
    protocol = web.kind.removesuffix("_app")
    found = protocol_of(app)
    if app is None:
        raise InvalidError(f"'{function.name}' returned None instead of its application; is a return missing?")
    if found is not None and found != protocol:
        raise InvalidError(f"'{function.name}' is declared as {web.kind} but returns a {found.upper()} application")
    return protocol, app


def _application(name: str, value: Any, factory: bool) -> Found:
    # Only what a factory returns tells which protocol it speaks, and so how many inputs it takes.
    protocol, app = _checked(name, value() if factory else value)
    return _served(name, protocol, app)


def _served(name: str, protocol: str, app: Any) -> Found:
    inputs = (_ASGI_INPUTS, _ASGI_TARGET_INPUTS) if protocol == "asgi" else None
    return Found(name, protocol + "_app", lambda: (protocol, app), inputs=inputs)


def _checked(name: str, app: Any) -> tuple[str, Any]:
    protocol = protocol_of(app)
    if protocol is None:
        raise InvalidError(f"'{name}' is neither an ASGI nor a WSGI application")
    return protocol, app


def _plain(name: str, function: Any) -> Found:
    if not _functions.is_function(function):
        raise InvalidError(f"'{name}' is not a function")

    def make() -> tuple[str, Any]:
        return "asgi", _endpoint(function, name, "GET", docs=False, cors=True)

    return Found(name, "web_endpoint", make, methods=("GET",))


def _by_convention(module: ModuleType, main: str) -> list[Found]:
    for name in _APPLICATION_NAMES:
        value = getattr(module, name, None)
        protocol = protocol_of(value)
        if protocol is not None:
            return [_served(name, protocol, value)]
    for name in _FACTORY_NAMES:
        value = getattr(module, name, None)
        if _functions.is_function(value) and not _functions.requires_any(value):
            return [_application(name, value, factory=True)]
    public = getattr(module, "__all__", None)
    if public is not None:
        functions = [(n, getattr(module, n, None)) for n in public]
        found = [_plain(n, f) for n, f in functions if _functions.is_function(f)]
        if found:
            return found
    for name in _HANDLER_NAMES:
        value = getattr(module, name, None)
        if _functions.is_function(value):
            return [_plain(name, value)]
    raise InvalidError(
        f"nothing to serve in {os.path.basename(main)}: looked for functions of an App, an ASGI or WSGI 'app' or"
        " 'application', 'create_app' or 'make_app', functions named in __all__, and 'handler' or 'main'"
    )
