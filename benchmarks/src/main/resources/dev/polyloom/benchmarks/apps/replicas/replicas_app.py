"""A FastAPI application of a few routes, as all servers serve it."""

import asyncio

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    name: str
    price: float = 0.0


@app.get("/hello")
async def hello(name: str = "world") -> dict[str, str]:
    return {"message": f"Hello, {name}"}


@app.get("/hold")
async def hold(seconds: float) -> dict[str, float]:
    await asyncio.sleep(seconds)
    return {"held": seconds}


@app.post("/items")
async def add(item: Item) -> Item:
    return item
