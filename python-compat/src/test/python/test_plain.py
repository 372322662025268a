"""Holds endpoints served without FastAPI to the bytes that FastAPI sends for the same request."""

import asyncio
import dataclasses
import datetime
import json
import random
from typing import Any, Optional
from urllib.parse import quote

import pytest
from fastapi import HTTPException, Response

from polyloom._endpoint import fastapi_app
from polyloom._patches import outside_loop
from polyloom._plain import PlainEndpoint, plain_endpoint


@dataclasses.dataclass
class Point:
    x: int
    when: datetime.date


def greet(name: str = "world"):
    return {"hello": name}


def square(x: int):
    return {"square": x**2}


async def typed(a: int, b: float = 1.5, c: bool = False, d: Optional[int] = None, e: "str | None" = None):
    return [a, b, c, d, e]


def loose(x, y=3):
    return (x, y)


def declared(x: int) -> dict:
    return {"x": x, "half": x / 2} if x % 2 else {"x": x}


def result(kind: str) -> str:
    return kind if kind != "wrong" else 3


def keyword(*, q: str = "a"):
    return q


def anything(kind: str):
    return {
        "none": None,
        "text": 'é\u2028\x7f\n"',
        "surrogate": "\ud800",
        "float": 0.1,
        "big": 1e300 * 10,
        "nan": float("nan"),
        "keys": {1: "a"},
        "sa": {"_sa_x": 1, "b": 2},
        "set": {1},
        "data": Point(1, datetime.date(2026, 1, 2)),
        "response": Response("hi", media_type="text/x", headers={"x-a": "b"}),
        "deep": {"a": [1, {"b": (True, None)}]},
        "bytes": b"abc",
    }[kind]


def failing(status: int = 0):
    if status:
        raise HTTPException(status, "no", headers={"x-why": "because"})
    raise ValueError("wrong value")


def body(item: dict, n: int = 1):
    return {"got": item, "n": n}


async def async_body(item: dict[str, Any]):
    return item


FUNCTIONS = [greet, square, typed, loose, declared, result, keyword, anything, failing, body, async_body]


def call(app, method="GET", path="/", query=b"", headers=(), content=b"", root=""):
    """Sends one request; the answer as status, headers and body, or the error that came out."""
    pieces = [content[i : i + 7] for i in range(0, len(content), 7)] or [b""]
    sent: list[dict] = []

    async def receive():
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": root + path,
        "raw_path": (root + path).encode(),
        "root_path": root,
        "query_string": query,
        "headers": list(headers),
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    error = None
    try:
        asyncio.run(app(scope, receive, send))
    except Exception as raised:
        error = (type(raised), str(raised))
    starts = [(m["status"], [tuple(h) for h in m.get("headers", ())]) for m in sent if m["type"].endswith("start")]
    return starts, b"".join(m.get("body", b"") for m in sent if m["type"].endswith("body")), error


def at_once(app):
    """The application as an isolate asks it: for an answer that waits for nothing, where it has one."""

    async def asked(scope, receive, send):
        answer = app.begin(scope)
        if type(answer) is dict:
            answer = app.answer(scope, answer)
        if type(answer) is not tuple:
            await answer(scope, receive, send)
            return
        status, headers, body, failure = answer
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        if failure is not None:
            raise failure

    return asked if app.at_once else app


def apps(function, method="GET", docs=False, cors=True):
    def make(call):
        return fastapi_app(call, method=method, docs=docs, cors=cors, title="t")

    return plain_endpoint(function, method=method, docs=docs, cors=cors, make=make), make(function)


