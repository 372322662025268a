"""What people write with Flask, one route each."""

from flask import Flask, render_template_string, request

app = Flask(__name__)

PAGE = """<!doctype html>
<title>{{ title }}</title>
<h1>{{ title }}</h1>
<ul>
{%- for row in rows %}
<li class="{{ 'even' if loop.index0 is even else 'odd' }}">{{ row.name }}: {{ row.price }}</li>
{%- endfor %}
</ul>
"""
ROWS = [{"name": f"item <{number}>", "price": number} for number in range(30)]


@app.get("/hello")
def hello():
    return "Hello, world"


@app.post("/echo")
def echo():
    return request.get_json()


@app.get("/page")
def page():
    return render_template_string(PAGE, title="Prices", rows=ROWS)
