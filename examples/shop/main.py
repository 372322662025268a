"""A folder is one app: its files import each other and its templates are watched too."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Template

from prices import PRICES

app = FastAPI()


@app.get("/", response_class=HTMLResponse)
def menu():
    template = Template((Path(__file__).parent / "templates" / "menu.html").read_text())
    return template.render(prices=PRICES)
