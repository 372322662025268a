"""Stands for ``rpds`` where its native code could not be built: the same types over ``dict`` and ``tuple``.

``jsonschema``, through ``referencing``, keeps a few dozen schemas in them. A change copies the whole, so they are not
for collections of many thousands that change often.
"""

from __future__ import annotations

from collections.abc import Hashable, ItemsView, Iterable, Iterator, KeysView, Mapping, Sequence, Set, ValuesView

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self


class _Keys(KeysView):  # type: ignore[type-arg]
    def intersection(self, other: Iterable[Any]) -> HashTrieSet:
        return HashTrieSet(key for key in other if key in self)

    def union(self, other: Iterable[Any]) -> HashTrieSet:
        return HashTrieSet(self).update(other)

    def __repr__(self) -> str:
        return f"keys_view({{{', '.join(map(repr, self))}}})"


class _Values(ValuesView):  # type: ignore[type-arg]
    def __repr__(self) -> str:
        return f"values_view([{', '.join(map(repr, self))}])"


class _Items(ItemsView):  # type: ignore[type-arg]
    def __and__(self, other: Iterable[Any]) -> HashTrieSet:  # type: ignore[override]
        return self.intersection(other)

    __rand__ = __and__  # type: ignore[assignment]

    def intersection(self, other: Iterable[Any]) -> HashTrieSet:
        return HashTrieSet(item for item in other if isinstance(item, tuple) and item in self)

    def union(self, other: Iterable[Any]) -> HashTrieSet:
        return HashTrieSet(self).update(other)

    def __repr__(self) -> str:
        return f"items_view([{', '.join(map(repr, self))}])"


class HashTrieMap(Mapping, Hashable):  # type: ignore[type-arg]
    """A mapping whose changes are new mappings."""

    __slots__ = ("_map",)

    def __init__(self, value: Any = (), **kwds: Any) -> None:
        self._map = {**dict(value), **kwds}

    @classmethod
    def _of(cls, content: dict[Any, Any]) -> Self:
        made = cls.__new__(cls)
        made._map = content
        return made

    @classmethod
    def convert(cls, value: Any) -> Self:
        return value if isinstance(value, cls) else cls(value)

    @classmethod
    def fromkeys(cls, keys: Iterable[Any], val: Any = None) -> Self:
        return cls._of(dict.fromkeys(keys, val))

    def __getitem__(self, key: Any) -> Any:
        return self._map[key]

    def __contains__(self, key: object) -> bool:
        return key in self._map

    def __iter__(self) -> Iterator[Any]:
        return iter(self._map)

    def __len__(self) -> int:
        return len(self._map)

    def __eq__(self, other: object) -> bool:
        return self._map == other._map if isinstance(other, HashTrieMap) else NotImplemented

    def __hash__(self) -> int:
        for key, value in self._map.items():
            try:
                hash(value)
            except Exception as e:
                raise TypeError(f"Unhashable type in HashTrieMap of key {key!r}") from e
        return hash(frozenset(self._map.items()))

    def __repr__(self) -> str:
        return f"HashTrieMap({{{', '.join(f'{key!r}: {value!r}' for key, value in self._map.items())}}})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (list(self._map.items()),)

    def keys(self) -> _Keys:
        return _Keys(self)

    def values(self) -> _Values:
        return _Values(self)

    def items(self) -> _Items:
        return _Items(self)

    def insert(self, key: Any, value: Any) -> Self:
        return self._of({**self._map, key: value})

    def remove(self, key: Any) -> Self:
        rest = self._map.copy()
        del rest[key]
        return self._of(rest)

    def discard(self, key: Any) -> Self:
        return self.remove(key) if key in self._map else self

    def update(self, *maps: Any, **kwds: Any) -> Self:
        content = self._map.copy()
        for one in (*maps, kwds):
            content.update(one)
        return self._of(content)


