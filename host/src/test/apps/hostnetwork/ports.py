"""Servers in the host's network, each replica's on a port of its own."""

import subprocess
from pathlib import Path

import modal

app = modal.App("ports")

SERVER = Path(__file__).with_name("pid_server.txt")


@app.function(max_containers=2)
@modal.web_server(18_481, startup_timeout=180)
def spare():
    subprocess.Popen(f'exec python {SERVER} "$PORT"', shell=True)
