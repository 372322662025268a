"""Functions that end their isolate, or try to."""

import asyncio
import os
import sys

from polyloom import App, asgi_app, concurrent, web_endpoint, wsgi_app

app = App("dying")
isolate = os.urandom(4).hex()


def end(kind: str) -> str:
    """Ends the isolate in one of many ways; an empty kind tells which isolate this is."""
    match kind:
        case "exit":
            sys.exit(3)
        case "os-exit":
            os._exit(3)
        case "interrupt":
            raise KeyboardInterrupt
        case "base":
            raise BaseException("on purpose")
        case "recursion":
            return end(kind)
        case "memory":
            return str(len(bytearray(10**12)))
        case _:
            return isolate


@app.function(max_containers=1)
@web_endpoint()
def plain(kind: str = "") -> str:
    return end(kind)


@app.function(max_containers=1)
@web_endpoint()
async def coroutine(kind: str = "") -> str:
    await asyncio.sleep(0)
    if kind == "stop":
        asyncio.get_running_loop().stop()
        await asyncio.sleep(0.1)
        return isolate
    return end(kind)


@app.function(max_containers=1)
@wsgi_app()
def pages():
    def application(environ, start_response):
        text = end(environ["QUERY_STRING"].removeprefix("kind="))
        start_response("200 OK", [("content-type", "text/plain")])
        return [text.encode()]

    return application


@app.function(max_containers=1)
@concurrent(max_inputs=10)
@asgi_app()
def shared():
    waiting = asyncio.Event()

    async def application(scope, receive, send):
        kind = scope["query_string"].decode()
        if kind == "wait":
            waiting.set()
            await asyncio.sleep(600)
        if kind == "exit":
            await waiting.wait()
            sys.exit(3)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"shared"})

    return application
