"""Packages that an environment does without."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from polyloom._patches._left_out import LeftOut


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    finder = LeftOut(frozenset({"not_built"}))
    sys.meta_path.append(finder)
    yield tmp_path
    sys.meta_path.remove(finder)
    for name in ("not_built", "user"):
        sys.modules.pop(name, None)


def test_an_import_that_nothing_guards_succeeds_until_it_is_used(folder: Path) -> None:
    (folder / "user.py").write_text("import not_built\ndef use(): return not_built.compress(b'')\n")
    user = importlib.import_module("user")
    with pytest.raises(ImportError, match="'not_built' is not installed: its native code could not be built"):
        user.use()


def test_an_import_that_expects_to_fail_does(folder: Path) -> None:
    (folder / "user.py").write_text("try:\n    import not_built\nexcept ImportError:\n    not_built = None\n")
    assert importlib.import_module("user").not_built is None


def test_a_name_cannot_be_imported_from_it(folder: Path) -> None:
    (folder / "user.py").write_text("from not_built import compress\n")
    with pytest.raises(ImportError, match="not installed"):
        importlib.import_module("user")


def test_other_modules_are_as_missing_as_ever(folder: Path) -> None:
    (folder / "user.py").write_text("import not_there_either\n")
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("user")
