"""Reading imports, remembered ways of reading files, and rows that wait to be confirmed; the doors stand here."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, undefer

from ceu.domain.errors import NotFound
from ceu.domain.experience import WeekState
from ceu.domain.principal import Principal
from ceu.experience.checks import Place, Stretch
from ceu.experience.models import Entry, Supervision, WeekSheet, WorkSetting
from ceu.importing.models import HoursImport, ImportedRow, ImportMapping, ImportState, RowState
from ceu.importing.plan import Logged

Found = TypeVar("Found")

ROWS_PER_PAGE = 50
LIST_LENGTH = 50
"""Imports shown; older ones are in the log, and nothing is done with them any more."""

_OPEN = (WeekState.DRAFT, WeekState.RETURNED)


# ---- imports -----------------------------------------------------------------------------------------------------


def list_imports(session: Session, person_id: int) -> list[HoursImport]:
    """The person's imports, the latest first."""
    wanted = (
        select(HoursImport).where(HoursImport.person_id == person_id).options(joinedload(HoursImport.setting))
    )
    return list(session.scalars(wanted.order_by(HoursImport.id.desc()).limit(LIST_LENGTH)))


def import_for(session: Session, principal: Principal, import_id: int) -> HoursImport:
    """The principal's own import with its rows, or NotFound."""
    wanted = (
        select(HoursImport)
        .where(HoursImport.id == import_id, HoursImport.person_id == principal.person_id)
        .options(joinedload(HoursImport.setting), undefer(HoursImport.rows), undefer(HoursImport.refused))
    )
    return _only(session.scalar(wanted))


def list_drafts(session: Session, person_id: int) -> list[HoursImport]:
    """Imports that were begun and are neither done nor discarded."""
    wanted = select(HoursImport).where(
        HoursImport.person_id == person_id, HoursImport.state == ImportState.DRAFT
    )
    return list(session.scalars(wanted))


def count_entries_of(session: Session, import_id: int) -> int:
    """How many entries of the log came with an import."""
    return session.scalar(select(func.count(Entry.id)).where(Entry.import_id == import_id)) or 0


def list_sheets_of(session: Session, import_id: int) -> list[WeekSheet]:
    """The weeks that hold entries of an import, the earliest first, with all that a sentence about them needs."""
    wanted = (
        select(WeekSheet)
        .where(WeekSheet.id.in_(select(Entry.sheet_id).where(Entry.import_id == import_id)))
        .options(
            joinedload(WeekSheet.setting),
            joinedload(WeekSheet.supervision).joinedload(Supervision.supervisor),
        )
        .order_by(WeekSheet.week_start, WeekSheet.id)
    )
    return list(session.scalars(wanted))


# ---- the log beside an import ------------------------------------------------------------------------------------


def list_logged(session: Session, person_id: int) -> list[Logged]:
    """Everything in a person's log, and every row of theirs that was imported and not put into it."""
    places = {
        setting.id: Place(setting.id, setting.name, setting.began_on, setting.ended_on)
        for setting in session.scalars(select(WorkSetting).where(WorkSetting.person_id == person_id))
    }
    entries = session.execute(
        select(WeekSheet.setting_id, *_columns(Entry))
        .join(WeekSheet, Entry.sheet_id == WeekSheet.id)
        .where(Entry.person_id == person_id)
    )
    rows = session.execute(
        select(ImportedRow.setting_id, *_columns(ImportedRow)).where(ImportedRow.person_id == person_id)
    )
    return [
        *(_logged(places[setting_id], facts, in_log=True) for setting_id, *facts in entries),
        *(_logged(places[setting_id], facts, in_log=False) for setting_id, *facts in rows),
    ]


def _columns(table: type[Entry] | type[ImportedRow]) -> tuple[Any, ...]:
    return (
        table.day, table.minutes, table.activity, table.client_unit, table.delivery, table.start_minute, table.head_count,
        table.client_hash,
    )  # fmt: skip


def _logged(place: Place, facts: Sequence[Any], *, in_log: bool) -> Logged:
    *of_stretch, client = facts
    return Logged(Stretch(place, *of_stretch), client or "", in_log)


def list_closed_sheets(session: Session, setting_ids: Sequence[int]) -> list[WeekSheet]:
    """The weeks of these settings into which rows of a file would go, and whose entries cannot change now."""
    wanted = (
        select(WeekSheet)
        .where(
            WeekSheet.setting_id.in_(setting_ids),
            WeekSheet.apart_for_id.is_(None),
            WeekSheet.state.not_in(_OPEN),
        )
        .options(
            joinedload(WeekSheet.setting),
            joinedload(WeekSheet.supervision).joinedload(Supervision.supervisor),
        )
    )
    return list(session.scalars(wanted))


# ---- ways of reading files ---------------------------------------------------------------------------------------


def list_mappings(session: Session, person_id: int) -> list[ImportMapping]:
    """How this person reads files, those used last first."""
    wanted = select(ImportMapping).where(ImportMapping.person_id == person_id)
    return list(session.scalars(wanted.order_by(ImportMapping.used_at.desc(), ImportMapping.id.desc())))


def find_mapping(session: Session, person_id: int, signature: str) -> ImportMapping | None:
    """How this person reads files of this shape, or None."""
    wanted = select(ImportMapping).where(
        ImportMapping.person_id == person_id, ImportMapping.signature == signature
    )
    return session.scalar(wanted)


def mapping_for(session: Session, principal: Principal, mapping_id: int) -> ImportMapping:
    """The principal's own way of reading files, or NotFound."""
    wanted = select(ImportMapping).where(
        ImportMapping.id == mapping_id, ImportMapping.person_id == principal.person_id
    )
    return _only(session.scalar(wanted))


# ---- rows that wait ----------------------------------------------------------------------------------------------


def count_waiting_rows(session: Session, person_id: int) -> int:
    """How many rows wait to be confirmed."""
    wanted = select(func.count(ImportedRow.id)).where(
        ImportedRow.person_id == person_id, ImportedRow.state == RowState.WAITING
    )
    return session.scalar(wanted) or 0


def list_waiting_rows(session: Session, person_id: int) -> list[ImportedRow]:
    """A page of rows that wait to be confirmed, the earliest first."""
    wanted = select(ImportedRow).where(
        ImportedRow.person_id == person_id, ImportedRow.state == RowState.WAITING
    )
    return list(
        session.scalars(
            wanted.order_by(ImportedRow.day, ImportedRow.start_minute, ImportedRow.id)
            .options(joinedload(ImportedRow.setting))
            .limit(ROWS_PER_PAGE)
        )
    )


def waiting_rows_for(session: Session, principal: Principal, row_ids: Sequence[int]) -> list[ImportedRow]:
    """These rows of the principal's that wait, the earliest first; those answered meanwhile are left out."""
    wanted = select(ImportedRow).where(
        ImportedRow.id.in_(row_ids),
        ImportedRow.person_id == principal.person_id,
        ImportedRow.state == RowState.WAITING,
    )
    return list(session.scalars(wanted.order_by(ImportedRow.day, ImportedRow.start_minute, ImportedRow.id)))


def _only(found: Found | None) -> Found:
    if found is None:
        raise NotFound
    return found
