"""The finders that put off or change imports, on modules written for the purpose."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from polyloom._patches._imports import LazyModules, use

NAME = "put_off"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    finder = LazyModules(str(tmp_path), {NAME: ("twice",)})
    sys.meta_path.insert(0, finder)
    yield tmp_path
    sys.meta_path.remove(finder)
    sys.modules.pop(NAME, None)


def written(folder: Path, text: str) -> ModuleType:
    """Imports a lazy module of this text, which adds a line to ``ran`` when it is executed."""
    log = f"with open({str(folder / 'ran')!r}, 'a') as ran:\n    ran.write('once\\n')\n"
    (folder / f"{NAME}.py").write_text(log + text)
    return importlib.import_module(NAME)


def ran(folder: Path) -> int:
    log = folder / "ran"
    return len(log.read_text().splitlines()) if log.exists() else 0


def test_is_executed_when_it_is_first_used(folder: Path) -> None:
    module = written(folder, "value = 7\n")
    assert ran(folder) == 0
    assert module.value == 7
    assert module.value == 7
    assert ran(folder) == 1
    assert type(module) is ModuleType


def test_importing_it_again_is_no_use(folder: Path) -> None:
    written(folder, "value = 7\n")
    exec(f"import {NAME}\nimport {NAME} as other", {})
    assert ran(folder) == 0


def test_importing_a_name_from_it_is_a_use(folder: Path) -> None:
    written(folder, "value = 7\n")
    names: dict[str, object] = {}
    exec(f"from {NAME} import value", names)
    assert names["value"] == 7
    assert ran(folder) == 1


def test_sees_itself_while_it_is_executed(folder: Path) -> None:
    module = written(folder, f"import {NAME}\nfirst = 1\nsecond = {NAME}.first + 1\n")
    assert module.second == 2
    assert ran(folder) == 1


def test_a_value_set_from_outside_outlives_the_execution(folder: Path) -> None:
    module = written(folder, "value = 7\n")
    module.value = 8  # type: ignore[attr-defined]
    assert module.value == 8
    assert ran(folder) == 1


def test_raises_its_error_where_it_is_used_every_time(folder: Path) -> None:
    module = written(folder, "raise ImportError('not here')\n")
    for _ in range(2):
        with pytest.raises(ImportError, match="not here"):
            _ = module.value
    assert ran(folder) == 2


def test_has_no_attributes_but_its_own(folder: Path) -> None:
    module = written(folder, "value = 7\n")
    assert not hasattr(module, "other")
    assert "value" in dir(module)


def test_can_be_used_ahead(folder: Path) -> None:
    written(folder, "value = 7\n")
    use(NAME)
    use(NAME)
    use("a_module_that_nobody_imported")
    assert ran(folder) == 1


def test_a_function_that_is_expected_can_be_imported_from_it(folder: Path) -> None:
    written(folder, "def twice(value):\n    return 2 * value\n")
    names: dict[str, Any] = {}
    exec(f"from {NAME} import twice", names)
    assert ran(folder) == 0
    assert names["twice"](21) == 42
    assert ran(folder) == 1
    assert names["twice"](4) == 8
    assert ran(folder) == 1


def test_a_module_elsewhere_is_not_put_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.meta_path[0], "_folder", str(folder / "elsewhere"))
    written(folder, "value = 7\n")
    assert ran(folder) == 1
