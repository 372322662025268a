"""Answers every path with what it saw as JSON, ``/stream?N`` in N pieces, and sends WebSocket messages back."""

import hashlib
import json


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            sent = {"type": "websocket.send"}
            if message.get("text") is not None:
                sent["text"] = message["text"]
            else:
                sent["bytes"] = message["bytes"]
            await send(sent)
    elif scope["path"] == "/stream":
        await start(send, b"text/plain; charset=utf-8")
        for number in range(int(scope["query_string"] or 20_000)):
            piece = b"piece %d\n" % number
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body"})
    else:
        await tell(scope, receive, send)


async def tell(scope, receive, send):
    body = hashlib.sha256()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body.update(message.get("body", b""))
        more = message.get("more_body", False)
    seen = {
        "method": scope["method"],
        "body": body.hexdigest(),
        "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]],
    }
    answer = json.dumps(seen).encode()
    await start(send, b"application/json", (b"content-length", b"%d" % len(answer)))
    await send({"type": "http.response.body", "body": answer})


async def start(send, kind, *fields):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind), *fields]})
