"""A Flask application (WSGI), found the same way."""

from flask import Flask, request

app = Flask(__name__)


@app.get("/")
def home():
    return "Hello from Flask"


@app.post("/echo")
def echo():
    return request.get_json()
