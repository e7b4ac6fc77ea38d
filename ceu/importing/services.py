"""Importing hours: begin with a file, say what it means, look at every row, put it into the log, and take it out again.

Between the steps only rows without anything that tells who a client is are kept, and one draft at a time. The preview and
the import decide by the same function on the same rows, the import once more with the log locked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from ceu.accounts.queries import get_person
from ceu.audit.services import record
from ceu.db.events import emit
from ceu.domain.dates import Week, day_text, local_date
from ceu.domain.errors import DomainError
from ceu.domain.events import LogChanged
from ceu.domain.minutes import clock_text
from ceu.experience.attest_models import Backlog
from ceu.experience.attest_queries import list_backlogs
from ceu.experience.checks import Stretch
from ceu.experience.models import Entry, WeekSheet, WorkSetting
from ceu.experience.queries import get_setting, list_settings
from ceu.experience.services import (
    count_minutes,
    locked_sentence,
    log_experience,
    open_log,
    place_of,
    sheet_of,
)
from ceu.importing.kinds import different
from ceu.importing.models import HoursImport, ImportedRow, ImportMapping, ImportState, RowState
from ceu.importing.plan import (
    Choices,
    Decision,
    Outcome,
    choices_from_json,
    completed_by,
    could_be_two_days,
    decide,
)
from ceu.importing.queries import (
    find_mapping,
    list_closed_sheets,
    list_drafts,
    list_logged,
    list_sheets_of,
)
from ceu.importing.reading import Reading
from ceu.importing.rows import Row

MOST_REFUSED = 500
"""Refused lines that are kept with a finished import."""
_FACTS = ("day", "start_minute", "minutes", "activity", "client_unit", "delivery", "head_count")


# ---- before it is in the log -------------------------------------------------------------------------------------


def begin_import(
    session: Session, now: datetime, *, person_id: int, setting_id: int, reading: Reading
) -> HoursImport:
    """Keep what was read as a draft, in place of an earlier one; what the person chose for such files is taken over."""
    setting = get_setting(session, person_id, setting_id)
    for draft in list_drafts(session, person_id):
        session.delete(draft)
    known = find_mapping(session, person_id, reading.signature)
    choices = reading.guessed
    if known is not None and known.choices:
        choices = completed_by(reading.guessed, choices_from_json(known.choices))
    texts = different(row.setting for row in reading.rows)
    choices = replace(choices, settings=_meant(texts, choices.settings, list_settings(session, person_id)))
    begun = HoursImport(
        person_id=person_id,
        setting_id=setting.id,
        kind=reading.kind,
        state=ImportState.DRAFT,
        begun_at=now,
        signature=reading.signature,
        columns=[list(asdict(column).values()) for column in reading.columns],
        choices=choices.as_json(),
        found={
            "kinds": different(row.kind for row in reading.rows),
            "statuses": different(row.status for row in reading.rows),
            "deliveries": different(row.delivery for row in reading.rows),
            "settings": different(row.setting for row in reading.rows),
            "days": [row.day for row in reading.rows if could_be_two_days(row.day)][:1],
        },
        rows=[row.as_list() for row in reading.rows],
        counts={},
        refused=[],
    )
    session.add(begun)
    if reading.is_complete:
        _remember(session, now, person_id, reading)
    session.flush()
    return begun


def _meant(texts: Sequence[str], known: Mapping[str, str], settings: Sequence[WorkSetting]) -> dict[str, str]:
    """Which setting each text means: as chosen before, else the one of this name; others are left to the person."""
    by_name = {setting.name.casefold(): str(setting.id) for setting in settings}
    ids = set(by_name.values())
    found = {
        text: known[text] if known.get(text) in ids else by_name.get(text.casefold(), "")
        for text in texts
        if text
    }
    return {text: meant for text, meant in found.items() if meant}


def _remember(session: Session, now: datetime, person_id: int, reading: Reading) -> None:
    known = find_mapping(session, person_id, reading.signature)
    if known is None:
        known = ImportMapping(person_id=person_id, signature=reading.signature, kind=reading.kind, choices={})
        session.add(known)
    known.title = reading.title[:300]
    known.reading = dict(reading.how)
    known.used_at = now


def say_what_it_means(
    session: Session, now: datetime, draft: HoursImport, *, setting_id: int, choices: Choices
) -> None:
    """Take these meanings for the draft, and remember them for the next file of its shape."""
    _check_draft(draft)
    draft.setting = get_setting(session, draft.person_id, setting_id)
    draft.choices = choices.as_json()
    known = find_mapping(session, draft.person_id, draft.signature)
    if known is not None:
        earlier = choices_from_json(known.choices) if known.choices else Choices()
        known.choices = replace(
            choices,
            kinds={**earlier.kinds, **choices.kinds},
            statuses={**earlier.statuses, **choices.statuses},
            deliveries={**earlier.deliveries, **choices.deliveries},
            settings={**earlier.settings, **choices.settings},
        ).as_json()
        known.used_at = now
    session.flush()


def preview(session: Session, now: datetime, draft: HoursImport) -> list[Decision]:
    """What would become of every row of a draft: a dry run, which writes nothing."""
    time_zone = get_person(session, draft.person_id).time_zone
    return _decide(session, draft, local_date(now, time_zone), time_zone)


def _decide(session: Session, draft: HoursImport, today: date, time_zone: str) -> list[Decision]:
    choices = choices_from_json(draft.choices)
    wanted = {str(draft.setting_id), *choices.settings.values()}
    places = [one for one in list_settings(session, draft.person_id) if str(one.id) in wanted]
    closed = list_closed_sheets(session, [one.id for one in places])
    return decide(
        [Row(*row) for row in draft.rows],
        choices,
        place=place_of(draft.setting),
        places=[place_of(one) for one in places],
        logged=list_logged(session, draft.person_id),
        locked=_locked(closed, list_backlogs(session, draft.person_id)),
        today=today,
        time_zone=time_zone,
    )


def _locked(closed: Iterable[WeekSheet], backlogs: Iterable[Backlog]) -> dict[int, list[tuple[Week, str]]]:
    """The days into which nothing goes, by setting: handed in or signed, or those of which an earlier log holds the totals."""
    found: dict[int, list[tuple[Week, str]]] = {}
    for sheet in closed:
        found.setdefault(sheet.setting_id, []).append((sheet.week, locked_sentence(sheet)))
    for backlog in backlogs:
        span = Week(backlog.first_day, backlog.last_day)
        found.setdefault(backlog.setting_id, []).append((span, backlog.sentence))
    return found


def discard_import(session: Session, draft: HoursImport) -> None:
    """Forget a draft with everything that was read."""
    _check_draft(draft)
    session.delete(draft)
    session.flush()


def forget_mapping(session: Session, mapping: ImportMapping) -> None:
    """Forget how files of a shape are read."""
    session.delete(mapping)
    session.flush()


def _check_draft(draft: HoursImport) -> None:
    if not draft.is_draft:
        raise DomainError("This import has been done already. Undo it first if something is wrong.")


# ---- into the log, and out again ---------------------------------------------------------------------------------


def run_import(session: Session, now: datetime, draft: HoursImport) -> None:
    """Put the rows of a draft into the log, as its preview showed; the others wait to be confirmed, or are noted."""
    today = open_log(session, draft.person_id, now)
    session.refresh(draft, ["state"])
    _check_draft(draft)
    decisions = _decide(session, draft, today, get_person(session, draft.person_id).time_zone)
    counts = Counter(decision.outcome for decision in decisions)
    if not counts[Outcome.ENTRY] and not counts[Outcome.CONFIRM]:
        raise DomainError(
            "Nothing in this file can go into your log: every row is known, left out or refused."
        )
    _write_entries(session, now, draft, decisions)
    _write_questions(session, draft, decisions)
    draft.state, draft.done_at, draft.rows = ImportState.DONE, now, []
    draft.counts = {str(outcome): number for outcome, number in counts.items()}
    refused = [[one.row.line, one.sentence] for one in decisions if one.outcome == Outcome.REFUSED]
    draft.refused = refused[:MOST_REFUSED]
    record(session, now, draft.person_id, "import.done", draft, kind=draft.kind, counts=draft.counts)
    emit(session, LogChanged(draft.person_id))


def _write_entries(
    session: Session, now: datetime, draft: HoursImport, decisions: Sequence[Decision]
) -> None:
    found = [
        (decision.stretch, decision.row.client)
        for decision in decisions
        if decision.outcome == Outcome.ENTRY and decision.stretch is not None
    ]
    weeks: dict[WeekSheet, list[tuple[Stretch, str]]] = {}
    latest: dict[int, WeekSheet] = {}
    for stretch, client in sorted(found, key=lambda one: one[0].day):
        sheet = latest.get(stretch.place.setting_id)
        if sheet is None or not sheet.week.holds(stretch.day):
            sheet = latest[stretch.place.setting_id] = sheet_of(session, draft.person_id, stretch)
        weeks.setdefault(sheet, []).append((stretch, client))
    for sheet, of_week in weeks.items():
        session.execute(
            insert(Entry),
            [
                {
                    "person_id": draft.person_id,
                    "sheet_id": sheet.id,
                    "logged_at": now,
                    "import_id": draft.id,
                    "client_hash": client or None,
                    "note": "",
                    **_facts(stretch),
                }
                for stretch, client in of_week
            ],
        )
        count_minutes(session, sheet)


def _write_questions(session: Session, draft: HoursImport, decisions: Sequence[Decision]) -> None:
    rows = [
        {
            "person_id": draft.person_id,
            "import_id": draft.id,
            "setting_id": decision.stretch.place.setting_id,
            "client_hash": decision.row.client or None,
            "reason": decision.sentence,
            "state": RowState.WAITING,
            **_facts(decision.stretch),
        }
        for decision in decisions
        if decision.outcome == Outcome.CONFIRM and decision.stretch is not None
    ]
    if rows:
        session.execute(insert(ImportedRow), rows)


def _facts(stretch: Stretch) -> dict[str, Any]:
    return {name: getattr(stretch, name) for name in _FACTS}


def undo_import(session: Session, now: datetime, done: HoursImport) -> int:
    """Take everything an import brought out of the log again; returns how many entries.

    Refused while one of them lies in a week that was handed in or signed.
    """
    open_log(session, done.person_id, now)
    session.refresh(done, ["state"])
    if done.state != ImportState.DONE:
        raise DomainError("There is nothing to undo: this import is not in your log.")
    sheets = list_sheets_of(session, done.id)
    closed = [locked_sentence(sheet) for sheet in sheets if not sheet.is_open]
    if closed:
        more = f" So do {len(closed) - 3} more weeks." if len(closed) > 3 else ""
        raise DomainError(f"The import cannot be undone as a whole. {' '.join(closed[:3])}{more}")
    removed = session.execute(delete(Entry).where(Entry.import_id == done.id))
    session.execute(delete(ImportedRow).where(ImportedRow.import_id == done.id))
    for sheet in sheets:
        count_minutes(session, sheet)
    done.state, done.undone_at, done.refused = ImportState.UNDONE, now, []
    number = int(removed.rowcount)  # type: ignore[attr-defined]
    record(session, now, done.person_id, "import.undone", done, entries=number)
    emit(session, LogChanged(done.person_id))
    return number


# ---- rows that wait ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What a person says about a row that waited: what was done, and how many were supervised in a group."""

    activity: str
    client_unit: str | None = None
    head_count: int | None = None


