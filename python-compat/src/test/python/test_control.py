"""What code asks of the host about functions, with a host that notes what it was asked."""

import asyncio
import json
from collections.abc import Iterator

import pytest

import polyloom
from polyloom import _control
from polyloom.exception import ExecutionError, InvalidError, NotFoundError

STATS = {"backlog": 1, "num_total_runners": 2, "num_running_inputs": 3, "input_headroom": 4}
SETTINGS = {"min_containers": 2, "max_containers": 9, "buffer_containers": 0, "scaledown_window": 60.0}

app = polyloom.App("shop")


@app.function()
@polyloom.web_endpoint()
def buy() -> None: ...


class Host:
    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.answer: dict[str, object] = {}

    def stats(self, app: str, function: str) -> str:
        self.asked.append((app, function))
        return json.dumps(self.answer or STATS)

    def update(self, app: str, function: str, change: str) -> str:
        self.asked.append((app, function, change))
        return json.dumps(self.answer or SETTINGS)


@pytest.fixture
def host() -> Iterator[Host]:
    made = Host()
    _control.host.control = made
    _control.host.app = "shop-loaded"
    yield made
    _control.host.control = None
    _control.host.app = ""


def test_statistics_are_those_of_the_app_as_it_was_loaded(host: Host) -> None:
    stats = buy.get_current_stats()
    assert (stats.backlog, stats.num_total_runners) == (1, 2)
    assert (stats.num_running_inputs, stats.input_headroom) == (3, 4)
    assert stats == asyncio.run(buy.get_current_stats.aio())
    assert host.asked == [("shop-loaded", "buy")] * 2


def test_only_what_is_given_is_changed(host: Host) -> None:
    assert buy.update_autoscaler(min_containers=2, scaledown_window=1.5).max_containers == 9
    buy.keep_warm(0)
    polyloom.Function.from_name("other", "sell").update_autoscaler(max_containers=3)
    assert host.asked == [
        ("shop-loaded", "buy", '{"min_containers": 2, "scaledown_window": 1.5}'),
        ("shop-loaded", "buy", '{"min_containers": 0}'),
        ("other", "sell", '{"max_containers": 3}'),
    ]


def test_what_the_host_refuses_is_raised(host: Host) -> None:
    host.answer = {"error": "not_found"}
    with pytest.raises(NotFoundError, match="no function 'buy' of an app 'shop-loaded'"):
        buy.get_current_stats()
    host.answer = {"error": "min_containers must not be negative"}
    with pytest.raises(InvalidError, match="'buy': min_containers must not"):
        buy.update_autoscaler(min_containers=-1)


def test_outside_of_a_host_it_says_so() -> None:
    with pytest.raises(ExecutionError, match="is not served yet"):
        buy.get_current_stats()
