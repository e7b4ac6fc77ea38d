"""The adapters and the clock of the running site, for views."""

from datetime import date, datetime
from typing import cast

from flask import current_app

from ceu.adapters.outside import Outside
from ceu.domain.dates import local_date
from ceu.web.principal import find_principal


def outside() -> Outside:
    """The adapters this site was built with."""
    return cast(Outside, current_app.extensions["ceu.outside"])


def now() -> datetime:
    """The current instant, aware, UTC."""
    return outside().clock.now()


def today() -> date:
    """The calendar date where the signed-in person lives (UTC for visitors)."""
    principal = find_principal()
    return local_date(now(), principal.time_zone if principal else "UTC")
