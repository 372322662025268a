"""Stands for packages that the environment does without because their native code could not be built.

For a few there is one here that does the same in Python. Of the others, an import that expects its failure gets it. Any
other gets a module that says so when something of it is used: many libraries import such a package for one corner of
theirs.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType
    from typing import Any

_FILE = "left-out"


def install() -> None:
    """Puts the finder last, if the environment lacks anything; called once per context."""
    try:
        with open(os.path.join(sys.prefix, _FILE), encoding="utf-8") as file:
            names = frozenset(line.strip().replace("-", "_") for line in file)
    except OSError:
        return
    sys.meta_path.append(LeftOut(names))


class _Missing(ModuleType):
    """A module that has nothing but its place in the import system."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise ImportError(f"{self.__name__!r} is not installed: its native code could not be built for GraalPy")


# By module: the package that it is of, and the file beside this one that does the same without native code.
_STAND_INS = {"rpds": ("rpds_py", "_rpds.py")}


class LeftOut:
    """Finds the modules of packages that were left out. Also their loader."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        """A spec of what stands for the module, or of one without content; None where the importer copes without."""
        package, stand_in = _STAND_INS.get(fullname, ("", ""))
        if package in self._names:
            from importlib.util import spec_from_file_location

            return spec_from_file_location(fullname, os.path.join(os.path.dirname(__file__), stand_in))
        if fullname not in self._names or _expects_failure(sys._getframe(1)):
            return None
        from importlib.machinery import ModuleSpec

        return ModuleSpec(fullname, self)  # type: ignore[arg-type]

    def create_module(self, spec: Any) -> ModuleType:
        """The module."""
        return _Missing(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Does nothing: there is nothing."""


def _expects_failure(frame: FrameType | None) -> bool:
    """Whether the statement that imports stands in a ``try``, as far as its source can be read."""
    while frame is not None and "importlib" in frame.f_code.co_filename:
        frame = frame.f_back
    if frame is None:
        return True
    import ast

    try:
        with open(frame.f_code.co_filename, encoding="utf-8") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return True
    line = frame.f_lineno
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and node.handlers:
            first, last = node.body[0], node.body[-1]
            if first.lineno <= line <= (last.end_lineno or last.lineno):
                return True
    return False
