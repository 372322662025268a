"""Holds FastAPI applications that are answered in short to everything that FastAPI alone does for the same request."""

import asyncio
import copy
import datetime
import random
from contextvars import ContextVar
from typing import Annotated, Any, Optional, Union

import pytest
from fastapi import (
    APIRouter,
    BackgroundTasks,
    Body,
    Depends,
    FastAPI,
    Form,
    Header,
    HTTPException,
    Path,
    Query,
    Request,
)
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, StreamingResponse
from pydantic import BaseModel, Field

from polyloom import _express
from polyloom._express import plan, threaded

JSON = (b"content-type", b"application/json")
color: ContextVar[str] = ContextVar("color", default="none")


class Item(BaseModel):
    name: str
    price: float = Field(1.0, gt=0)
    when: Optional[datetime.date] = None


class Public(BaseModel):
    name: str


class Teapot(Exception):
    pass


class Calls:
    """What the functions of one application were called with, in order."""

    def __init__(self):
        self.made: list[Any] = []

    def note(self, *call):
        self.made.append(call)


def make(calls: Calls) -> FastAPI:
    app = FastAPI()

    @app.exception_handler(Teapot)
    async def teapot(request: Request, error: Teapot):
        return JSONResponse({"pot": str(error), "path": request.url.path}, 418)

    @app.get("/hello")
    async def hello():
        calls.note("hello")
        return {"message": "h\u00e9llo"}

    @app.get("/square")
    def square(x: int, y: float = 2.5, flag: Optional[bool] = None, name: Union[str, None] = None):
        calls.note("square", x, y, flag, name)
        return {"x": x * x, "y": y, "flag": flag, "name": name}

    @app.get("/limited")
    async def limited(n: Annotated[int, Query(ge=1, le=9, alias="number")] = 3, day: Optional[datetime.date] = None):
        calls.note("limited", n, day)
        return [n, day]

    @app.get("/many")
    async def many(q: Annotated[list[int], Query()]):
        return q

    @app.get("/users/me")
    async def me():
        return "me"

    @app.get("/users/{user_id}")
    async def user(user_id: int, x_token: Annotated[Optional[str], Header()] = None):
        calls.note("user", user_id, x_token)
        return {"user": user_id, "token": x_token}

    @app.get("/users/other")
    async def hidden():
        return "never"

    @app.get("/files/{rest:path}")
    async def files(rest: Annotated[str, Path(min_length=2)]):
        return rest

    @app.get("/exact/{number:int}")
    async def exact(number: int):
        return number + 1

    @app.post("/items", status_code=201)
    async def create(item: Item) -> Item:
        calls.note("create", item)
        return item

    @app.put("/items", response_model=Public)
    async def public(item: Item):
        return item

    @app.post("/raw")
    async def raw(request: Request, item: Item):
        return {"again": (await request.body()).decode(), "name": item.name}

    @app.post("/embedded")
    async def embedded(item: Annotated[Item, Body(embed=True)]):
        return item

    @app.post("/two")
    async def two(one: Item, other: Item):
        return [one, other]

    @app.post("/any")
    async def anything(body: Annotated[Any, Body()]):
        return body

    @app.post("/form")
    async def form(name: Annotated[str, Form()]):
        return name

    @app.get("/returns/{kind}")
    async def returns(kind: str):
        calls.note("returns", kind)
        if kind == "raise":
            raise HTTPException(409, {"why": "taken"}, headers={"x-why": "taken"})
        if kind == "teapot":
            raise Teapot("short and stout")
        if kind == "bug":
            raise ValueError("a bug")
        if kind == "stop":
            raise StopIteration
        return {
            "none": None,
            "nan": float("nan"),
            "nested": {"a": [1, (2, 3)], "b": {"c": 1.5}},
            "keys": {1: "one"},
            "date": datetime.date(2026, 1, 2),
            "set": {1},
            "model": Item(name="n"),
            "html": HTMLResponse("<p>"),
            "json": JSONResponse([1], 202, {"x-a": "b"}),
            "plain": PlainTextResponse("plain"),
            "stream": StreamingResponse(iter(["a", "b"])),
            "object": object(),
            "surrogate": "\ud800",
            "bytes": b"bytes",
        }.get(kind, kind)

    @app.get("/declared/{kind}")
    def declared(kind: str) -> dict:
        return {"plain": {"a": 1, "b": "\u2028"}, "float": {"a": 1e16}, "wrong": [1]}.get(kind, kind)

    async def base(q: int = 0):
        calls.note("base", q)
        if q == 13:
            raise HTTPException(403, "unlucky")
        return q

    def doubled(value: Annotated[int, Depends(base)], x_more: Annotated[int, Header()] = 0):
        calls.note("doubled", value)
        return 2 * value + x_more

    async def fresh(value: Annotated[int, Depends(base, use_cache=False)]):
        calls.note("fresh", value)
        return value

    class Counter:
        def __call__(self, start: int = 5):
            calls.note("counter", start)
            return start

    async def opened():
        calls.note("open")
        yield "resource"
        calls.note("closed")

    @app.get("/depends", dependencies=[Depends(base)])
    async def depends(
        a: Annotated[int, Depends(doubled)],
        b: Annotated[int, Depends(fresh)],
        c: Annotated[int, Depends(Counter())],
        request: Request,
        last: str = "z",
    ):
        calls.note("depends", a, b, c, last)
        link = str(request.url_for("user", user_id=7))
        return [a, b, c, last, link, request.scope["route"].path, request.path_params, request.app is app]

    @app.get("/resource")
    async def resource(value: Annotated[str, Depends(opened)]):
        return value

    @app.get("/background")
    async def background(tasks: BackgroundTasks):
        tasks.add_task(calls.note, "after")
        return "before"

    @app.get("/colors")
    def colors():
        color.set("red")
        return color.get()

    router = APIRouter(prefix="/v1", dependencies=[Depends(base)])

    @router.get("/things/{thing}")
    async def thing(thing: int, request: Request):
        return [thing, request.url.path, request.scope["endpoint"] is thing_endpoint()]

    def thing_endpoint():
        return router.routes[0].endpoint

    inner = APIRouter()

    @inner.get("/deep")
    def deep(x: int = 1):
        return {"deep": x}

    router.include_router(inner, prefix="/inner")
    app.include_router(router, prefix="/api")
    app.include_router(inner)

    mounted = FastAPI()

    @mounted.get("/hello")
    async def mounted_hello(x: int):
        return {"mounted": x}

    app.mount("/mounted", mounted)

    @app.get("/after-mount")
    async def after_mount():
        return 1

    return app


