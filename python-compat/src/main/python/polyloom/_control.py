"""What code can ask of the host about functions that are served: their statistics, and how they scale."""

from __future__ import annotations

from polyloom.exception import ExecutionError, InvalidError, NotFoundError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from polyloom._runtime._host import Control


class _Host:
    """The host, once there is one, and the name it has for the app of this context."""

    def __init__(self) -> None:
        self.control: Control | None = None
        self.app = ""


host = _Host()


class _Values:
    """Named numbers that are equal when all of them are. Immutable by agreement."""

    __slots__: tuple[str, ...] = ()

    def __init__(self, **values: Any) -> None:
        for name in self.__slots__:
            setattr(self, name, values[name])

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and all(getattr(self, n) == getattr(other, n) for n in self.__slots__)

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in self.__slots__))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({shown})"


class FunctionStats(_Values):
    """How busy a function is.

    ``backlog``: inputs that wait. ``num_total_runners``: replicas, those that start included.
    ``num_running_inputs``: inputs that run. ``input_headroom``: inputs that its replicas could take on top.
    """

    __slots__ = ("backlog", "input_headroom", "num_running_inputs", "num_total_runners")

    backlog: int
    num_total_runners: int
    num_running_inputs: int
    input_headroom: int


class AutoscalerSettings(_Values):
    """How a function scales. ``scaledown_window`` is in seconds."""

    __slots__ = ("buffer_containers", "max_containers", "min_containers", "scaledown_window")

    min_containers: int
    max_containers: int
    buffer_containers: int
    scaledown_window: float


class blocking:
    """A method that may also be awaited, as ``method.aio()``. The host answers at once either way."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call
        self.__name__ = call.__name__
        self.__doc__ = call.__doc__

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else _Bound(self._call, instance)


class _Bound:
    def __init__(self, call: Callable[..., Any], instance: Any) -> None:
        self._call = call
        self._instance = instance
        self.__doc__ = call.__doc__

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self._call(self._instance, *arguments, **options)

    async def aio(self, *arguments: Any, **options: Any) -> Any:
        return self._call(self._instance, *arguments, **options)


class Scaled:
    """A function that scales, as code sees it."""

    def _place(self) -> tuple[str, str]:
        """The names of its app and of the function; the app's is empty for the one of this context."""
        raise NotImplementedError

    @blocking
    def get_current_stats(self) -> FunctionStats:
        """How many inputs wait for and run on the function's replicas."""
        return FunctionStats(**self._asked(lambda control, place: control.stats(*place)))

    @blocking
    def update_autoscaler(
        self,
        *,
        min_containers: int | None = None,
        max_containers: int | None = None,
        buffer_containers: int | None = None,
        scaledown_window: float | None = None,
    ) -> AutoscalerSettings:
        """Changes how the function scales, from now until its source is saved or the host ends.

        What is not given stays as it is. Returns all that holds then. Raises ``InvalidError`` for settings that make
        no sense together, ``NotFoundError`` when the function is not served, ``ExecutionError`` outside of a host.
        """
        import json

        given = {
            "min_containers": min_containers,
            "max_containers": max_containers,
            "buffer_containers": buffer_containers,
            "scaledown_window": scaledown_window,
        }
        change = json.dumps({name: value for name, value in given.items() if value is not None})
        return AutoscalerSettings(**self._asked(lambda control, place: control.update(*place, change)))

    @blocking
    def keep_warm(self, warm_pool_size: int) -> None:
        """The older spelling of ``update_autoscaler(min_containers=…)``."""
        self.update_autoscaler(min_containers=warm_pool_size)

    def _asked(self, ask: Callable[[Control, tuple[str, str]], str]) -> dict[str, Any]:
        import json

        app, name = self._place()
        app = app or host.app
        if host.control is None or not app:
            raise ExecutionError(f"'{name}' is not served yet: ask from code that runs in a function")
        answer: dict[str, Any] = json.loads(ask(host.control, (app, name)))
        match answer.pop("error", None):
            case None:
                return answer
            case "not_found":
                raise NotFoundError(f"no function '{name}' of an app '{app}' is served here")
            case message:
                raise InvalidError(f"'{name}': {message}")


class Named(Scaled):
    """A function of any app, by name."""

    def __init__(self, app: str, name: str) -> None:
        self._app = app
        self.name = name

    def _place(self) -> tuple[str, str]:
        return self._app, self.name

    def __getattr__(self, name: str) -> Any:
        if name in ("remote", "remote_gen", "spawn", "map", "starmap", "for_each", "spawn_map"):
            raise ExecutionError(f".{name}() is not available in this version")
        raise AttributeError(name)

    def __repr__(self) -> str:
        return f"Function.from_name({self._app!r}, {self.name!r})"
