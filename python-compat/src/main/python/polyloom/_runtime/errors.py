"""Exceptions in the terms of the function's author: where in their source, without the host's frames."""

from __future__ import annotations

import os.path

from polyloom._runtime.interrupts import ends_isolate, guard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

    from polyloom._runtime._host import Exchange, Socket, WsgiSocket

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

Description = tuple[str, str, str | None, int, str]


def describe(error: BaseException) -> Description:
    """Type, message, file, line (0 when unknown) and traceback text of an exception."""
    import traceback

    trace = _without_ours(error.__traceback__)
    text = "".join(traceback.format_exception(type(error), error, trace))
    file, line = _place(error, trace)
    try:
        message = str(error)
    except Exception:
        message = "(its message cannot be shown)"
    if isinstance(error, SyntaxError):
        message = error.msg or message
    return type(error).__name__, message, file, line, text


def report(exchange: Exchange | Socket | WsgiSocket, error: BaseException) -> None:
    """Tells the host that the application failed, and before, if it is so, that the isolate ends by it."""
    if ends_isolate(error):
        guard.end()
    exchange.fail(*describe(error))


def _without_ours(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and _hidden(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def _hidden(filename: str) -> bool:
    return filename.startswith((_OURS, "<frozen importlib"))


def _place(error: BaseException, trace: TracebackType | None) -> tuple[str | None, int]:
    """The innermost line outside installed packages, which is where its author will look."""
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno or 0
    place: tuple[str | None, int] = (None, 0)
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if not filename.startswith("<") and "site-packages" not in filename and not _hidden(filename):
            place = (filename, trace.tb_lineno)
        trace = trace.tb_next
    return place
