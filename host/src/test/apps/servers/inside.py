"""Servers that run in the function's own context: in a thread, and in the function itself, which never returns."""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import modal

app = modal.App("inside")
TEXT = b"in the function's own context"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-length", str(len(TEXT)))
        self.end_headers()
        self.wfile.write(TEXT)

    def log_message(self, *arguments):
        pass


@app.function(max_containers=1)
@modal.web_server(18_473, startup_timeout=180)
def threaded():
    server = ThreadingHTTPServer(("0.0.0.0", 18_473), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


@app.function()
@modal.web_server(18_474, startup_timeout=180)
def blocking():
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