def same(function, method="GET", **request):
    options = {name: request.pop(name) for name in ("docs", "cors") if name in request}
    ours, theirs = apps(function, request.pop("declared", method), **options)
    assert isinstance(ours, PlainEndpoint)
    expected = call(theirs, method, **request)
    assert call(ours, method, **request) == expected
    assert call(at_once(ours), method, **request) == expected


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    "query",
    [
        b"",
        b"x=4",
        b"x=",
        b"x=wrong",
        b"x=4.0",
        b"x=007",
        b"x=-0",
        b"x=%204",
        b"x=1_000",
        b"x=99999999999999999999999",
        b"x=nan",
        b"x=true",
        b"x=5&x=6",
        b"a=1&b=2.50&c=on&d=4&e=z",
        b"a=1&b=nope",
        b"a=1&b=inf&c=maybe",
        b"a=one&b=2",
        b"a=1&d=",
        b"a=1&d=x",
        b"a=1&c=TRUE",
        b"name=a+b%C3%A9&name=last",
        b"name=\xff",
        b"&&name&=x",
        b"q=%zz",
        b"kind=wrong",
        b"status=404",
        b"status=418",
        b"y=1",
    ],
)
def test_answers_queries_as_fastapi_does(function, query):
    same(function, query=query)


@pytest.mark.parametrize("kind", ["none", "text", "float", "keys", "sa", "set", "data", "response", "deep", "bytes"])
def test_encodes_results_as_fastapi_does(kind):
    same(anything, query=b"kind=" + kind.encode())


@pytest.mark.parametrize("kind", ["big", "nan", "surrogate"])
def test_fails_where_json_has_no_word_for_it(kind):
    same(anything, query=b"kind=" + kind.encode())


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE"])
@pytest.mark.parametrize("path", ["/", "", "//", "/x", "/x/", "/docs", "/openapi.json"])
@pytest.mark.parametrize("root", ["", "/label"])
@pytest.mark.parametrize("docs", [False, True])
def test_routes_as_fastapi_does(method, path, root, docs):
    same(greet, method, declared="GET", path=path, root=root, docs=docs)


@pytest.mark.parametrize(
    "headers",
    [
        [(b"origin", b"http://a.example")],
        [(b"origin", b"http://a.example"), (b"cookie", b"a=b")],
        [(b"origin", b"null"), (b"access-control-request-method", b"GET")],
    ],
)
@pytest.mark.parametrize("cors", [False, True])
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
def test_sends_the_cors_headers_that_fastapi_does(headers, cors, method):
    same(greet, method, declared="GET", headers=headers, cors=cors)
    same(square, method, declared="GET", headers=headers, cors=cors)
    same(failing, method, declared="GET", headers=headers, cors=cors)


@pytest.mark.parametrize("function", [body, async_body], ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"a": [1, 2.50, null, "\xc3\xa9"]}',
        b"[1]",
        b'"x"',
        b"null",
        b"{",
        b'{"a": NaN}',
        b"\xff",
        b"[" * 3000,
    ],
)
@pytest.mark.parametrize(
    "kind", [None, b"application/json", b"application/json; charset=utf-8", b"text/plain", b"application/x+json", b""]
)
@pytest.mark.parametrize("query", [b"", b"n=2", b"n=x"])
def test_reads_bodies_as_fastapi_does(function, content, kind, query):
    headers = [] if kind is None else [(b"content-type", kind)]
    same(function, "POST", content=content, headers=headers, query=query)


def test_answers_random_queries_as_fastapi_does():
    seeded = random.Random(20261124)
    alphabet = "abx0123456789.+-_eE% \u00e9&=;tTrRuU\x00"
    ours, theirs = apps(typed)
    for _ in range(400):
        pairs = []
        for _ in range(seeded.randint(0, 4)):
            value = "".join(seeded.choice(alphabet) for _ in range(seeded.randint(0, 5)))
            pairs.append(seeded.choice("abcdex") + "=" + (quote(value) if seeded.random() < 0.6 else value))
        query = "&".join(pairs).encode("latin-1")
        assert call(ours, query=query) == call(theirs, query=query), query


def test_answers_random_bodies_as_fastapi_does():
    seeded = random.Random(7)
    ours, theirs = apps(body, "POST")
    for _ in range(200):
        content = bytearray(json.dumps({"a": [1, 2, {"b": "c"}], "d": None}).encode())
        for _ in range(seeded.randint(0, 3)):
            content[seeded.randrange(len(content))] = seeded.randrange(256)
        request = {"content": bytes(content), "headers": [(b"content-type", b"application/json")]}
        assert call(ours, "POST", **request) == call(theirs, "POST", **request), content