async def send_request(app, method, path, query=b"", headers=(), body=(b"",), root="") -> tuple[list[Any], str]:
    """All messages, and the error that came out."""
    sent: list[Any] = []
    pieces = list(body)

    async def receive():
        if not pieces:
            await asyncio.Event().wait()
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message):
        sent.append(copy.copy(message))

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
        "headers": [(b"host", b"test"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("test", 80),
    }
    try:
        await app(scope, receive, send)
    except Exception as error:
        return sent, repr(error)
    return sent, ""


def without_tracebacks(result: tuple[list[Any], str]) -> tuple[list[Any], str]:
    """Debug pages show the frames of what was called, which differ."""
    sent, error = result
    if any(message.get("body", b"").startswith(b"Traceback") for message in sent):
        return [sent[0]["status"]], error
    return result


@pytest.fixture(name="runner", scope="module")
def fixture_runner():
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(name="pair_of")
def fixture_pair_of(monkeypatch, runner):
    return lambda change=lambda app: None: Pair(monkeypatch, runner, change)


class Pair:
    """The same application twice: answered in short where that is possible, and by FastAPI alone."""

    def __init__(self, monkeypatch, runner: asyncio.Runner, change):
        self.monkeypatch = monkeypatch
        self.runner = runner
        self.short_calls, self.long_calls = Calls(), Calls()
        self.short, self.long = make(self.short_calls), make(self.long_calls)
        change(self.short)
        change(self.long)
        self.served = 0
        serve = plan.Plan.serve

        async def counted(*args):
            self.served += 1
            await serve(*args)

        monkeypatch.setattr(plan.Plan, "serve", counted)

    def same(self, method: str, path: str, **request) -> tuple[list[Any], str]:
        short = self.runner.run(send_request(self.short, method, path, **request))
        with self.monkeypatch.context() as patch:
            patch.setattr(_express, "_find", lambda *_args, **_options: None)
            long = self.runner.run(send_request(self.long, method, path, **request))
        assert without_tracebacks(short) == without_tracebacks(long)
        assert repr(self.short_calls.made) == repr(self.long_calls.made)
        return short


REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "/hello", {}),
    ("GET", "/hello", {"query": b"x=1&y"}),
    ("HEAD", "/hello", {}),
    ("POST", "/hello", {}),
    ("GET", "/hello/", {}),
    ("GET", "/hello\n", {}),
    ("GET", "/nowhere", {}),
    ("GET", "/docs", {}),
    ("GET", "/openapi.json", {}),
    *[
        ("GET", "/square", {"query": query})
        for query in (
            b"x=3",
            b"",
            b"x=three",
            b"x=3&y=1e3&flag=on&name=a%20b",
            b"x=3&y=nan",
            b"x=+3",
            b"x=3.0",
            b"x=1&x=2",
            b"x=99999999999999999999",
            b"x=1&flag=maybe",
            b"x=1&name=",
            b"x=1&name=%ff%C3%A9+&&y=0.1",
            b"x=%31",
        )
    ],
    *[
        ("GET", "/limited", {"query": query})
        for query in (b"", b"number=4", b"number=44", b"n=4", b"day=2026-02-03", b"day=soon", b"number=4.0")
    ],
    ("GET", "/many", {"query": b"q=1&q=2"}),
    ("GET", "/users/me", {}),
    ("GET", "/users/12", {"headers": [(b"x-token", b"t"), (b"x-token", b"u")]}),
    ("GET", "/users/other", {}),
    ("GET", "/users/%20", {}),
    ("GET", "/files/a/b/c", {}),
    ("GET", "/files/a", {}),
    ("GET", "/exact/41", {}),
    ("GET", "/exact/x", {}),
    *[
        (method, path, {"headers": headers, "body": body})
        for method, path in (("POST", "/items"), ("PUT", "/items"), ("POST", "/raw"), ("POST", "/any"))
        for headers, body in (
            ([JSON], (b'{"name": "n", "price": 2, "when": "2026-01-01"}',)),
            ([JSON], (b'{"name": ', b'"pieces"}')),
            ([JSON], (b'{"name": 3}',)),
            ([JSON], (b"[1]",)),
            ([JSON], (b"null",)),
            ([JSON], (b"{",)),
            ([JSON], (b"",)),
            ([JSON], (b"\xff",)),
            ([], (b'{"name": "untyped"}',)),
            ([(b"content-type", b"application/json; charset=utf-8")], (b'{"name": "typed"}',)),
            ([(b"content-type", b"application/vnd.api+json")], (b'{"name": "api"}',)),
            ([(b"content-type", b"text/plain")], (b'{"name": "text"}',)),
        )
    ],
    ("POST", "/embedded", {"headers": [JSON], "body": (b'{"item": {"name": "n"}}',)}),
    ("POST", "/two", {"headers": [JSON], "body": (b'{"one": {"name": "n"}, "other": {"name": "o"}}',)}),
    ("POST", "/form", {"headers": [(b"content-type", b"application/x-www-form-urlencoded")], "body": (b"name=n",)}),
    *[
        ("GET", f"/returns/{kind}", {})
        for kind in (
            *("none", "nan", "nested", "keys", "date", "set", "model", "html", "json", "plain", "stream", "text"),
            *("object", "surrogate", "bytes", "raise", "teapot", "bug", "stop"),
        )
    ],
    *[("GET", f"/declared/{kind}", {}) for kind in ("plain", "float", "wrong", "text")],
    ("GET", "/depends", {"query": b"q=3&start=9&last=a", "headers": [(b"x-more", b"4")]}),
    ("GET", "/depends", {"query": b"q=x"}),
    ("GET", "/depends", {"query": b"q=13"}),
    ("GET", "/resource", {}),
    ("GET", "/background", {}),
    ("GET", "/api/v1/things/4", {"query": b"q=2"}),
    ("GET", "/api/v1/things/x", {}),
    ("POST", "/api/v1/things/4", {}),
    ("GET", "/api/v1/inner/deep", {"query": b"x=5"}),
    ("GET", "/deep", {}),
    ("GET", "/mounted/hello", {"query": b"x=3"}),
    ("GET", "/after-mount", {}),
]


