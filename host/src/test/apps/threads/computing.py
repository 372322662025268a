"""Functions whose threads compute, without a wait, until another request ends that."""

import polyloom

app = polyloom.App("computing")


def application():
    import threading
    import time

    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    ended = threading.Event()

    def compute() -> None:
        number = 0
        while not ended.is_set():
            number += 1
        print("computed\n", end="", flush=True)

    def tell() -> None:
        # Calls little but what the engine has of its own.
        while not ended.is_set():
            time.time()
        print("told\n", end="", flush=True)

    async def begin(_request):
        for target in (compute, tell):
            threading.Thread(target=target, daemon=True).start()
        return PlainTextResponse("begun")

    async def end(_request):
        ended.set()
        return PlainTextResponse("ended")

    return Starlette(routes=[Route("/begin", begin), Route("/end", end)])


@app.function()
@polyloom.concurrent(max_inputs=4)
@polyloom.asgi_app()
def first():
    return application()


@app.function()
@polyloom.concurrent(max_inputs=4)
@polyloom.asgi_app()
def second():
    return application()


@app.function()
@polyloom.concurrent(max_inputs=4)
@polyloom.asgi_app()
def third():
    return application()


@app.function(max_containers=1)
@polyloom.concurrent(max_inputs=4)
@polyloom.asgi_app()
def thread():
    import threading

    from fastapi import FastAPI

    site = FastAPI()

    @site.get("/")
    def name() -> str:
        current = threading.current_thread()
        return f"{current.name} {current.ident}"

    return site
