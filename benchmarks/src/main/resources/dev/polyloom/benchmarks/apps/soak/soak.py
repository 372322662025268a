"""Functions that are well, and functions that harm themselves, by the query. Version @VERSION@."""

import asyncio
import os
import sys
import time

from polyloom import App, asgi_app, concurrent, web_endpoint, wsgi_app

app = App("soak")
SETTINGS = {"timeout": 2, "max_containers": 2, "scaledown_window": 2}
RAN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ran")


def do(kind: str, number: str) -> str:
    """Notes that the input runs, does what its kind says, and returns its number."""
    with open(RAN, "a") as ran:
        ran.write(number + "\n")
    match kind:
        case "sleep":
            time.sleep(0.05)
        case "late":
            time.sleep(600)
        case "spin":
            while True:
                pass
        case "raise":
            raise ValueError("on purpose")
        case "exit":
            sys.exit(3)
        case "kill":
            os._exit(3)
        case "swallow":
            while True:
                try:
                    time.sleep(600)
                except BaseException:
                    continue
        case "hog":
            kept = []
            while True:
                kept.append([0] * 1000)
    return number


@app.function(**SETTINGS)
@web_endpoint()
def plain(kind: str, number: str) -> str:
    return do(kind, number)


@app.function(**SETTINGS)
@concurrent(max_inputs=8)
@asgi_app()
def routes():
    async def application(scope, receive, send):
        kind, number = (part.split("=")[1] for part in scope["query_string"].decode().split("&"))
        if kind == "late":
            do("", number)
            await asyncio.sleep(600)
        text = do(kind, number).encode()
        await asyncio.sleep(0.01)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": text})

    return application


@app.function(**SETTINGS)
@wsgi_app()
def pages():
    def application(environ, start_response):
        kind, number = (part.split("=")[1] for part in environ["QUERY_STRING"].split("&"))
        text = do(kind, number).encode()
        start_response("200 OK", [("content-type", "text/plain")])
        return [text]

    return application
