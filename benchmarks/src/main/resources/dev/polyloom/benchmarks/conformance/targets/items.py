"""An API with a schema, for tests made from it."""

from typing import Annotated

from fastapi import FastAPI, HTTPException, Path, Query
from pydantic import BaseModel, Field

app = FastAPI()
items: dict[int, "Item"] = {}


class Item(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=40)]
    price: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0
    tags: list[str] = []


class Problem(BaseModel):
    detail: str


@app.get("/items")
async def listed(limit: Annotated[int, Query(ge=1, le=100)] = 10) -> list[Item]:
    return list(items.values())[:limit]


@app.get("/items/{number}", responses={404: {"model": Problem}})
async def one(number: Annotated[int, Path(ge=0, le=1000)]) -> Item:
    if number not in items:
        raise HTTPException(404, "there is no such item")
    return items[number]


# FastAPI answers 400 to what is not text.
@app.put("/items/{number}", responses={400: {"model": Problem}})
async def put(number: Annotated[int, Path(ge=0, le=1000)], item: Item) -> Item:
    items[number] = item
    return item


@app.delete("/items/{number}", status_code=204)
async def delete(number: Annotated[int, Path(ge=0, le=1000)]) -> None:
    items.pop(number, None)
