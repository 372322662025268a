"""Holds models that are read and written in short to what pydantic's core makes of the same values."""

import copy
import datetime
import enum
import json
import random
from typing import Any, Generic, Literal, Optional, TypeVar, Union

import pytest
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    RootModel,
    TypeAdapter,
    ValidationError,
    computed_field,
    field_serializer,
    field_validator,
    model_validator,
)

from polyloom._models import Reading, is_known
from polyloom._models.reading import reader_of
from polyloom._models.writing import writer_of
from polyloom._plain_values import UNSURE, plain_json

T = TypeVar("T")


class Point(BaseModel):
    x: int
    y: int = 0


class Line(BaseModel):
    name: str = Field(min_length=1, max_length=5)
    count: int = Field(1, ge=1, lt=100)
    price: float = Field(gt=-5, le=1e6)
    kind: Literal["a", "b", 3] = "a"
    places: list[Point] = []
    extra: dict[str, Any] = Field(default_factory=dict)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True, frozen=True)

    size: int = Field(alias="Size")
    flag: Optional[bool] = None
    either: Union[int, str, None] = None
    number: Union[float, bool] = 1.5
    lists: list[list[float]] = Field(default=[[1.0]], max_length=3)


class Tree(BaseModel):
    label: str
    children: list["Tree"] = []
    named: dict[str, "Tree"] = {}


class Pair(BaseModel, Generic[T]):  # noqa: UP046
    left: T
    right: Optional[T] = None


SIMPLE = [Point, Line, Strict, Tree, Pair[int], Pair[Line]]
OTHERS = [list[Point], dict[str, Optional[Point]], Optional[int], Union[int, str], Any, list[Any]]

WORDS = ["", "a", "b", "longer than five", "héé", "\ud800", "\u2028", '"\\\n\x00\x7f', "3", "true", b"bytes"]
NUMBERS = [0, 1, -1, 3, 99, 100, 2**53, 2**53 + 1, 2**70, 1.0, 1.5, -0.0, 1e-5, 1e15, 1e16, 1e300]
NUMBERS += [float("nan"), float("inf"), -float("inf"), True, False]


class Word(str):
    pass


class Number(enum.IntEnum):
    ONE = 1


def some(rng: random.Random, depth: int) -> Any:
    """A value of any kind, that may contain others."""
    choice = rng.randrange(10 if depth else 6)
    if choice < 2:
        return rng.choice(WORDS)
    if choice < 4:
        return rng.choice(NUMBERS)
    if choice == 4:
        return None
    if choice == 5:
        return rng.choice([Word("a"), Number.ONE, (), set(), datetime.date(2026, 1, 2), object, Point(x=1), 3j])
    if choice < 8:
        return [some(rng, depth - 1) for _ in range(rng.randrange(4))]
    return {rng.choice([*WORDS[:-1], "x", 3]): some(rng, depth - 1) for _ in range(rng.randrange(4))}


def nearly(rng: random.Random, kind: Any, depth: int = 3) -> Any:
    """A value that mostly is what an annotation asks for."""
    if rng.random() < 0.06:
        return some(rng, 2)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        given = {}
        for name, field in kind.model_fields.items():
            if field.is_required() or rng.random() < 0.5:
                key = field.alias if field.alias and rng.random() < 0.8 else name
                given[key] = nearly(rng, field.annotation, depth - 1)
        if rng.random() < 0.1:
            given[rng.choice(["more", "Size", "size"])] = 1
        if rng.random() < 0.1:
            try:
                return kind.model_validate(given)
            except ValidationError:
                pass
        return given
    origin = getattr(kind, "__origin__", None)
    arguments = getattr(kind, "__args__", ())
    if origin is list:
        return [nearly(rng, arguments[0], depth - 1) for _ in range(rng.randrange(4) if depth > 0 else 0)]
    if origin is dict:
        count = rng.randrange(3) if depth > 0 else 0
        return {rng.choice("abcd"): nearly(rng, arguments[1], depth - 1) for _ in range(count)}
    if origin is Literal:
        return rng.choice(arguments)
    if origin is Union:
        return nearly(rng, rng.choice(arguments), depth - 1)
    kinds = {
        int: [1, 5, 50],
        str: ["a", "bcd", "é"],
        float: [1, 2.5, 1e5],
        bool: [True, False],
        type(None): [None],
        Any: [1, "a", [1], {"b": None}],
    }
    return copy.deepcopy(rng.choice(kinds[kind]))


