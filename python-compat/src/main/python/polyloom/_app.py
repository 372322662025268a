"""Apps, and what they register."""

from __future__ import annotations

from polyloom import _functions
from polyloom._control import Named, Scaled
from polyloom._partial import Partial, Web
from polyloom.exception import ExecutionError, InvalidError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from polyloom._image import Image
    from polyloom._secret import Secret

# Options that say how replicas are kept; the older spellings mean the newer ones.
_POOL = (
    "min_containers",
    "max_containers",
    "buffer_containers",
    "scaledown_window",
    "timeout",
    "startup_timeout",
    "single_use_containers",
    "max_uses",
    "max_age",
    "max_heap_growth",
    "recycle_jitter",
    "max_queued",
    "queue_timeout",
)
_OLDER = {
    "keep_warm": "min_containers",
    "concurrency_limit": "max_containers",
    "container_idle_timeout": "scaledown_window",
    "allow_concurrent_inputs": "max_inputs",
    "max_inputs": "max_uses",
}
_OWN = ("image", "secrets", "secret", "env", "name", "schedule", "retries", "serialized", "is_generator")
# Options about machines that are not one's own.
_IGNORED = (
    "cpu", "memory", "gpu", "cloud", "region", "volumes", "mounts", "network_file_systems", "ephemeral_disk",
    "nonpreemptible", "proxy", "block_network", "restrict_modal_access", "enable_memory_snapshot", "include_source",
    "experimental_options", "i6pn", "cluster",
)  # fmt: skip
_KNOWN = frozenset((*_POOL, *_OLDER, *_OWN, *_IGNORED))


class Options:
    """The options of one function, read and checked."""

    def __init__(self, owner: str, given: dict[str, Any]) -> None:
        for key in given:
            if key not in _KNOWN:
                import difflib

                near = difflib.get_close_matches(key, _KNOWN, 1)
                hint = f"; did you mean '{near[0]}'?" if near else ""
                raise InvalidError(f"{owner}: unknown option '{key}'{hint}")
        self.pool: dict[str, Any] = {key: given[key] for key in _POOL if given.get(key) is not None}
        for old, new in _OLDER.items():
            if given.get(old) is not None:
                if new in self.pool:
                    raise InvalidError(f"{owner}: '{old}' is the older spelling of '{new}'; give one of them")
                self.pool[new] = given[old]
        for key, value in self.pool.items():
            if not isinstance(value, (int, float)):
                raise InvalidError(f"{owner}: '{key}' must be a number, got {value!r}")
        self.name: str | None = given.get("name")
        self.image: Image | None = given.get("image")
        self.secrets: list[Secret] = list(given.get("secrets") or ())
        if given.get("secret") is not None:
            self.secrets.append(given["secret"])
        self.env: dict[str, str] = dict(given.get("env") or {})
        self.retries = given.get("retries")
        self.schedule = given.get("schedule")
        self.ignored = [key for key in _IGNORED if given.get(key) is not None]


class Function(Scaled):
    """A function of an app. Call it as ever: that runs it here."""

    def __init__(self, app: App, name: str, partial: Partial, options: Options, owner: type | None = None) -> None:
        self.app = app
        self.name = name
        self.raw = partial.raw
        self.web: Web | None = partial.web
        self.options = options
        self.owner = owner
        self.concurrency = partial.concurrency
        self.rates = partial.rates
        self.warm_ups = partial.warm_ups
        self.__name__ = name
        self.__doc__ = self.raw.__doc__
        self.__wrapped__ = self.raw
        self.__module__ = getattr(self.raw, "__module__", "")

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self.raw(*arguments, **options)

    def local(self, *arguments: Any, **options: Any) -> Any:
        """Runs the function here."""
        return self.raw(*arguments, **options)

    def get_raw_f(self) -> Callable[..., Any]:
        """The undecorated function."""
        return self.raw

    @staticmethod
    def from_name(app_name: str, name: str, *, environment_name: str | None = None) -> Named:
        """A function of any app that this host serves, for its statistics and how it scales."""
        return Named(app_name, name)

    def _place(self) -> tuple[str, str]:
        return "", self.name

    def __getattr__(self, name: str) -> Any:
        if name in ("remote", "remote_gen", "spawn", "map", "starmap", "for_each", "spawn_map"):
            if self.web is not None:
                raise ExecutionError(f"'{self.name}' is a web function: request its URL instead of calling .{name}()")
            raise ExecutionError(f".{name}() is not available in this version; .local() is")
        raise AttributeError(name)


