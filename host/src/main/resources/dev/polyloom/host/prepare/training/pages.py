# SPDX-License-Identifier: Apache-2.0
"""A WSGI application with templates."""

from flask import Flask, render_template_string, request

app = Flask(__name__)


@app.get("/")
def index():
    return render_template_string("hello {{ name }}", name=request.args.get("x", "world"))


@app.post("/")
def create():
    return request.get_json()
