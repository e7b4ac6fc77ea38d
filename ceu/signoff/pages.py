"""A week as it stands to be signed, whoever signs it: the document, its digest, and what the signer should know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ceu.db.extension import db
from ceu.domain.dates import Week, day_text
from ceu.experience import services
from ceu.experience.models import WeekSheet
from ceu.experience.pages import readings_of_weeks
from ceu.experience.records import digest, read_record
from ceu.experience.sign_models import WeekComment
from ceu.experience.sign_queries import list_comments
from ceu.experience.verdicts import Finding, Reading
from ceu.licenses.queries import list_goals
from ceu.signoff.changes import Change, changes_between
from ceu.web.forms import id_or_none


@dataclass(frozen=True)
class ShownWeek:
    """A week as it will be signed: the document itself, its digest, and beside it what the rules say.

    ``changes`` tells what an amended week changes in the signed version, ``comments`` is the thread of the week.
    """

    sheet: WeekSheet
    body: dict[str, Any]
    sha256: str
    readings: list[Reading]
    warnings: list[Finding]
    changes: list[Change]
    comments: list[WeekComment]


def shown_week(sheet: WeekSheet, as_of: date) -> ShownWeek:
    """The week as its page shows it to the supervisor's account."""
    (shown,) = shown_weeks([sheet], as_of)
    return shown


def shown_weeks(sheets: Sequence[WeekSheet], as_of: date, signer_name: str | None = None) -> list[ShownWeek]:
    """Weeks as their page shows them; ``signer_name`` is that of somebody who signs without an account."""
    weeks: dict[int, list[Week]] = {}
    for sheet in sheets:
        weeks.setdefault(sheet.person_id, []).append(sheet.week)
    said = {
        person_id: readings_of_weeks(list_goals(db.session(), person_id), of_person, as_of)
        for person_id, of_person in weeks.items()
    }
    threads = list_comments(db.session(), [sheet.id for sheet in sheets])
    return [
        _shown(sheet, said[sheet.person_id][sheet.week], threads.get(sheet.id, []), as_of, signer_name)
        for sheet in sheets
    ]


def _shown(
    sheet: WeekSheet,
    readings: list[Reading],
    comments: list[WeekComment],
    as_of: date,
    signer_name: str | None,
) -> ShownWeek:
    body = services.body_of(sheet, signer_name)
    in_force = sheet.in_force if sheet.is_amended else None
    return ShownWeek(
        sheet,
        body,
        digest(body),
        readings,
        _warnings(sheet, as_of),
        changes_between(read_record(in_force.record).body, body) if in_force is not None else [],
        comments,
    )


def _warnings(sheet: WeekSheet, as_of: date) -> list[Finding]:
    """What the supervisor should know before signing, apart from the rules of the trainee's goals."""
    under = sheet.supervision
    if under is None:
        return []
    warnings = []
    if under.license_expires_on is not None and under.license_expires_on < as_of:
        warnings.append(
            Finding(
                "mend",
                f"Your license expired on {day_text(under.license_expires_on)}.",
                "Days up to then can be signed. If it was renewed, enter the new date first.",
            )
        )
    if under.related:
        warnings.append(Finding("lost", "You said that you are a relative or partner of the trainee."))
    return warnings


def chosen_weeks(values: Sequence[str]) -> dict[int, str]:
    """The weeks a form names: ids on the way to the page, ids with the digests of what was shown on the way back."""
    pairs = (value.partition(":") for value in values)
    chosen = {id_or_none(sheet_id): sha256 for sheet_id, _, sha256 in pairs}
    return {sheet_id: sha256 for sheet_id, sha256 in chosen.items() if sheet_id is not None}
