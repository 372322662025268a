"""A function that sleeps, in threads of two replicas."""

import time

import polyloom

app = polyloom.App("step")


@app.function(max_containers=2)
@polyloom.concurrent(max_inputs=32)
@polyloom.fastapi_endpoint(label="step")
def sleeper() -> str:
    time.sleep(0.1)
    return "slept"
