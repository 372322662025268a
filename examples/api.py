"""A FastAPI application as it is: no decorator needed, the module-level ``app`` is found."""

import asyncio

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


@app.get("/")
async def hello():
    return {"message": "Hello from FastAPI"}


@app.get("/items/{item_id}")
def item(item_id: int, q: str | None = None):
    return {"item_id": item_id, "q": q}


@app.get("/countdown")
async def countdown(start: int = 3):
    async def lines():
        for number in range(start, 0, -1):
            yield f"{number}\n"
            await asyncio.sleep(0.1)
        yield "lift-off\n"

    return StreamingResponse(lines(), media_type="text/plain")
