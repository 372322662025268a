"""aiohttp as a program of its own, on the port that the guide's listing uses, too."""

import subprocess
import sys
from pathlib import Path

import modal

SERVER = Path(__file__).with_name("aio_server.txt")

image = modal.Image.debian_slim().pip_install("aiohttp==3.13.2", "tornado==6.5.2")
app = modal.App("aio", image=image)


@app.function(max_containers=2)
@modal.concurrent(max_inputs=50)
@modal.web_server(8000, startup_timeout=180)
def web():
    subprocess.Popen([sys.executable, str(SERVER), "8000"])


@app.function(max_containers=2)
@modal.web_server(8000, startup_timeout=180)
def twins():
    subprocess.Popen([sys.executable, str(SERVER), "8000"])
