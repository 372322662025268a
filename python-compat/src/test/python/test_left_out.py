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


def test_rpds_has_a_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "rpds", raising=False)
    finder = LeftOut(frozenset({"rpds_py"}))
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, finder])
    rpds = importlib.import_module("rpds")
    schemas = rpds.HashTrieMap(a=1).insert("b", 2)
    assert dict(schemas.remove("a").update({"c": 3})) == {"b": 2, "c": 3}
    assert schemas == rpds.HashTrieMap({"b": 2, "a": 1}) and hash(schemas) == hash(rpds.HashTrieMap(a=1, b=2))
    assert schemas.keys() & {"a", "x"} == {"a"}
    with pytest.raises(KeyError):
        schemas.remove("x")
    assert rpds.HashTrieSet("ab").insert("c") - {"a"} == {"b", "c"}
    assert list(rpds.List([1, 2]).push_front(0).rest) == [1, 2]
    assert rpds.Queue([1, 2]).dequeue().peek() == 2
    assert rpds.Stack([1, 2]).pop().peek() == 1
    sys.modules.pop("rpds")
