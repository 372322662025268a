# SPDX-License-Identifier: Apache-2.0
"""Decorated functions: typed parameters and a JSON body."""

import polyloom

app = polyloom.App("endpoint")


@app.function()
@polyloom.fastapi_endpoint()
def square(x: int = 3):
    return {"square": x**2}


@app.function()
@polyloom.fastapi_endpoint(method="POST")
def echo(item: dict):
    return item