def test_every_request_is_answered_as_by_fastapi(pair_of):
    pair = pair_of()
    for method, path, request in REQUESTS:
        pair.same(method, path, **request)
    assert pair.served > 60, "most of them are to be answered in short"


@pytest.mark.parametrize(
    "change",
    [
        lambda app: app.add_middleware(CORSMiddleware, allow_origins=["*"]),
        lambda app: app.middleware("http")(pass_on),
        lambda app: setattr(app, "debug", True),
        lambda app: setattr(app, "root_path", "/root"),
    ],
    ids=["cors", "middleware", "debug", "root_path"],
)
def test_middlewares_and_settings_stay_in_force(pair_of, change):
    pair = pair_of(change)
    for method, path, request in REQUESTS[::3]:
        headers = [*request.get("headers", ()), (b"origin", b"http://there")]
        pair.same(method, path, **{**request, "headers": headers})
    assert pair.served > 15


async def pass_on(request: Request, call_next):
    response = await call_next(request)
    response.headers["x-passed"] = color.get()
    return response


def test_a_root_path_of_the_server_is_taken_off(pair_of):
    pair = pair_of()
    for path in ("/hello", "/users/3", "/depends", "/api/v1/things/1", "/nowhere"):
        pair.same("GET", path, root="/label")
    assert pair.served == 4


def test_a_def_function_cannot_change_what_a_middleware_sees(monkeypatch, pair_of):
    class Looking:
        def __init__(self, app):
            self.app = app

        async def __call__(self, scope, receive, send):
            await self.app(scope, receive, send)
            seen.append(color.get())

    seen: list[str] = []
    pair = pair_of(lambda app: app.add_middleware(Looking))
    monkeypatch.setattr("polyloom._patches._inline", True)
    pair.same("GET", "/colors")
    assert seen == ["none", "none"]
    assert pair.served == 1


