"""A coroutine that sleeps, many inputs at once in one replica."""

import asyncio

import polyloom

app = polyloom.App("step")


@app.function(max_containers=1)
@polyloom.concurrent(max_inputs=64)
@polyloom.fastapi_endpoint(label="step")
async def sleeper() -> str:
    await asyncio.sleep(0.1)
    return "slept"
