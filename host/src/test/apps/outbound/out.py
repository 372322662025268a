"""A server of its own that connects out."""

import subprocess
import sys
from pathlib import Path

import modal

app = modal.App("out")

SERVER = Path(__file__).with_name("out_server.txt")


@app.function(max_containers=2)
@modal.web_server(8000, startup_timeout=180)
def web():
    subprocess.Popen([sys.executable, str(SERVER)])
