"""Functions whose threads compute, without a wait, until another request ends that."""

import polyloom

app = polyloom.App("computing")


def application():
    import threading

    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    ended = []

    def compute() -> None:
        number = 0
        while not ended:
            number += 1
        print("computed", flush=True)

    async def begin(_request):
        threading.Thread(target=compute, daemon=True).start()
        return PlainTextResponse("begun")

    async def end(_request):
        ended.append(True)
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
