"""Serves the application of the module beside this one from as many replicas as the peers have workers."""

import polyloom
from @MODULE@ import app as application

app = polyloom.App("bench")


@app.function(max_containers=@REPLICAS@, scaledown_window=600)
@polyloom.wsgi_app()
def web():
    return application
