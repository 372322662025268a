"""A JSON body, checked by a pydantic model, and an error of one's own."""

from fastapi import HTTPException
from pydantic import BaseModel, Field

import polyloom

app = polyloom.App()


class Order(BaseModel):
    item: str
    quantity: int = Field(1, ge=1, le=100)


PRICES = {"tea": 3.5, "cake": 4.0}


@app.function(max_containers=4)
@polyloom.web_endpoint(method="POST")
def place(order: Order):
    if order.item not in PRICES:
        raise HTTPException(404, f"no {order.item} today")
    return {"item": order.item, "total": PRICES[order.item] * order.quantity}