class HashTrieSet(Set, Hashable):  # type: ignore[type-arg]
    """A set whose changes are new sets."""

    __slots__ = ("_set",)

    def __init__(self, value: Iterable[Any] = ()) -> None:
        self._set = frozenset(value)

    def __contains__(self, value: object) -> bool:
        return value in self._set

    def __iter__(self) -> Iterator[Any]:
        return iter(self._set)

    def __len__(self) -> int:
        return len(self._set)

    def __hash__(self) -> int:
        return hash(self._set)

    def __repr__(self) -> str:
        return f"HashTrieSet({{{', '.join(map(repr, self._set))}}})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (list(self._set),)

    def insert(self, value: Any) -> HashTrieSet:
        return HashTrieSet(self._set | {value})

    def remove(self, value: Any) -> HashTrieSet:
        if value not in self._set:
            raise KeyError(value)
        return HashTrieSet(self._set - {value})

    def discard(self, value: Any) -> HashTrieSet:
        return HashTrieSet(self._set - {value})

    def update(self, *iterables: Iterable[Any]) -> HashTrieSet:
        return HashTrieSet(self._set.union(*iterables))

    def union(self, other: Iterable[Any]) -> HashTrieSet:
        return HashTrieSet(self._set.union(other))

    def intersection(self, other: Iterable[Any]) -> HashTrieSet:
        return HashTrieSet(self._set.intersection(other))

    def difference(self, other: Iterable[Any]) -> HashTrieSet:
        return HashTrieSet(self._set.difference(other))

    def symmetric_difference(self, other: Iterable[Any]) -> HashTrieSet:
        return HashTrieSet(self._set.symmetric_difference(other))


class _Ordered:
    """What the types over a tuple have in common."""

    __slots__ = ("_all",)

    def __init__(self, *elements: Any) -> None:
        self._all: tuple[Any, ...] = tuple(elements[0] if len(elements) == 1 else elements)

    @classmethod
    def _of(cls, content: tuple[Any, ...]) -> Self:
        made = cls.__new__(cls)
        made._all = content
        return made

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._all)

    def __eq__(self, other: object) -> bool:
        return self._all == other._all if isinstance(other, _Ordered) and type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._all))

    def __repr__(self) -> str:
        return f"{type(self).__name__}([{', '.join(map(repr, self._all))}])"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (list(self._all),)

    def _first(self) -> Any:
        if not self._all:
            raise IndexError(f"empty {type(self).__name__.lower()}")
        return self._all[0]

    def _rest(self) -> Self:
        self._first()
        return self._of(self._all[1:])


class List(_Ordered):
    """A list that grows and shrinks at its front."""

    __slots__ = ()

    @property
    def first(self) -> Any:
        return self._first()

    @property
    def rest(self) -> List:
        return self._of(self._all[1:])

    def __reversed__(self) -> List:
        return self._of(self._all[::-1])

    def push_front(self, other: Any) -> List:
        return self._of((other, *self._all))

    def drop_first(self) -> List:
        return self._rest()


class Queue(_Ordered):
    """First in, first out."""

    __slots__ = ()

    def peek(self) -> Any:
        return self._first()

    @property
    def is_empty(self) -> bool:
        return not self._all

    def enqueue(self, value: Any) -> Queue:
        return self._of((*self._all, value))

    def dequeue(self) -> Queue:
        return self._rest()


class Stack(_Ordered):
    """Last in, first out."""

    __slots__ = ()

    def __init__(self, *elements: Any) -> None:
        super().__init__(*elements)
        self._all = self._all[::-1]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (list(self._all[::-1]),)

    def __repr__(self) -> str:
        return f"Stack([{', '.join(map(repr, self._all[::-1]))}])"

    def peek(self) -> Any:
        return self._first()

    def push(self, other: Any) -> Stack:
        return self._of((other, *self._all))

    def pop(self) -> Stack:
        return self._rest()


for _sequence in (List, Queue, Stack):
    Sequence.register(_sequence)  # type: ignore[attr-defined]
