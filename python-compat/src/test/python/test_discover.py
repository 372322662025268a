"""Discovery, under CPython: what is found in a source and what applications come of it."""

import asyncio
import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from polyloom._discover import Discovery, discover
from polyloom.exception import InvalidError, NotFoundError

LISTINGS = Path(__file__).parent / "listings"


def find(path: Path, target: str | None = None, kind: str | None = None, factory: bool = False) -> Discovery:
    return discover(str(path), target, kind, factory, path.stem)


def client_of(discovery: Discovery, name: str) -> TestClient:
    _, app = discovery.application(name)
    return TestClient(app)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def only(discovery: Discovery) -> dict:
    (function,) = json.loads(discovery.manifest())["functions"]
    return function


def test_hello_listing() -> None:
    assert client_of(find(LISTINGS / "hello.py"), "f").get("/").json() == "Hello world!"


def test_square_listing() -> None:
    client = client_of(find(LISTINGS / "square.py"), "square")
    assert client.get("/?x=42").text == '{"square":1764}'
    refused = client.get("/?x=no")
    assert refused.status_code == 422
    assert refused.json()["detail"][0]["type"] == "int_parsing"


def test_square_post_listing() -> None:
    client = client_of(find(LISTINGS / "square_post.py"), "square")
    assert client.post("/", json={"x": 42}).text == '{"square":1764}'
    assert client.get("/").status_code == 405


def test_item_listing_declares_its_package() -> None:
    assert only(find(LISTINGS / "item.py"))["image"]["packages"] == ["boto3"]


def test_asgi_listing() -> None:
    discovery = find(LISTINGS / "asgi.py")
    assert only(discovery)["kind"] == "asgi_app"
    client = client_of(discovery, "fastapi_app")
    assert client.post("/foo", json={"a": 1}).json() == {"a": 1}
    assert client.get("/bar").text == "<h1>Hello Fast world!</h1>"


def test_wsgi_listing() -> None:
    discovery = find(LISTINGS / "wsgi.py")
    protocol, app = discovery.application("flask_app")
    assert protocol == "wsgi"
    client = app.test_client()
    assert client.get("/").text == "Hello Flask World!"
    assert client.post("/echo", json={"a": [1]}).json == {"a": [1]}


def test_auth_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTH_TOKEN", "secret-random-token")
    discovery = find(LISTINGS / "auth.py")
    manifest = json.loads(discovery.manifest())
    assert manifest["name"] == "auth-example"
    assert manifest["functions"][0]["secrets"] == ["my-web-auth-token"]
    client = client_of(discovery, "f")
    assert client.get("/", headers={"Authorization": "Bearer secret-random-token"}).json() == "success!"
    refused = client.get("/", headers={"Authorization": "Bearer wrong"})
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_client_ip_listing() -> None:
    client = client_of(find(LISTINGS / "client_ip.py"), "get_ip_address")
    assert client.get("/").json() == "Your IP address is testclient"


@pytest.mark.parametrize(
    ("source", "kind", "name"),
    [
        ("async def app(scope, receive, send): ...", "asgi_app", "app"),
        ("def application(environ, start_response): return []", "wsgi_app", "application"),
        ("class A:\n  async def __call__(self, scope, receive, send): ...\napp = A()", "asgi_app", "app"),
        ("class A:\n  def __call__(self, environ, start_response): return []\napp = A()", "wsgi_app", "app"),
        ("from fastapi import FastAPI\napp = FastAPI()", "asgi_app", "app"),
        ("from flask import Flask\napp = Flask(__name__)", "wsgi_app", "app"),
        ("def create_app():\n  from flask import Flask\n  return Flask('x')", "wsgi_app", "create_app"),
        ("def make_app():\n  from fastapi import FastAPI\n  return FastAPI()", "asgi_app", "make_app"),
        ("def handler(): return 1", "web_endpoint", "handler"),
        ("__all__ = ['one']\ndef one(): return 1\ndef two(): return 2", "web_endpoint", "one"),
    ],
)
def test_conventions(tmp_path: Path, source: str, kind: str, name: str) -> None:
    function = only(find(write(tmp_path, "some.py", source)))
    assert (function["kind"], function["name"]) == (kind, name)


def test_a_factory_may_return_either_protocol(tmp_path: Path) -> None:
    path = write(tmp_path, "some.py", "def make():\n  from flask import Flask\n  return Flask('x')")
    assert find(path, "make", "attribute", factory=True).application("make")[0] == "wsgi"


def test_nothing_to_serve_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match=r"nothing to serve in some\.py: looked for"):
        find(write(tmp_path, "some.py", "x = 1"))


def test_a_folder_imports_its_own_modules_and_lists_them(tmp_path: Path) -> None:
    write(tmp_path, "shop/prices.py", "PRICE = 3")
    write(tmp_path, "shop/main.py", "import prices\ndef handler(): return prices.PRICE")
    discovery = find(tmp_path / "shop")
    assert client_of(discovery, "handler").get("/").json() == 3
    assert [Path(f).name for f in discovery.files] == ["main.py", "prices.py"]


