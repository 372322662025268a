"""One small application behind each of three WSGI linters; the first segment of a path names the linter, if any."""

import sys
import wsgiref.validate

import webtest.lint
import werkzeug.middleware.lint

PLAIN = [("Content-Type", "text/plain")]


def shown(environ, start_response):
    what = environ["PATH_INFO"].rpartition("/")[2]
    if what == "echo":
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response("200 OK", [*PLAIN, ("Content-Length", str(len(body)))])
        return [body]
    if what == "lines":
        body = b"".join(reversed(list(environ["wsgi.input"])))
        start_response("200 OK", PLAIN)
        return [body]
    if what == "pieces":
        start_response("200 OK", PLAIN)
        return (piece for piece in (b"one ", b"two ", b"three"))
    if what == "write":
        start_response("200 OK", PLAIN)(b"written, ")
        return [b"then returned"]
    if what == "nothing":
        start_response("204 No Content", [])
        return []
    if what == "changed":
        start_response("200 OK", PLAIN)
        try:
            raise ValueError(what)
        except ValueError:
            start_response("503 Changed", PLAIN, sys.exc_info())
        return [b"of another mind"]
    start_response("200 OK", [*PLAIN, ("Content-Length", "4")])
    return [b"fine"]


LINTED = {
    "wsgiref": wsgiref.validate.validator(shown),
    "webtest": webtest.lint.middleware(shown),
    "werkzeug": werkzeug.middleware.lint.LintMiddleware(shown),
}


def app(environ, start_response):
    return LINTED.get(environ["PATH_INFO"].split("/")[1], shown)(environ, start_response)
