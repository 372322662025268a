"""Servers that do not come up."""

import subprocess

import modal

app = modal.App("broken")


@app.function()
@modal.web_server(8000, startup_timeout=6)
def silent():
    print("about to start nothing")
    subprocess.Popen("echo said by the child; sleep 600 & sleep 601", shell=True)


@app.function()
@modal.web_server(8000)
def crashing():
    subprocess.Popen("echo no such option >&2; exit 3", shell=True)


@app.function()
@modal.web_server(8000)
def raising():
    raise ValueError("not today")
