"""Puts the sources under test on the path and keeps one test's app out of the next one's imports."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "main" / "python"))

if sys.implementation.name == "graalpy":
    from polyloom import _patches

    _patches.install(lambda _: None)


@pytest.fixture(autouse=True)
def fresh_interpreter_state() -> Iterator[None]:
    modules, path, folder, variables = set(sys.modules), list(sys.path), os.getcwd(), dict(os.environ)
    yield
    for name in set(sys.modules) - modules:
        module_file = getattr(sys.modules[name], "__file__", None) or ""
        if "site-packages" not in module_file and "/polyloom/" not in module_file and "/lib/python" not in module_file:
            del sys.modules[name]
    sys.path[:] = path
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