def test_runs_the_function_once_when_fastapi_encodes_its_result():
    calls = []

    def counted():
        calls.append(1)
        return {1, 2}

    ours, _ = apps(counted)
    assert call(ours)[0][0][0] == 200
    assert call(at_once(ours))[0][0][0] == 200
    assert calls == [1, 1]


def test_answers_at_once_only_what_waits_for_nothing():
    assert [f.__name__ for f in FUNCTIONS if not apps(f)[0].at_once] == ["typed", "body", "async_body"]


def test_calls_functions_as_a_worker_thread_would():
    async def answer():
        return 1

    async def serve():
        return outside_loop(asyncio.run, answer()), asyncio.get_running_loop()

    async def check():
        loop = asyncio.get_running_loop()
        assert await serve() == (1, loop)

    asyncio.run(check())


RETURNED = [
    dict[str, str],
    dict[str, int],
    dict[str, float],
    dict[str, Any],
    dict[str, list[int]],
    dict[str, Optional[bool]],
    list[str],
    list[dict[str, Any]],
    list[float],
    Optional[dict[str, str]],
    dict[str, str] | list[int],
    int | str,
    float,
    bool,
    None,
    Any,
]

VALUES = [
    {},
    [],
    {"a": "b"},
    {"a": 1},
    {"a": True},
    {"a": 1.5, "b": 0.1, "c": 1e-4, "d": 123456789.125, "e": 0.0},
    {"a": 1e-5},
    {"a": 1e22},
    {"a": float("nan")},
    {"a": float("inf")},
    {"a": None},
    {1: "a"},
    {"a": [1, 2]},
    {"a": (1, 2)},
    {"_sa_x": "a"},
    {"a": "\ud800"},
    ["a", "é\u2028"],
    [1, True],
    [1.0, -2.25, -0.0],
    [1e16, 1e-7],
    [{"a": 1}, {"b": {"c": None}}],
    10**30,
    "text",
    True,
    2.5,
    None,
    b"bytes",
    {1, 2},
    Point(1, datetime.date(2026, 1, 2)),
]


@pytest.mark.parametrize("annotation", RETURNED, ids=str)
def test_returns_what_is_declared_as_fastapi_does(annotation):
    for value in VALUES:

        def returning():
            return value  # noqa: B023

        returning.__annotations__["return"] = annotation
        same(returning)


def test_writes_random_floats_as_pydantic_does():
    seeded = random.Random(20261130)
    values: list[float] = []

    def returning() -> list[float]:
        return values

    for smallest, largest in ((-4, 14), (-8, 18)) * 10:
        values = [seeded.uniform(-1, 1) * 10.0 ** seeded.randint(smallest, largest) for _ in range(50)]
        same(returning)


@pytest.mark.parametrize(
    "annotation", [dict[int, str], tuple[int, int], set[str], Point, list[Point], dict[str, datetime.date]], ids=str
)
def test_leaves_other_declarations_to_fastapi(annotation):
    def returning():
        return {}

    returning.__annotations__["return"] = annotation
    ours, _ = apps(returning)
    assert not isinstance(ours, PlainEndpoint)


def unsupported_generator():
    yield 1


def unsupported_variable(**rest):
    return rest


def unsupported_list(x: list[int]):
    return x


def unsupported_annotation(x: "Missing"):  # noqa: F821
    return x


def unsupported_return(x: int) -> Point:
    return Point(x, datetime.date(2026, 1, 1))


@pytest.mark.parametrize(
    "function",
    [unsupported_generator, unsupported_variable, unsupported_list, unsupported_return],
    ids=lambda f: f.__name__,
)
def test_leaves_to_fastapi_what_needs_it(function):
    ours, theirs = apps(function)
    assert not isinstance(ours, PlainEndpoint)
    assert call(ours, query=b"x=1") == call(theirs, query=b"x=1")
