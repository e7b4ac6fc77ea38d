"""How pages show minutes, dates and instants; and the words of the field."""

import re
from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction

from flask import Flask
from markupsafe import Markup

from ceu.adapters.markdown import is_line, render_line, render_markdown
from ceu.domain.dates import day_text, moment_text, weekday_text
from ceu.domain.minutes import clock_text, hours_text
from ceu.questions.model import cut_at_gaps
from ceu.questions.words import number_text
from ceu.web.principal import find_principal


def moment_here(instant: datetime) -> str:
    """An instant where the reader lives: "16 Nov 2026, 14:05"."""
    principal = find_principal()
    return moment_text(instant, principal.time_zone) if principal else f"{moment_text(instant, 'UTC')} UTC"


def markdown(text: str, address: Callable[[str], str] = str) -> Markup:
    """Markdown as safe HTML, with paragraphs, and no anchors: a page may show several texts."""
    return Markup(render_markdown(text, address, anchors=False))


def markdown_line(text: str) -> Markup:
    """Markdown of one line as safe HTML that may stand inside a label."""
    return Markup(render_line(text))


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


def percent_text(share: Fraction | float) -> str:
    """A share in whole percent, cut toward zero: Fraction(2, 3) -> "66 %"."""
    return f"{int(share * 100)} %"


def markdown_pieces(text: str) -> list[str | Markup]:
    """The HTML of a text with blanks, cut at them: HTML, the name of a blank, HTML, ..."""
    return [
        piece if place % 2 else Markup(piece)
        for place, piece in enumerate(cut_at_gaps(render_markdown(text)))
    ]


def price_text(cents: int, currency: str) -> str:
    """A price in words: (0, "USD") -> "Free", (4950, "USD") -> "USD 49.50"."""
    return f"{currency} {cents // 100:,}.{cents % 100:02d}" if cents else "Free"


FILTERS: dict[str, Callable[..., str | bool | list[str | Markup]]] = {
    "hours": hours_text,
    "clock": clock_text,
    "day": day_or_date,
    "weekday": weekday_text,
    "quoted": quoted_text,
    "moment": moment_here,
    "markdown": markdown,
    "markdown_line": markdown_line,
    "is_line": is_line,
    "markdown_pieces": markdown_pieces,
    "points": number_text,
    "percent": percent_text,
    "price": price_text,
}


def install_filters(app: Flask) -> None:
    """Give the templates these filters."""
    app.jinja_env.filters.update(FILTERS)
