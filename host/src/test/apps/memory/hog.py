"""Functions that fill the memory, each in a way of its own, and one that does not."""

import os
import threading
from collections.abc import Iterator

from polyloom import App, asgi_app, web_endpoint, wsgi_app

app = App("hog")
SETTINGS = {"timeout": 60, "max_containers": 1}


def fill(kind: str) -> str:
    """Never comes back by itself, but for an empty kind."""
    if kind == "thread":
        thread = threading.Thread(target=fill, args=["lists"], daemon=True)
        thread.start()
        thread.join()
    elif kind:
        kept = list(pieces(kind))
        return str(len(kept))
    return "well"


def pieces(kind: str) -> Iterator[object]:
    """Ever more of what takes room."""
    number = 0
    while True:
        number += 1
        match kind:
            case "lists":
                yield [0] * 1000
            case "texts":
                yield {str(number): "x" * 100 + str(number)}
            case "bytes":
                yield bytearray(1 << 20)


@app.function(**SETTINGS)
@web_endpoint()
def plain(kind: str = "") -> str:
    return fill(kind)


@app.function(**SETTINGS)
@web_endpoint()
async def coroutine(kind: str = "") -> str:
    return fill(kind)


@app.function(**SETTINGS)
@asgi_app()
def routes():
    async def application(scope, receive, send):
        text = fill(scope["query_string"].decode().removeprefix("kind="))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": text.encode()})

    return application


@app.function(**SETTINGS)
@wsgi_app()
def pages():
    def application(environ, start_response):
        text = fill(environ["QUERY_STRING"].removeprefix("kind="))
        start_response("200 OK", [("content-type", "text/plain")])
        return [text.encode()]

    return application


leaked: list[list[int]] = []
isolate = os.urandom(4).hex()


@app.function(max_containers=1, max_heap_growth=24)
@web_endpoint()
def leaking() -> str:
    """Keeps some hundred kilobytes, and tells which isolate this is."""
    leaked.append([0] * 30_000)
    return isolate


@app.function()
@web_endpoint()
def steady() -> str:
    return "steady"
