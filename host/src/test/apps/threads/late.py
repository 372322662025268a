"""Functions in threads of one replica that run past their timeout, beside others that do not."""

import itertools
import time

import polyloom

app = polyloom.App("late")
numbers = itertools.count(1)


def act(what: str) -> str:
    if what == "loop":
        while True:
            pass
    if what == "sleep":
        time.sleep(3600)
    if what == "clean":
        try:
            time.sleep(3600)
        finally:
            print("cleaned\n", end="", flush=True)
    return str(next(numbers))


@app.function(max_containers=1, timeout=2)
@polyloom.concurrent(max_inputs=4)
@polyloom.fastapi_endpoint()
def plain(what: str) -> str:
    return act(what)


@app.function(max_containers=1, timeout=2)
@polyloom.concurrent(max_inputs=4)
@polyloom.wsgi_app()
def wsgi():
    def site(environ, start_response):
        text = act(environ["QUERY_STRING"].removeprefix("what="))
        start_response("200 OK", [])
        return [f'"{text}"'.encode()]

    return site
