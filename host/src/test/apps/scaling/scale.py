"""Functions that hold their replica until a file appears, and tell which replica that is."""

import os
import time
from urllib.parse import parse_qs

import polyloom

app = polyloom.App("scale")

REPLICA = os.urandom(8).hex()
HOLD_SECONDS_MAX = 240
order: list[str] = []
warm: list[str] = []


def until(gate: str) -> str:
    deadline = time.monotonic() + HOLD_SECONDS_MAX
    while gate and not os.path.exists(gate) and time.monotonic() < deadline:
        time.sleep(0.01)
    return REPLICA


@app.function(max_containers=3, scaledown_window=0.5)
@polyloom.web_endpoint()
def wide(gate: str = ""):
    return until(gate)


@app.function(max_containers=1)
@polyloom.web_endpoint()
def narrow(name: str, gate: str = ""):
    until(gate)
    order.append(name)
    return order


@app.function(max_containers=1, queue_timeout=0.3)
@polyloom.web_endpoint()
def impatient(gate: str = ""):
    return until(gate)


@app.function(max_containers=1, max_queued=1)
@polyloom.web_endpoint()
def crowded(gate: str = ""):
    return until(gate)


@app.function(max_containers=1, max_uses=2, recycle_jitter=0)
@polyloom.concurrent(max_inputs=2)
@polyloom.asgi_app()
def worn():
    return application


@app.function(single_use_containers=True)
@polyloom.web_endpoint()
def once():
    return REPLICA


@app.function(concurrency_limit=4, container_idle_timeout=1)
@polyloom.web_endpoint()
def scaled(minimum: int = -1):
    if minimum >= 0:
        settings = scaled.update_autoscaler(min_containers=minimum)
        return [
            settings.min_containers,
            settings.max_containers,
            settings.scaledown_window,
        ]
    stats = scaled.get_current_stats()
    other = polyloom.Function.from_name("scale", "narrow").get_current_stats()
    return [
        stats.num_running_inputs,
        stats.num_total_runners,
        stats.backlog,
        other.num_running_inputs,
    ]


@app.function()
@polyloom.rate_limit(0.001, burst=2)
@polyloom.web_endpoint()
def limited():
    return "within"


def prepare() -> None:
    warm.append("called")


@app.function()
@polyloom.warm_up("/?name=requested", prepare)
@polyloom.web_endpoint()
def warmed(name: str):
    warm.append(name)
    return warm


@app.function()
@polyloom.warm_up("/?x=no")
@polyloom.web_endpoint()
def cold(x: str):
    raise ValueError("not even warm")


@app.function(max_containers=2, scaledown_window=0.5)
@polyloom.concurrent(max_inputs=1)
@polyloom.asgi_app()
def sockets():
    return application


async def application(scope, receive, send):
    import asyncio

    if scope["type"] == "http":
        gate = parse_qs(scope["query_string"].decode()).get("gate", [""])[0]
        while gate and not os.path.exists(gate):
            await asyncio.sleep(0.01)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": REPLICA.encode()})
    elif scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            await send({"type": "websocket.send", "text": REPLICA})