def test_a_class_has_one_instance_with_its_hooks_run(tmp_path: Path) -> None:
    source = """
import modal
app = modal.App("counter")
@app.cls(min_containers=1)
@modal.concurrent(max_inputs=5)
class Counter:
    @modal.enter()
    def begin(self): self.count = 10
    @modal.web_endpoint()
    def up(self, by: int = 1):
        self.count += by
        return self.count
"""
    discovery = find(write(tmp_path, "counter.py", source))
    function = only(discovery)
    assert function["name"] == "Counter.up"
    assert function["pool"]["max_inputs"] == 5
    discovery.enter("Counter.up")
    client = client_of(discovery, "Counter.up")
    assert [client.get("/").json(), client.get("/?by=2").json()] == [11, 13]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("@app.function(min_container=1)\ndef f(): ...", "did you mean 'min_containers'"),
        ("@app.function\ndef f(): ...", "needs parentheses"),
        ("@app.function()\n@modal.web_endpoint\ndef f(): ...", "needs parentheses"),
        ("@app.function()\n@modal.asgi_app()\ndef f(x): ...", "takes no parameters"),
        ("@app.function(retries=2)\n@modal.web_endpoint()\ndef f(): ...", "do not support retries"),
        ("@app.function()\n@modal.web_endpoint(method='FETCH')\ndef f(): ...", "unknown method"),
        ("@app.function()\n@modal.rate_limit(0)\ndef f(): ...", "inputs a second above 0"),
        ("@app.function()\n@modal.rate_limit(1)\n@modal.rate_limit(2)\ndef f(): ...", "one @rate_limit"),
        ("@app.function()\n@modal.warm_up('x')\ndef f(): ...", "starts with a slash"),
        ("@app.function(keep_warm=1, min_containers=1)\ndef f(): ...", "older spelling"),
    ],
)
def test_wrong_declarations_are_told(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(InvalidError, match=message):
        find(write(tmp_path, "some.py", "import modal\napp = modal.App()\n" + line))


def test_rate_limits_are_declared_for_all_and_per_client(tmp_path: Path) -> None:
    source = """
import polyloom
app = polyloom.App("shop")
@app.function()
@polyloom.rate_limit(10)
@polyloom.rate_limit(0.5, burst=3, per_client=True)
@polyloom.web_endpoint()
def f(): ...
"""
    assert only(find(write(tmp_path, "shop.py", source)))["rates"] == {"all": [10.0, None], "per_client": [0.5, 3]}


def test_warm_ups_are_paths_for_the_host_and_calls_of_its_own(tmp_path: Path) -> None:
    source = """
import polyloom
app = polyloom.App("shop")
done = []
async def later(): done.append("later")
@app.function()
@polyloom.warm_up("/?q=x", lambda: done.append("now"), later)
@polyloom.web_endpoint()
def f(): return done
"""
    discovery = find(write(tmp_path, "shop.py", source))
    assert only(discovery)["warm_up"] == ["/?q=x"]
    # In a host the owner thread has a loop of its own.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        discovery.warm_up("f")
    finally:
        asyncio.set_event_loop(None)
        loop.close()
    assert client_of(discovery, "f").get("/").json() == ["now", "later"]


def test_older_spellings_mean_the_newer_ones(tmp_path: Path) -> None:
    source = """
import modal
stub = modal.Stub("old")
@stub.function(keep_warm=1, concurrency_limit=4, container_idle_timeout=30, allow_concurrent_inputs=8, max_inputs=9)
@modal.web_endpoint()
def f(): ...
"""
    assert only(find(write(tmp_path, "old.py", source)))["pool"] == {
        "min_containers": 1,
        "max_containers": 4,
        "scaledown_window": 30,
        "max_inputs": 8,
        "max_uses": 9,
        "single_use": False,
    }


def test_one_function_can_be_named(tmp_path: Path) -> None:
    path = write(tmp_path, "some.py", "def one(): return 1\ndef two(): return 2")
    assert only(find(path, "two", "function"))["name"] == "two"
    with pytest.raises(NotFoundError, match="no attribute 'three'"):
        find(path, "three", "function")


def test_a_wrong_application_is_told(tmp_path: Path) -> None:
    source = "import modal\napp = modal.App()\n@app.function()\n@modal.asgi_app()\ndef f(): pass"
    with pytest.raises(InvalidError, match="is a return missing"):
        find(write(tmp_path, "some.py", source)).application("f")


def test_docs_use_assets_of_the_host(tmp_path: Path) -> None:
    source = "import modal\napp = modal.App()\n@app.function()\n@modal.web_endpoint(docs=True)\ndef f(x: int): return x"
    client = client_of(find(write(tmp_path, "some.py", source)), "f")
    assert "/_polyloom/swagger-ui/swagger-ui-bundle.js" in client.get("/docs").text
    assert client.get("/openapi.json").json()["paths"]["/"]["get"]


def test_secret_values_never_reach_the_manifest(tmp_path: Path) -> None:
    source = (
        "import modal\napp = modal.App()\n"
        "@app.function(secrets=[modal.Secret.from_dict({'K': 'hidden'})])\n@modal.web_endpoint()\n"
        "def f():\n  import os\n  return os.environ['K']"
    )
    discovery = find(write(tmp_path, "some.py", source))
    assert "hidden" not in discovery.manifest()
    discovery.enter("f")
    assert client_of(discovery, "f").get("/").json() == "hidden"
