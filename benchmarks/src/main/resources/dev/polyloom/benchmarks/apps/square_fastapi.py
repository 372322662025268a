"""The same endpoint written by hand for the peers."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def square(x: int):
    return {"square": x**2}
