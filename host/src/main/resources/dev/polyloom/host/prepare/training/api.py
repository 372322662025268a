# SPDX-License-Identifier: Apache-2.0
"""A FastAPI application with pydantic models, validation and streaming."""

from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse, StreamingResponse
from pydantic import BaseModel, Field

app = FastAPI()


class Item(BaseModel):
    name: str = "thing"
    count: int = Field(default=1, ge=0)


@app.get("/")
async def hello(name: str = "world"):
    return {"hello": name}


@app.get("/square")
def square(x: int = 3):
    return {"square": x * x}


@app.get("/page", response_class=HTMLResponse)
async def page():
    return "<p>hello</p>"


@app.get("/stream")
async def stream():
    async def parts():
        for number in range(5):
            yield f"{number}\n"

    return StreamingResponse(parts(), media_type="text/plain")


@app.get("/missing")
async def missing():
    raise HTTPException(status_code=404)


@app.post("/")
async def create(item: Item):
    return item
