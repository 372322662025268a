"""Declarations that are plain values: schedules, retries, volumes."""

from __future__ import annotations

from polyloom.exception import InvalidError


class Period:
    """A schedule: every so often, counted from the deployment."""

    def __init__(
        self, *, years: int = 0, months: int = 0, weeks: int = 0, days: int = 0,
        hours: int = 0, minutes: int = 0, seconds: float = 0,
    ) -> None:  # fmt: skip
        self.parts = {
            "years": years, "months": months, "weeks": weeks, "days": days,
            "hours": hours, "minutes": minutes, "seconds": seconds,
        }  # fmt: skip


class Cron:
    """A schedule in the five fields of cron, in a time zone."""

    def __init__(self, cron_string: str, timezone: str = "UTC") -> None:
        if len(cron_string.split()) != 5:
            raise InvalidError(f"Cron needs five fields, got {cron_string!r}")
        self.cron_string = cron_string
        self.timezone = timezone


class Retries:
    """How often and how soon a failed call is tried again."""

    def __init__(
        self,
        *,
        max_retries: int,
        backoff_coefficient: float = 2.0,
        initial_delay: float = 1.0,
        max_delay: float = 60.0,
    ) -> None:
        if max_retries < 0:
            raise InvalidError("max_retries must not be negative")
        if not 1 <= backoff_coefficient <= 10:
            raise InvalidError("backoff_coefficient must be between 1 and 10")
        if not 1 <= max_delay <= 60:
            raise InvalidError("max_delay must be between 1 and 60 seconds")
        self.max_retries = max_retries
        self.backoff_coefficient = backoff_coefficient
        self.initial_delay = initial_delay
        self.max_delay = max_delay


class Volume:
    """A named folder. Accepted where the model takes one; on one's own machine the file system is at hand anyway."""

    def __init__(self, name: str | None = None) -> None:
        self.name = name

    @staticmethod
    def from_name(name: str, **_options: object) -> Volume:
        """Refers to a volume by its name."""
        return Volume(name)


def is_local() -> bool:
    """Whether this code runs outside an isolate, as when a file is run as a script."""
    import sys

    return "polyloom._runtime.boot" not in sys.modules