class Cls:
    """A class of an app, some of whose methods are functions of it."""

    def __init__(self, raw: type) -> None:
        self.raw = raw
        self.__name__ = raw.__name__

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self.raw(*arguments, **options)


class App:
    """A named group of functions from one source."""

    def __init__(
        self,
        name: str | None = None,
        *,
        image: Image | None = None,
        secrets: Sequence[Secret] = (),
        volumes: Any = None,
        tags: dict[str, str] | None = None,
        include_source: bool | None = None,
    ) -> None:
        if name is not None and not isinstance(name, str):
            raise InvalidError("an app's name must be a string")
        self.name = name
        self.image = image
        self.secrets = list(secrets)
        self.registered_functions: dict[str, Function] = {}

    def function(self, _misuse: Any = None, **given: Any) -> Callable[[Any], Function]:
        """Registers a function.

        Options as in the functional model: ``image``, ``secrets``, ``env``, ``min_containers``, ``max_containers``,
        ``buffer_containers``, ``scaledown_window`` and ``timeout`` (seconds), ``startup_timeout``, ``name``,
        ``single_use_containers`` … Beyond it: ``max_uses`` inputs and ``max_age`` seconds after which a replica is
        replaced, by a share of up to ``recycle_jitter`` (0.2) earlier; ``max_heap_growth``, by how many MiB what it
        holds of the heap may grow before; ``max_queued`` (2000) and ``queue_timeout``
        (60), how many inputs wait and how many seconds before they are refused. Raises
        ``InvalidError`` for an unknown one.
        """
        if _misuse is not None:
            raise InvalidError("@app.function needs parentheses: write @app.function()")

        def wrap(target: Any) -> Function:
            if isinstance(target, type):
                raise InvalidError("use @app.cls() for a class")
            partial = Partial.of(target, "app.function")
            options = Options(partial.__name__, given)
            if partial.hook is not None:
                raise InvalidError(f"@{partial.hook} belongs on a method of an @app.cls() class")
            if partial.web is not None and options.retries is not None:
                raise InvalidError(f"'{partial.__name__}': web functions do not support retries")
            return self._register(options.name or partial.__name__, partial, options, None)

        return wrap

    def cls(self, _misuse: Any = None, **given: Any) -> Callable[[type], Cls]:
        """Registers a class: its ``@method()`` and web methods become functions, one instance a replica."""
        if _misuse is not None:
            raise InvalidError("@app.cls needs parentheses: write @app.cls()")

        def wrap(target: type) -> Cls:
            if not isinstance(target, type):
                raise InvalidError("use @app.function() for a function")
            options = Options(target.__name__, given)
            limits = getattr(target, "__polyloom_concurrency__", None)
            rates = getattr(target, "__polyloom_rates__", {})
            warm_ups = getattr(target, "__polyloom_warm_ups__", ())
            for attribute, partial in list(_functions.members(target, Partial)):
                if partial.web is not None or partial.is_method:
                    partial.concurrency = partial.concurrency or limits
                    partial.rates = partial.rates or rates
                    partial.warm_ups = partial.warm_ups or warm_ups
                    self._register(f"{target.__name__}.{attribute}", partial, options, target)
                if partial.hook is None:
                    setattr(target, attribute, partial.raw)
            return Cls(target)

        return wrap

    def _register(self, name: str, partial: Partial, options: Options, owner: type | None) -> Function:
        if name in self.registered_functions:
            raise InvalidError(f"the app has two functions named '{name}'")
        function = Function(self, name, partial, options, owner)
        self.registered_functions[name] = function
        return function

    def local_entrypoint(self, _misuse: Any = None, *, name: str | None = None) -> Callable[[Any], Any]:
        """Marks a function to be run from the command line; ``serve`` leaves it alone."""
        return lambda target: target

    def __repr__(self) -> str:
        return f"App({self.name!r})"


Stub = App
