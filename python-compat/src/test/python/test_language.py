"""What GraalPy gets wrong by itself, and is put right."""

import decimal
import json
import typing
from types import ModuleType
from typing import Any, Generic, Protocol, TypeVar

import pytest

from polyloom._patches import _language

T = TypeVar("T")
V = TypeVar("V")


@pytest.fixture(autouse=True)
def patched() -> None:
    _language.let_generics_create(typing)


def test_a_generic_class_creates_its_instances() -> None:
    class Pair(Generic[T, V]):
        __slots__ = ("first", "second")

        def __new__(cls, first: T, second: V) -> "Pair[T, V]":
            self = super().__new__(cls)
            self.first = first
            self.second = second
            return self

    class Named(Pair[str, V]):
        pass

    assert Pair[int, str](1, "a").second == "a"
    assert Named("x", 2).first == "x"
    assert Pair.__parameters__ == (T, V)  # type: ignore[attr-defined]
    assert issubclass(Named, Generic)  # type: ignore[arg-type]


def test_other_generic_classes_are_as_they_were() -> None:
    class Plain(Generic[T]):
        class Inner:
            def __new__(cls) -> "Plain.Inner":
                return object.__new__(cls)

    class Made(Protocol[T]):
        def make(self) -> T: ...

    assert Generic in Plain.__bases__
    assert isinstance(Plain.Inner(), Plain.Inner)
    assert Made.__bases__ == (Protocol,)


def test_a_mixed_class_creates_its_instances() -> None:
    class Base:
        pass

    class Mixed(Base, Generic[T]):
        def __new__(cls) -> "Mixed[T]":
            return object.__new__(cls)

    assert isinstance(Mixed(), Base)


def test_sentinels_of_h11_are_their_own_class() -> None:
    module: Any = ModuleType("h11._util")
    _language.PATCHES["h11._util"](module)
    paused = module.Sentinel("PAUSED", (module.Sentinel,), {})
    assert type(paused) is paused
    assert repr(paused) == "PAUSED"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``json.loads`` as it is with the patch, however json was imported."""
    monkeypatch.setattr(json.scanner, "make_scanner", json.scanner.make_scanner)
    _language.PATCHES["json.decoder"](json.decoder)
    return lambda text, **options: json.JSONDecoder(**options).decode(text)


def test_numbers_of_json_are_read_as_ever(read: Any) -> None:
    numbers = read("[0, -7, 1.5, -2.5e3, 1E400, 123456789012345678901234567890]")
    assert numbers == [0, -7, 1.5, -2500.0, float("inf"), 123456789012345678901234567890]
    assert [type(number) for number in numbers] == [int, int, float, float, float, int]
    assert read('{"a": [NaN, true, null, "b"]}')["a"][1:] == [True, None, "b"]


def test_who_reads_numbers_in_their_own_way_does(read: Any) -> None:
    assert read("[1, 2.5]", parse_int=str, parse_float=lambda text: ("float", text)) == ["1", ("float", "2.5")]
    assert read("[1, 2.5]", parse_float=decimal.Decimal) == [1, decimal.Decimal("2.5")]
    assert read('{"a": 1}', object_pairs_hook=list) == [("a", 1)]
    with pytest.raises(json.JSONDecodeError, match="Expecting value"):
        read("[1, ]")


def test_int_is_not_called_for_each_number(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []
    make = json.scanner.c_make_scanner  # type: ignore[attr-defined]
    monkeypatch.setattr(json.scanner, "make_scanner", lambda context: given.append(context) or make(context))
    _language.PATCHES["json.decoder"](json.decoder)
    assert json.JSONDecoder().decode("[1]") == [1]
    # What is an integer itself makes the scanner read them.
    assert type(given[-1].parse_int) is int
