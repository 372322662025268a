"""A function that sleeps, one input at a time in each replica."""

import time

import polyloom

app = polyloom.App("step")


@app.function(max_containers=@REPLICAS@)
@polyloom.fastapi_endpoint(label="step")
def sleeper() -> str:
    time.sleep(0.1)
    return "slept"