def test_routes_that_come_later_count(pair_of):
    def late(app: FastAPI):
        async def answer():
            return "late"

        app.add_api_route("/late", answer)

    pair = pair_of()
    pair.same("GET", "/after-mount")
    assert pair.served == 0
    late(pair.short)
    late(pair.long)
    pair.same("GET", "/late")
    for app in (pair.short, pair.long):
        app.router.routes.insert(0, app.router.routes.pop())
    sent, _ = pair.same("GET", "/late")
    assert sent[1]["body"] == b'"late"'


def test_overrides_of_dependencies_hold(pair_of):
    pair = pair_of()
    before, _ = pair.same("GET", "/api/v1/inner/deep", query=b"q=13")
    assert before[0]["status"] == 403
    for app in (pair.short, pair.long):
        base = next(r for r in app.routes if getattr(r, "path", "") == "/depends").dependencies[0].dependency
        app.dependency_overrides[base] = lambda: 1
    after, _ = pair.same("GET", "/api/v1/inner/deep", query=b"q=13")
    assert after[0]["status"] == 200


def test_applications_that_are_made_differently_are_left_alone(runner):
    class Upper(FastAPI):
        def build_middleware_stack(self):
            inner = super().build_middleware_stack()

            async def outer(scope, receive, send):
                scope["path"] = scope["path"].lower()
                await inner(scope, receive, send)

            return outer

    calls = Calls()
    upper = Upper()
    upper.include_router(make(calls).router)
    sent, _ = runner.run(send_request(upper, "GET", "/HELLO"))
    assert sent[0]["status"] == 200


def test_random_queries_are_answered_as_by_fastapi(pair_of):
    seed = random.randrange(1 << 30)
    generator = random.Random(seed)
    pair = pair_of()
    texts = ["", "0", "-1", "007", "1_0", "1.5", "1e5", "inf", "true", "YES", "%20", "a+b", "\u0663", "0x1", "-", "."]
    for _ in range(60):
        names = generator.sample(["x", "y", "flag", "name", "other"], generator.randrange(5))
        query = "&".join(f"{name}={generator.choice(texts)}" for name in names).encode("utf-8")
        try:
            pair.same("GET", "/square", query=query)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {query!r}") from error


def run_threaded(function, times: int, monkeypatch, seconds: list[float], computing: float = 1.0) -> int:
    """How many calls of so many left the owner thread, when each takes the next of these times.

    ``computing`` is the share of the time in which the thread computes.
    """
    now, computed = [0.0], [0.0]
    monkeypatch.setattr(threaded, "perf_counter", lambda: now[0])
    monkeypatch.setattr(threaded, "thread_time", lambda: computed[0])
    hops = 0
    run_sync = threaded.to_thread.run_sync

    async def counted(call):
        nonlocal hops
        hops += 1
        return await run_sync(call)

    monkeypatch.setattr(threaded.to_thread, "run_sync", counted)
    monkeypatch.setattr("polyloom._patches._inline", False)
    monkeypatch.delitem(__import__("sys").modules, "anyio.from_thread", raising=False)

    async def run():
        nonlocal hops
        for count in range(times):
            now[0] += 1.0

            def work():
                now[0] += seconds[count % len(seconds)]
                computed[0] += seconds[count % len(seconds)] * computing

            subject._function = work
            await subject.run({})

    subject = threaded.Threaded(function, False)
    asyncio.run(run())
    return hops


def test_quick_functions_are_trusted_after_a_while(monkeypatch):
    assert run_threaded(None, 200, monkeypatch, [0.0001]) == 16


def test_slow_functions_stay_in_threads(monkeypatch):
    assert run_threaded(None, 200, monkeypatch, [0.1]) == 200


def test_functions_that_wait_are_tried_and_go_back_to_threads(monkeypatch):
    hops = run_threaded(None, 10_000, monkeypatch, [0.02], computing=0.01)
    assert 10_000 - 12 < hops < 10_000


def test_functions_that_waited_for_turns_are_trusted_after_a_while(monkeypatch):
    assert run_threaded(None, 200, monkeypatch, [0.016] * 16 + [0.001] * 184, computing=0.06) == 16


def test_slow_calls_are_made_up_for(monkeypatch):
    hops = run_threaded(None, 20_000, monkeypatch, [0.0001] * 4_999 + [0.05])
    assert hops < 16 + 4 * 33


def test_functions_that_are_slow_at_times_are_trusted_ever_less(monkeypatch):
    hops = run_threaded(None, 2_000, monkeypatch, [0.0001] * 99 + [0.1])
    assert hops > 1_500
