"""How pages show minutes, dates and instants; and the words of the field."""

import re
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask

from ceu.domain.dates import day_text, weekday_text
from ceu.domain.minutes import clock_text, hours_text
from ceu.web.principal import find_principal


def moment_text(instant: datetime) -> str:
    """An instant where the reader lives: "16 Nov 2026, 14:05"."""
    principal = find_principal()
    local = instant.astimezone(ZoneInfo(principal.time_zone if principal else "UTC"))
    return f"{day_text(local.date())}, {local:%H:%M}" + ("" if principal else " UTC")


def day_or_date(value: str | date) -> str:
    """A date, also one that a stored document spells as ISO text."""
    return day_text(date.fromisoformat(value) if isinstance(value, str) else value)


def quoted_text(quote: str) -> str:
    """A quotation in marks; those of the quoted text itself become single, as print sets them.

    >>> quoted_text('“Reporting period” means 24 months')
    '“‘Reporting period’ means 24 months”'
    """
    inner = re.sub(r'"([^"]*)"', r"‘\1’", quote)
    return f"“{inner.replace('“', '‘').replace('”', '’')}”"


FILTERS: dict[str, Callable[..., str]] = {
    "hours": hours_text,
    "clock": clock_text,
    "day": day_or_date,
    "weekday": weekday_text,
    "moment": moment_text,
    "quoted": quoted_text,
}


def install_filters(app: Flask) -> None:
    """Give the templates these filters."""
    app.jinja_env.filters.update(FILTERS)
