"""Values that a function finds in its environment."""

from __future__ import annotations

import os

from polyloom.exception import InvalidError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Secret:
    """A set of environment variables: named, then the host knows the values, or given here. Immutable."""

    def __init__(self, name: str | None, values: dict[str, str] | None) -> None:
        self.name = name
        self.values = values

    @staticmethod
    def from_name(name: str, **_options: Any) -> Secret:
        """Refers to a secret that the host holds."""
        return Secret(name, None)

    @staticmethod
    def from_dict(env_dict: dict[str, str | None] | None = None) -> Secret:
        """Makes a secret of these variables; those that are ``None`` are left out."""
        values: dict[str, str] = {}
        for key, value in (env_dict or {}).items():
            if value is None:
                continue
            if not isinstance(key, str) or not isinstance(value, str):
                raise InvalidError("Secret.from_dict takes strings for keys and values")
            values[key] = value
        return Secret(None, values)

    @staticmethod
    def from_local_environ(env_keys: list[str]) -> Secret:
        """Makes a secret of variables of the present environment."""
        missing = [key for key in env_keys if key not in os.environ]
        if missing:
            raise InvalidError(f"not set in the environment: {', '.join(missing)}")
        return Secret(None, {key: os.environ[key] for key in env_keys})

    @staticmethod
    def from_dotenv(path: str | None = None, *, filename: str = ".env") -> Secret:
        """Makes a secret of the variables in a dotenv file, looked for upwards from ``path`` or here."""
        folder = os.path.abspath(path or os.getcwd())
        if os.path.isfile(folder):
            folder = os.path.dirname(folder)
        while True:
            candidate = os.path.join(folder, filename)
            if os.path.isfile(candidate):
                return Secret(None, _read_dotenv(candidate))
            parent = os.path.dirname(folder)
            if parent == folder:
                raise InvalidError(f"no {filename} found")
            folder = parent

    def __repr__(self) -> str:
        return f"Secret({self.name!r})" if self.name else "Secret(<values>)"


def _read_dotenv(path: str) -> dict[str, str]:
    values: dict[str, str] = {}
    with open(path, encoding="utf-8") as file:
        for number, raw in enumerate(file, 1):
            line = raw.strip().removeprefix("export ")
            if not line or line.startswith("#"):
                continue
            key, separator, value = line.partition("=")
            if not separator:
                raise InvalidError(f"{path}:{number}: expected KEY=VALUE")
            value = value.strip()
            if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
                value = value[1:-1]
            values[key.strip()] = value
    return values
