"""A plain function behind a decorator."""

import polyloom

app = polyloom.App("bench")


@app.function(max_containers=@REPLICAS@, scaledown_window=600)
@polyloom.web_endpoint()
def square(x: int):
    return {"square": x**2}
