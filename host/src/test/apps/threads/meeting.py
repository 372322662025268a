"""Synchronous functions of which two inputs must be there at once, or neither is answered."""

import threading

import polyloom

app = polyloom.App("meeting")
both = threading.Barrier(2, timeout=60)


@app.function(max_containers=1)
@polyloom.concurrent(max_inputs=4)
@polyloom.fastapi_endpoint()
def plain(name: str) -> str:
    both.wait()
    return name


@app.function(max_containers=1)
@polyloom.concurrent(max_inputs=4)
@polyloom.fastapi_endpoint(method="POST")
def body(item: dict) -> str:
    both.wait()
    return item["name"]


@app.function(max_containers=1)
@polyloom.concurrent(max_inputs=4)
@polyloom.fastapi_endpoint()
def fails(name: str) -> str:
    from fastapi import HTTPException

    both.wait()
    raise HTTPException(418, name)


@app.function(max_containers=1)
@polyloom.concurrent(max_inputs=4)
@polyloom.fastapi_endpoint()
def streams(name: str):
    from fastapi.responses import StreamingResponse

    both.wait()
    return StreamingResponse(
        (name * 10_000 for _ in range(200)), media_type="text/plain"
    )


@app.function(max_containers=1)
@polyloom.concurrent(max_inputs=4)
@polyloom.asgi_app()
def fastapi():
    from fastapi import FastAPI

    site = FastAPI()

    @site.get("/")
    def meet(name: str) -> str:
        both.wait()
        return name

    return site


@app.function(max_containers=1)
@polyloom.concurrent(max_inputs=4)
@polyloom.wsgi_app()
def wsgi():
    def site(environ, start_response):
        both.wait()
        sent = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [
            environ["QUERY_STRING"].encode(),
            b" ",
            sent,
            b" ",
            str(environ["wsgi.multithread"]).encode(),
        ]

    return site


@app.function(max_containers=1)
@polyloom.concurrent(max_inputs=4)
@polyloom.wsgi_app()
def ends():
    def site(environ, start_response):
        both.wait()
        raise SystemExit(3)

    return site
