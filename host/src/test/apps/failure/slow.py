"""Functions that run past their timeout, each in a way of its own."""

import asyncio
import os
import socket
import threading
import time

from polyloom import App, asgi_app, concurrent, web_endpoint, wsgi_app

app = App("slow")
isolate = os.urandom(4).hex()
ended: list[str] = []


def linger(kind: str) -> str:
    """Never comes back by itself, but for an empty kind, which tells what has ended so far."""
    try:
        match kind:
            case "spin":
                while True:
                    pass
            case "sleep":
                time.sleep(600)
            case "tell":
                print("begun", flush=True)
                time.sleep(600)
            case "wait":
                threading.Event().wait(600)
            case "accept":
                with socket.create_server(("127.0.0.1", 0)) as server:
                    server.accept()
            case "swallow":
                while True:
                    try:
                        time.sleep(600)
                    except BaseException:
                        continue
            case _:
                return f"{isolate}:{','.join(ended)}"
    finally:
        if kind:
            ended.append(kind)
    raise AssertionError


@app.function(timeout=1, max_containers=1)
@web_endpoint()
def plain(kind: str = "") -> str:
    return linger(kind)


@app.function(timeout=1, max_containers=1)
@web_endpoint()
async def coroutine(kind: str = "") -> str:
    if kind != "asleep":
        return linger(kind)
    try:
        await asyncio.sleep(600)
    finally:
        ended.append(kind)
    raise AssertionError


@app.function(timeout=1, max_containers=1)
@wsgi_app()
def pages():
    def application(environ, start_response):
        text = linger(environ["QUERY_STRING"].removeprefix("kind="))
        start_response("200 OK", [("content-type", "text/plain")])
        return [text.encode()]

    return application


@app.function(timeout=1, max_containers=1)
@asgi_app()
def routes():
    from fastapi import FastAPI

    api = FastAPI()

    @api.get("/")
    def get(kind: str = "") -> str:
        return linger(kind)

    return api


@app.function(timeout=2, max_containers=1)
@concurrent(max_inputs=8)
@asgi_app()
def shared():
    async def application(scope, receive, send):
        kind = scope["query_string"].decode()
        if kind == "asleep":
            await asyncio.sleep(1.2)
            print("asleep still", flush=True)
            await asyncio.sleep(600)
        if kind == "busy":
            # Keeps the thread beyond the time of the one that sleeps, and returns within its own.
            end = time.monotonic() + 1.5
            while time.monotonic() < end:
                pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": isolate.encode()})

    return application


@app.function(timeout=1, max_containers=1)
@web_endpoint()
def power(kind: str = "") -> str:
    return str(len(str(kind and 10**10**8)))


@app.function(timeout=1, max_containers=1)
@web_endpoint()
def steady() -> str:
    return "steady"
