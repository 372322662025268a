"""A function as a newcomer writes it; its replica goes as soon as it is idle."""

import polyloom

app = polyloom.App("cold-@NUMBER@")


@app.function(scaledown_window=1)
@polyloom.fastapi_endpoint(label="cold-@NUMBER@")
def hello(name: str = "world") -> dict[str, str]:
    return {"message": f"Hello, {name} @NUMBER@"}
