"""Quart: requests, sessions, templates, WebSocket, streams, background tasks."""

import modal

app = modal.App("quartz", image=modal.Image.debian_slim().pip_install("django==5.2.8", "quart==0.20.0"))


@app.function()
@modal.concurrent(max_inputs=20)
@modal.asgi_app()
def web():
    import asyncio

    from quart import Quart, abort, jsonify, make_response, render_template_string, request, session, websocket

    site = Quart(__name__)
    site.secret_key = "not a secret"
    done = []

    @site.before_serving
    async def begin():
        site.started = "started"

    @site.get("/")
    async def index():
        return await render_template_string("<b>{{ word }}</b> {{ state }}", word="<quart>", state=site.started)

    @site.post("/echo")
    async def echo():
        data = await request.get_json()
        return jsonify(data=data, args=request.args.to_dict())

    @site.post("/form")
    async def form():
        sent = await request.form
        files = await request.files
        session["user"] = sent["user"]
        return {"user": sent["user"], "size": len(files["file"].read())}

    @site.get("/me")
    async def me():
        return session.get("user") or abort(401)

    @site.get("/stream")
    async def stream():
        async def produce():
            for number in range(3):
                yield f"part {number}\n".encode()
                await asyncio.sleep(0.01)

        return await make_response(produce(), {"content-type": "text/plain"})

    @site.get("/later")
    async def later():
        site.add_background_task(done.append, "later")
        return jsonify(done)

    @site.websocket("/ws")
    async def ws():
        while True:
            await websocket.send(f"quart {await websocket.receive()}")

    return site
