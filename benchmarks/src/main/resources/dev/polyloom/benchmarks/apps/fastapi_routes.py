"""What people write with FastAPI, one route each."""

import asyncio
from typing import Annotated

from fastapi import Depends, FastAPI, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

app = FastAPI()


class Line(BaseModel):
    item: str
    quantity: int = Field(1, ge=1, le=100)
    price: float


class Order(BaseModel):
    customer: str
    lines: list[Line]
    note: str | None = None


class Total(BaseModel):
    customer: str
    lines: int
    total: float


def records(count):
    return [{"id": number, "name": f"record {number}", "active": number % 2 == 0} for number in range(count)]


SMALL = {"records": records(200)}
LARGE = {"records": [{**record, "note": "0123456789" * 45} for record in records(2_000)]}


@app.get("/hello")
async def hello():
    return {"message": "Hello, world"}


@app.get("/sync")
def sync_query(x: int, name: str = "world"):
    return {"name": name, "square": x**2}


@app.get("/async")
async def async_query(x: int, name: str = "world"):
    return {"name": name, "square": x**2}


@app.post("/order")
async def order(body: Order) -> Total:
    total = sum(line.quantity * line.price for line in body.lines)
    return Total(customer=body.customer, lines=len(body.lines), total=total)


@app.get("/json-small")
async def json_small():
    return SMALL


@app.get("/json-large")
async def json_large():
    return LARGE


async def settings():
    return {"currency": "EUR"}


async def user(name: str, settings: Annotated[dict, Depends(settings)]):
    return {"name": name, "currency": settings["currency"]}


async def basket(user: Annotated[dict, Depends(user)], settings: Annotated[dict, Depends(settings)]):
    return {"owner": user["name"], "currency": settings["currency"]}


@app.get("/dependencies")
async def dependencies(user: Annotated[dict, Depends(user)], basket: Annotated[dict, Depends(basket)]):
    return {"user": user, "basket": basket}


@app.post("/upload")
async def upload(file: UploadFile):
    return {"name": file.filename, "bytes": len(await file.read())}


@app.get("/stream")
async def stream():
    async def chunks():
        for number in range(10):
            yield f"chunk {number}\n"

    return StreamingResponse(chunks(), media_type="text/plain")


@app.get("/sleep")
async def sleep():
    await asyncio.sleep(0.1)
    return {"slept": 0.1}
