"""Servers in the host's network: on a port of the replica's own, and on one that all want."""

import subprocess
from pathlib import Path

import modal

app = modal.App("ports")

SERVER = Path(__file__).with_name("pid_server.txt")


@app.function(max_containers=2)
@modal.web_server(18_481)
def spare():
    subprocess.Popen(f'exec python {SERVER} "$PORT"', shell=True)


@app.function(max_containers=1)
@modal.web_server(18_482)
def fixed():
    subprocess.Popen(f"exec python {SERVER} 18482", shell=True)


@app.function(max_containers=1)
@modal.web_server(18_482, startup_timeout=15)
def clashing():
    subprocess.Popen(f"exec python {SERVER} 18482", shell=True)
