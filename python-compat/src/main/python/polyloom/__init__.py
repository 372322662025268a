"""Polyloom: write a Python function, get an HTTP endpoint.

The names and parameters are those of the functional model, so that a file written with ``import modal`` runs as it is;
``modal`` is the same package under its other name.

``_app``       apps, functions and classes
``_web``       the decorators that make a function a web endpoint
``_image``     what a function needs installed
``_secret``    values a function finds in its environment
``_control``   statistics and scaling of functions that are served
``_values``    schedules, retries and other declarations
``_discover``  finds the functions of a source file or folder
``_endpoint``  wraps a plain function in a FastAPI application
``exception``  what this package raises

Importing it must stay cheap: every isolate does. FastAPI is imported only by a function that needs it.
"""

from polyloom import exception
from polyloom._app import App, Cls, Function, Stub
from polyloom._control import AutoscalerSettings, FunctionStats
from polyloom._image import Image
from polyloom._lifecycle import batched, concurrent, enter, exit, method, parameter, rate_limit, warm_up
from polyloom._secret import Secret
from polyloom._values import Cron, Period, Retries, Volume, is_local
from polyloom._web import asgi_app, fastapi_endpoint, web_endpoint, web_server, wsgi_app

__all__ = [
    "App",
    "AutoscalerSettings",
    "Cls",
    "Cron",
    "Function",
    "FunctionStats",
    "Image",
    "Period",
    "Retries",
    "Secret",
    "Stub",
    "Volume",
    "asgi_app",
    "batched",
    "concurrent",
    "enter",
    "exception",
    "exit",
    "fastapi_endpoint",
    "is_local",
    "method",
    "parameter",
    "rate_limit",
    "warm_up",
    "web_endpoint",
    "web_server",
    "wsgi_app",
]
