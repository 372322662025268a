"""A typed query parameter, declared with an app; ``import modal`` works just the same."""

import polyloom

app = polyloom.App()


@app.function()
@polyloom.web_endpoint(docs=True)
def square(x: int):
    return {"square": x**2}
