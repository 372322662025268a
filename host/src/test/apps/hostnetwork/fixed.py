"""Servers in the host's network that want the same port."""

import subprocess
from pathlib import Path

import modal

app = modal.App("fixed")

SERVER = Path(__file__).with_name("pid_server.txt")


@app.function(max_containers=1)
@modal.web_server(18_482, startup_timeout=180)
def first():
    subprocess.Popen(f"exec python {SERVER} 18482", shell=True)


@app.function(max_containers=1)
@modal.web_server(18_482, startup_timeout=15)
def clashing():
    subprocess.Popen(f"exec python {SERVER} 18482", shell=True)