@dataclass(frozen=True)
class Confirmed:
    """What came of confirming rows: how many are entries now, and of the others, by row, why they are not."""

    entries: int
    refused: Mapping[int, DomainError]


def confirm_rows(
    session: Session, now: datetime, rows: Sequence[ImportedRow], answers: Mapping[int, Answer]
) -> Confirmed:
    """Make entries of rows that took place; each that cannot be one stays with the reason."""
    refused: dict[int, DomainError] = {}
    for row in rows:
        answer = answers[row.id]
        try:
            if not answer.activity:
                raise DomainError("Choose what was done.")
            entry = log_experience(
                session,
                now,
                person_id=row.person_id,
                setting_id=row.setting_id,
                day=row.day,
                minutes=row.minutes,
                activity=answer.activity,
                client_unit=answer.client_unit,
                delivery=row.delivery,
                start_minute=row.start_minute,
                head_count=answer.head_count,
            )
        except DomainError as refusal:
            refused[row.id] = refusal
            continue
        entry.client_hash, entry.import_id = row.client_hash, row.import_id
        row.state = RowState.CONFIRMED
        session.flush()
        count_minutes(session, entry.sheet)
    session.flush()
    return Confirmed(len(rows) - len(refused), refused)


def row_name(row: ImportedRow) -> str:
    """A row in a sentence, at its beginning."""
    return f"{day_text(row.day)}, {row.times or clock_text(row.minutes)},"


def dismiss_rows(session: Session, now: datetime, rows: Sequence[ImportedRow]) -> int:
    """Note of rows that they were no work, so that no later import asks again; returns how many."""
    for person_id in {row.person_id for row in rows}:
        open_log(session, person_id, now)
    for row in rows:
        row.state = RowState.DISMISSED
    session.flush()
    return len(rows)