def same(one: Any, other: Any) -> bool:
    """Whether two results are of the same types and values all through."""
    if type(one) is not type(other):
        return False
    if isinstance(one, BaseModel):
        return (
            list(one.__dict__) == list(other.__dict__)
            and one.model_fields_set == other.model_fields_set
            and one.__pydantic_extra__ == other.__pydantic_extra__
            and one.__pydantic_private__ == other.__pydantic_private__
            and same(one.__dict__, other.__dict__)
        )
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return repr(one) == repr(other)


def core(adapter: TypeAdapter, value: Any) -> Any:
    try:
        return adapter.validate_python(value, from_attributes=True)
    except ValidationError:
        return UNSURE


@pytest.mark.parametrize("kind", [*SIMPLE, *OTHERS], ids=str)
def test_a_value_is_read_as_the_core_reads_it(kind):
    assert is_known()
    rng = random.Random(str(kind))
    adapter = TypeAdapter(kind)
    read = reader_of(adapter.core_schema)
    sure = valid = 0
    for _ in range(1500):
        value = nearly(rng, kind)
        got = read(value)
        expected = core(adapter, value)
        valid += expected is not UNSURE
        if got is not UNSURE:
            sure += 1
            assert same(got, expected), value
    # What needs no conversion is not left to the core.
    assert sure > valid * 0.8


@pytest.mark.parametrize("kind", [*SIMPLE, *OTHERS], ids=str)
@pytest.mark.parametrize("by_alias", [True, False])
@pytest.mark.parametrize("without_none", [True, False])
def test_a_value_is_written_as_the_core_writes_it(kind, by_alias, without_none):
    rng = random.Random(f"{kind}{by_alias}{without_none}")
    adapter = TypeAdapter(kind)
    write = writer_of(adapter.core_schema, by_alias=by_alias, without_none=without_none)
    if write is None:
        assert without_none
        return
    sure = 0
    for _ in range(500):
        value = core(adapter, nearly(rng, kind))
        words = UNSURE if value is UNSURE else write(value)
        body = None if words is UNSURE else plain_json(words)
        if body is not None:
            sure += 1
            assert body == adapter.dump_json(value, by_alias=by_alias, exclude_none=without_none)
    assert sure > 200


def test_what_was_changed_after_reading_is_the_cores_to_write():
    write = writer_of(Line.__pydantic_core_schema__, by_alias=True, without_none=False)
    line = Line(name="a", price=1.0)
    assert write(line) == {"name": "a", "count": 1, "price": 1.0, "kind": "a", "places": [], "extra": {}}
    line.count = "many"
    assert write(line) is UNSURE
    del line.count
    assert write(line) is UNSURE

    class Longer(Line):
        more: int = 1

    assert write(Longer(name="a", price=1.0)) is UNSURE


def models_with_code() -> list[type[BaseModel]]:
    class WithValidator(BaseModel):
        x: int

        @field_validator("x")
        @classmethod
        def double(cls, x):
            return 2 * x

    class WithModelValidator(BaseModel):
        x: int

        @model_validator(mode="after")
        def check(self):
            self.x += 1
            return self

    class WithPostInit(BaseModel):
        x: int

        def model_post_init(self, _context):
            self.x += 1

    class WithPrivate(BaseModel):
        x: int
        _y: int = PrivateAttr(3)

    class WithInit(BaseModel):
        x: int

        def __init__(self, **data):
            super().__init__(**{"x": 7, **data})

    class WithNew(BaseModel):
        x: int

        def __new__(cls, **data):
            made = super().__new__(cls)
            object.__setattr__(made, "__dict__", {"x": 0})
            return made

    class WithFactory(BaseModel):
        x: int = Field(default_factory=lambda: 4)

    class WithExtra(BaseModel):
        model_config = ConfigDict(extra="allow")

        x: int

    class WithPath(BaseModel):
        x: int = Field(validation_alias=AliasPath("deep", 0), default=1)
        y: int = Field(validation_alias=AliasChoices("one", "two"), default=1)

    class Stripped(BaseModel):
        model_config = ConfigDict(str_strip_whitespace=True)

        x: str

    class Pattern(BaseModel):
        x: str = Field(pattern="^a+$")

    class Root(RootModel[list[int]]):
        pass

    return [
        WithValidator,
        WithModelValidator,
        WithPostInit,
        WithPrivate,
        WithInit,
        WithNew,
        WithFactory,
        WithExtra,
        WithPath,
        Stripped,
        Pattern,
        Root,
    ]


