"""A server that ends when it is asked to."""

import subprocess

import modal

app = modal.App("mortal")

SERVER = """
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/die":
            os._exit(9)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'"pid": %d' % os.getpid())

HTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
"""


@app.function(max_containers=1)
@modal.web_server(8000, startup_timeout=180)
def web():
    subprocess.Popen(["python", "-c", SERVER])
