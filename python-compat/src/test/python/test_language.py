"""What GraalPy gets wrong by itself, and is put right."""

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