@pytest.mark.parametrize("model", models_with_code(), ids=lambda model: model.__name__)
def test_a_model_that_does_more_than_take_values_is_the_cores(model):
    assert reader_of(model.__pydantic_core_schema__) is None
    assert Reading.of(model).fill is None


def test_a_model_that_is_written_in_its_own_way_is_the_cores_to_write():
    class Computed(BaseModel):
        x: int

        @computed_field
        @property
        def twice(self) -> int:
            return 2 * self.x

    class Hidden(BaseModel):
        x: int = Field(exclude=True)

    class Serialized(BaseModel):
        x: int

        @field_serializer("x")
        def text(self, x):
            return str(x)

    for model in Computed, Hidden, Serialized:
        assert writer_of(model.__pydantic_core_schema__, by_alias=True, without_none=False) is None


def test_models_are_made_without_the_core_where_that_is_certain():
    assert same(Line(name="a", price=1), Line.model_validate({"name": "a", "price": 1}))
    assert same(Line(name="a", price="1"), Line(name="a", price=1.0))
    assert Strict(Size=1) == Strict(size=1)
    with pytest.raises(ValidationError, match="Input should be greater than or equal to 1"):
        Line(name="a", price=1, count=0)
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Strict(Size=1, other=2)
    with pytest.raises(ValidationError, match="Input should be a valid dictionary"):
        Line.model_validate(3)
    with pytest.raises(ValidationError, match="frozen"):
        Strict(Size=1).size = 2
    first, second = Line(name="a", price=1), Line(name="a", price=1)
    first.places.append(Point(x=1))
    assert second.places == []


def test_a_value_that_contains_itself_is_the_cores():
    loop: dict[str, Any] = {"label": "a"}
    loop["children"] = [loop]
    with pytest.raises(ValidationError, match="recursion_loop"):
        Tree.model_validate(loop)


def test_a_class_that_is_not_complete_is_the_cores_until_it_is():
    class Owner(BaseModel):
        thing: "Thing"

    with pytest.raises(Exception, match="not fully defined"):
        Owner(thing={"x": 1})

    class Thing(BaseModel):
        x: int

    Owner.model_rebuild(_types_namespace={"Thing": Thing})
    assert Owner(thing={"x": 1}).thing == Thing(x=1)
    assert Reading.of(Owner).fill is not None


def test_a_class_made_anew_is_read_anew():
    class Grown(BaseModel):
        x: int

    assert Grown(x=1).x == 1
    Grown.model_fields["x"].metadata.append(Field(gt=5).metadata[0])
    Grown.model_rebuild(force=True)
    with pytest.raises(ValidationError, match="greater than 5"):
        Grown(x=1)
    assert Grown(x=6).x == 6


def test_json_of_a_model_is_the_same_text():
    class Text(BaseModel):
        text: str

    write = writer_of(Text.__pydantic_core_schema__, by_alias=True, without_none=False)
    for code in [*range(0x300), 0x2028, 0x2029, 0xFEFF, 0xFFFF, 0x1F600]:
        text = Text(text=f"<{chr(code)}>")
        assert plain_json(write(text)) == text.model_dump_json().encode()
        assert json.loads(plain_json(write(text)))["text"] == text.text
