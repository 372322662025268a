"""A FastAPI application whose replicas take one input at a time."""

import polyloom
from replicas_app import app as web

app = polyloom.App("replicas")


@app.function(max_containers=@REPLICAS@, scaledown_window=1200)
@polyloom.concurrent(max_inputs=1)
@polyloom.asgi_app(label="replicas")
def serve():
    return web
