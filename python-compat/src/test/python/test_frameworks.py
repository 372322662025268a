"""The corrections to libraries, on modules that look like the ones they are for."""

import importlib
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from polyloom import _patches
from polyloom._patches import _frameworks


def module(**attributes: Any) -> Any:
    made = ModuleType("made")
    vars(made).update(attributes)
    return made


class Points:
    """Stands for ``importlib.metadata.entry_points``, and counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, *, group: str) -> Iterable[str]:
        self.asked += 1
        return [group]


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(tmp_path / "missing"), ""])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def distribution(packages: Path, name: str, text: str | None) -> None:
    (packages / name).mkdir()
    if text is not None:
        (packages / name / "entry_points.txt").write_text(text)


def test_metadata_is_not_read_when_no_package_names_a_plugin(packages: Path) -> None:
    distribution(packages, "one-1.0.dist-info", None)
    distribution(packages, "two-1.0.dist-info", "[console_scripts]\npydantic = two:main\n")
    points = Points()
    loader = module(entry_points=points)
    _frameworks.PATCHES["pydantic.plugin._loader"](loader)
    assert list(loader.entry_points(group="pydantic")) == []
    assert points.asked == 0


@pytest.mark.parametrize("name", ["one-1.0.dist-info", "one-1.0.egg-info"])
def test_metadata_is_read_when_a_package_names_a_plugin(packages: Path, name: str) -> None:
    distribution(packages, name, "[pydantic]\nmine = one:plugin\n")
    points = Points()
    loader = module(entry_points=points)
    _frameworks.PATCHES["pydantic.plugin._loader"](loader)
    assert list(loader.entry_points(group="pydantic")) == ["pydantic"]


@pytest.mark.parametrize("name", ["one-1.0.egg", "missing.zip"])
def test_metadata_is_read_when_a_package_cannot_be_looked_into(
    packages: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name.endswith(".egg"):
        (packages / name).mkdir()
    else:
        monkeypatch.setattr(sys, "path", [*sys.path, str(packages / name)])
    points = Points()
    loader = module(entry_points=points)
    _frameworks.PATCHES["pydantic.plugin._loader"](loader)
    assert list(loader.entry_points(group="pydantic")) == ["pydantic"]


def test_what_pydantic_v1_has_not_made_is_none_of_its_models(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[Any] = []

    def check(thing: Any) -> bool:
        checked.append(thing)
        return True

    compat = module(is_pydantic_v1_model_class=check, is_pydantic_v1_model_instance=check)
    _frameworks.PATCHES["fastapi._compat.shared"](compat)
    monkeypatch.delitem(sys.modules, "pydantic.v1.main", raising=False)
    assert not compat.is_pydantic_v1_model_class(int)
    assert checked == []
    monkeypatch.setitem(sys.modules, "pydantic.v1.main", ModuleType("pydantic.v1.main"))
    assert compat.is_pydantic_v1_model_class(int)
    assert compat.is_pydantic_v1_model_instance(5)
    assert checked == [int, 5]


def test_an_annotation_is_compiled_once() -> None:
    typing = module()
    _patches.compile_annotations_once(typing)
    first = typing.compile("int | None", "<string>", "eval")
    assert eval(first) == int | None
    assert typing.compile("int | " + "None", "<string>", "eval") is first
    assert typing.compile("int | None", "<elsewhere>", "eval") is not first
    for _ in range(2):
        with pytest.raises(SyntaxError):
            typing.compile("int |", "<string>", "eval")
    names: dict[str, Any] = {}
    exec(typing.compile("a = 1", "<string>", "exec"), names)
    assert names["a"] == 1


MODELS = """
from pydantic import BaseModel
class Item(BaseModel):
    parts: "list[Part]" = []
class Part(BaseModel):
    size: int
Item.model_rebuild()
"""


def test_deferred_models_work_and_leave_pydantic_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pydantic import BaseModel, ValidationError

    (tmp_path / "deferred_models.py").write_text(MODELS)
    monkeypatch.syspath_prepend(str(tmp_path))
    config, rebuild = BaseModel.model_config, BaseModel.__dict__["model_rebuild"]
    with _frameworks._DeferredModels():
        models: Any = importlib.import_module("deferred_models")
    assert not models.Item.__pydantic_complete__
    assert BaseModel.model_config is config
    assert BaseModel.__dict__["model_rebuild"] is rebuild

    utils = module(get_openapi=lambda: models.Item.model_validate({"parts": [{"size": "3"}]}))
    _frameworks.PATCHES["fastapi.openapi.utils"](utils)
    assert utils.get_openapi().parts[0].size == 3
    assert models.Item.__pydantic_complete__
    with pytest.raises(ValidationError):
        models.Part.model_validate({"size": "three"})


class _OldValidator:
    """A validator of jsonschema 4.17."""

    def __init__(self, schema: Any, resolver: Any = None, format_checker: Any = None) -> None:
        self.made = (schema, resolver, format_checker)


class _NewValidator(_OldValidator):
    """One of a later version."""

    def __init__(self, schema: Any, resolver: Any = None, format_checker: Any = None, *, registry: Any = None) -> None:
        super().__init__(schema, registry, format_checker)


def test_validators_that_know_no_registry_get_none() -> None:
    model = module(Draft4Validator=_OldValidator, validator_for=lambda schema: _OldValidator)
    _frameworks.PATCHES["flask_restx.model"](model)
    assert model.validator_for({})({"a": 1}, registry="r", format_checker="f").made == ({"a": 1}, None, "f")
    model = module(Draft4Validator=_NewValidator, validator_for=lambda schema: _NewValidator)
    _frameworks.PATCHES["flask_restx.model"](model)
    assert model.validator_for({})({"a": 1}, registry="r").made == ({"a": 1}, "r", None)
