"""A page rendered from Markdown by a library written in Python."""

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from markdown_it import MarkdownIt

app = FastAPI()

TEXT = "\n".join(
    f"""## Part {number}

A paragraph with *emphasis*, **strong words**, `code` and [a link](https://example.org/{number} "Title").
It goes on for *a second* line.

1. first
2. second, with `code`
   - deeper
   - and **deeper**

> Quoted by somebody
> who said more.

    indented = {number}
"""
    for number in range(10)
)
RENDERER = MarkdownIt()


@app.get("/markdown", response_class=HTMLResponse)
def markdown():
    return RENDERER.render(TEXT)
