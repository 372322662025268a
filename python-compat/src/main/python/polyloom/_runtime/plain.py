"""Requests to a function that is served without FastAPI: answered at once by the owner thread, or by another one."""

from __future__ import annotations

from contextvars import copy_context

from polyloom._patches import outside_loop
from polyloom._runtime.errors import report
from polyloom._runtime.heads import flatten
from polyloom._runtime.interrupts import ends_isolate, guard

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from typing import Any

    from polyloom._plain import Answer, ASGIApp, PlainEndpoint
    from polyloom._runtime._host import Exchange
    from polyloom._runtime.asgi import HttpCycle
    from polyloom._runtime.heads import Scope
    from polyloom._runtime.interrupts import Apart
    from polyloom._runtime.service import AsgiService


class Answered:
    """Stands for the cycle of a request that was answered at once: all news comes too late."""

    def on_body(self, piece: str, last: bool) -> None:
        pass

    def on_drained(self) -> None:
        pass

    def on_gone(self) -> None:
        pass

    def cancel(self) -> None:
        pass


def _call(plain: PlainEndpoint, scope: Scope) -> Answer | ASGIApp:
    bound = plain.begin(scope)
    return plain.answer(scope, bound) if isinstance(bound, dict) else bound


def answer_now(plain: PlainEndpoint, exchange: Exchange, scope: Scope) -> ASGIApp | None:
    """Answers a request; returns the application to ask, where the function alone cannot tell the answer.

    Raises what ends the isolate.
    """
    try:
        guard.inside = True
        try:
            answer = copy_context().run(outside_loop, _call, plain, scope)
        finally:
            guard.inside = False
    except BaseException as error:
        report(exchange, error)
        if ends_isolate(error):
            raise
        return None
    if isinstance(answer, tuple):
        send(exchange, answer)
        return None
    return answer


def send(exchange: Exchange, answer: Answer) -> None:
    """Sends an answer, and ends the request."""
    status, headers, body, failure = answer
    exchange.respond(status, flatten(headers), body)
    if failure is None:
        exchange.done()
    else:
        report(exchange, failure)


class ApartCycle:
    """A request whose function runs in a thread, and that FastAPI may have to answer then.

    Confined to the owner thread, but for ``work``.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        service: AsgiService,
        exchange: Exchange,
        scope: Scope,
        has_body: bool,
        plain: PlainEndpoint,
        bound: dict[str, Any],
    ) -> None:
        self._loop = loop
        self._service = service
        self._exchange = exchange
        self._scope = scope
        self._has_body = has_body
        self._plain = plain
        self._bound = bound
        self._cycle: HttpCycle | None = None
        self._gone = False

    def work(self, apart: Apart) -> None:
        """Calls the function and sends its answer; raises what ends the isolate."""
        exchange = self._exchange
        exchange.apart(True)
        try:
            apart.inside = True
            try:
                answer = self._plain.answer(self._scope, self._bound)
            finally:
                apart.inside = False
        except BaseException as error:
            report(exchange, error)
            if ends_isolate(error):
                raise
            return
        finally:
            exchange.apart(False)
        if isinstance(answer, tuple):
            send(exchange, answer)
        else:
            self._loop.call_soon_threadsafe(self._ask, answer)

    def _ask(self, app: ASGIApp) -> None:
        cycle = self._service.request(self._exchange, self._scope, self._has_body, app)
        self._cycle = cycle
        if self._gone:
            cycle.on_gone()

    def on_body(self, piece: str, last: bool) -> None:
        """A piece of the request body has come, which nobody but the cycle has asked for."""
        if self._cycle is not None:
            self._cycle.on_body(piece, last)

    def on_drained(self) -> None:
        """The client has caught up."""
        if self._cycle is not None:
            self._cycle.on_drained()

    def on_gone(self) -> None:
        """The client has gone away."""
        self._gone = True
        if self._cycle is not None:
            self._cycle.on_gone()

    def cancel(self) -> None:
        """The function's timeout has passed; a function that runs is interrupted."""
        if self._cycle is not None:
            self._cycle.cancel()
