"""A FastAPI application of a few routes; its replica goes as soon as it is idle."""

import polyloom
from fastapi import FastAPI
from pydantic import BaseModel

app = polyloom.App("cold-@NUMBER@")
web = FastAPI()


class Item(BaseModel):
    name: str
    price: float = 0.0


@web.get("/")
async def hello(name: str = "world") -> dict[str, str]:
    return {"message": f"Hello, {name} @NUMBER@"}


@web.post("/items")
async def add(item: Item) -> Item:
    return item


@app.function(scaledown_window=1)
@polyloom.asgi_app(label="cold-@NUMBER@")
def hello_api() -> FastAPI:
    return web
