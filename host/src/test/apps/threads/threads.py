"""Threads that go on while the replica waits for its next input, or for more of one."""

import threading

import modal

app = modal.App("threads")


def load():
    # The first C extension of a context, which the engine loads with the help of all its threads.
    import sqlite3

    print("loaded", sqlite3.sqlite_version, flush=True)


def begin():
    threading.Thread(target=load, daemon=True).start()


@app.function()
@modal.fastapi_endpoint()
def plain():
    begin()
    return "begun"


@app.function()
@modal.asgi_app()
def asgi():
    async def site(scope, receive, send):
        if scope["type"] == "http":
            begin()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b'"begun"'})

    return site


@app.function()
@modal.wsgi_app()
def wsgi():
    def site(environ, start_response):
        begin()
        start_response("200 OK", [])
        return [b'"begun"']

    return site


@app.function()
@modal.wsgi_app()
def reading():
    def site(environ, start_response):
        begin()
        body = environ["wsgi.input"].read()
        start_response("200 OK", [])
        return [body]

    return site
