"""Starlette: routes, mounts, static files, sessions, WebSocket, background tasks, streams, lifespan."""

import asyncio
import contextlib

import modal

app = modal.App("star")


@app.function()
@modal.concurrent(max_inputs=20)
@modal.asgi_app()
def web():
    from starlette.applications import Starlette
    from starlette.background import BackgroundTask
    from starlette.endpoints import HTTPEndpoint, WebSocketEndpoint
    from starlette.exceptions import HTTPException
    from starlette.middleware import Middleware
    from starlette.middleware.gzip import GZipMiddleware
    from starlette.middleware.sessions import SessionMiddleware
    from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, StreamingResponse
    from starlette.routing import Mount, Route, WebSocketRoute
    from starlette.staticfiles import StaticFiles

    done = []

    @contextlib.asynccontextmanager
    async def lifespan(_):
        yield {"greeting": "from the lifespan"}

    class User(HTTPEndpoint):
        async def get(self, request):
            return JSONResponse({"user": request.path_params["name"], "state": request.state.greeting})

        async def delete(self, request):
            return PlainTextResponse(status_code=204)

    class Echo(WebSocketEndpoint):
        encoding = "json"

        async def on_receive(self, websocket, data):
            await websocket.send_json({"path": websocket.scope["path"], "data": data})

    async def visits(request):
        request.session["visits"] = request.session.get("visits", 0) + 1
        return JSONResponse(request.session)

    async def later(request):
        return JSONResponse({"done": done}, background=BackgroundTask(done.append, request.query_params["what"]))

    async def events(request):
        async def produce():
            for number in range(3):
                yield f"data: {number}\n\n"
                await asyncio.sleep(0.01)

        return StreamingResponse(produce(), media_type="text/event-stream")

    async def form(request):
        async with request.form() as sent:
            return JSONResponse({"name": sent["file"].filename, "size": sent["file"].size, "note": sent["note"]})

    async def large(request):
        return PlainTextResponse("large " * 1000)

    async def teapot(request):
        raise HTTPException(418, "short and stout")

    async def refused(request, error):
        return JSONResponse({"detail": error.detail}, status_code=error.status_code)

    return Starlette(
        routes=[
            Route("/users/{name}", User),
            Route("/visits", visits),
            Route("/later", later),
            Route("/events", events),
            Route("/form", form, methods=["POST"]),
            Route("/large", large),
            Route("/teapot", teapot),
            Route("/old", lambda request: RedirectResponse(request.url_for("visits"))),
            Mount("/static", StaticFiles(directory="blog/blog_static")),
            WebSocketRoute("/ws", Echo),
        ],
        middleware=[
            Middleware(SessionMiddleware, secret_key="not a secret"),
            Middleware(GZipMiddleware, minimum_size=500),
        ],
        exception_handlers={HTTPException: refused},
        lifespan=lifespan,
    )
