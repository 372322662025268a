"""What a context with FastAPI does once before anyone needs it: it makes a small application and asks it.

The first application and request of a context take many times longer than the second: they fill the caches of
``typing``, ``inspect``, pydantic and Starlette, and execute what is imported only then.
"""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel


class _Item(BaseModel):
    name: str
    size: int = 0


def _application() -> FastAPI:
    app = FastAPI()

    async def read(name: str = "", size: int = 0) -> dict[str, Any]:
        return {"name": name, "size": size}

    async def write(item: _Item) -> _Item:
        return item

    app.add_api_route("/", read, methods=["GET"])
    app.add_api_route("/{key}", write, methods=["POST"])
    return app


async def rehearse() -> None:
    """Makes the application and sends it one request of each kind."""
    app = _application()
    await _ask(app, "GET", "/", b"name=a&size=1", b"")
    await _ask(app, "POST", "/a", b"", b'{"name": "a", "size": 1}')


async def _ask(app: FastAPI, method: str, path: str, query: bytes, body: bytes) -> None:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.5"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
        "extensions": {},
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(_message: Any) -> None:
        pass

    await app(scope, receive, send)
