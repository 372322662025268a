"""The same package as ``polyloom``, under the name the functional model uses."""

import sys

import polyloom
from polyloom import *  # noqa: F403
from polyloom import exception

__all__ = polyloom.__all__

sys.modules["modal.exception"] = exception
