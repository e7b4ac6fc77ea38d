"""Imports of hours: what was read of a file, how files are read, and rows that wait to be confirmed.

A row that waits is no entry: nothing that sums, assesses, signs or exports a log can take it for one by mistake.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ceu.db.base import Base
from ceu.db.types import UtcInstant
from ceu.domain.experience import DELIVERY_LABELS
from ceu.experience.checks import activity_text, span_text
from ceu.experience.models import WorkSetting


class ImportKind(StrEnum):
    """What kind of file hours came from."""

    TABLE = "table"
    CALENDAR = "calendar"
    FHIR = "fhir"


KIND_LABELS: dict[str, str] = {
    ImportKind.TABLE: "Table",
    ImportKind.CALENDAR: "Calendar",
    ImportKind.FHIR: "FHIR bundle",
}


class ImportState(StrEnum):
    """Where an import stands."""

    DRAFT = "draft"
    DONE = "done"
    UNDONE = "undone"


class RowState(StrEnum):
    """What a person said about a row that had to be confirmed."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class HoursImport(Base):
    """One file that was read. Neither the file nor its name is kept.

    ``rows`` (as ``import_rows.Row`` lists itself) are kept while it is a draft, already without anything that tells who a
    client is. ``columns`` says of each column: heading, role or None, why it was not read, whether it may be. ``choices``
    is ``import_plan.Choices``, ``found`` what the file holds: the texts of its kinds, statuses and deliveries. ``counts``
    gives the number of rows by outcome, ``refused`` lines and sentences of those that could not go in.
    """

    __tablename__ = "hours_import"
    __table_args__ = (Index("ix_hours_import_person_id_id", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    setting_id: Mapped[int] = mapped_column(ForeignKey("work_setting.id"))
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    begun_at: Mapped[datetime] = mapped_column(UtcInstant)
    done_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    undone_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    signature: Mapped[str] = mapped_column(String(64))
    columns: Mapped[list[Any]] = mapped_column(JSON, default=list)
    choices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    found: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    rows: Mapped[list[Any]] = mapped_column(JSON, default=list, deferred=True)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    refused: Mapped[list[Any]] = mapped_column(JSON, default=list, deferred=True)

    setting: Mapped[WorkSetting] = relationship()

    @property
    def is_draft(self) -> bool:
        """Nothing of it is in the log yet."""
        return self.state == ImportState.DRAFT

    @property
    def label(self) -> str:
        """What kind of file it was."""
        return KIND_LABELS[self.kind]


class ImportMapping(Base):
    """How a person reads files of one shape, remembered for the next of them.

    ``signature`` is the shape: a hash of the headings of a table, or the kind of file. ``reading`` holds the roles of a
    table's columns by heading, or the phrases looked for in a calendar; ``choices`` is ``import_plan.Choices``.
    """

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("person_id", "signature"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signature: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(300))
    reading: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    choices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    used_at: Mapped[datetime] = mapped_column(UtcInstant)

    @property
    def label(self) -> str:
        """What kind of file it is for."""
        return KIND_LABELS[self.kind]


class ImportedRow(Base):
    """A row of an import about which the person is asked; answered ones are kept, so that no import asks twice.

    ``activity`` is empty when the person is to say what was done; ``reason`` says why they are asked.
    """

    __tablename__ = "imported_row"
    __table_args__ = (
        Index("ix_imported_row_person_id_state_day_id", "person_id", "state", "day", "id"),
        Index("ix_imported_row_import_id", "import_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    import_id: Mapped[int] = mapped_column(ForeignKey("hours_import.id"))
    setting_id: Mapped[int] = mapped_column(ForeignKey("work_setting.id"))
    day: Mapped[date]
    start_minute: Mapped[int | None]
    minutes: Mapped[int]
    activity: Mapped[str] = mapped_column(String(30))
    client_unit: Mapped[str | None] = mapped_column(String(20))
    delivery: Mapped[str] = mapped_column(String(20))
    head_count: Mapped[int | None]
    client_hash: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12), default=RowState.WAITING)

    setting: Mapped[WorkSetting] = relationship()

    @property
    def label(self) -> str:
        """What was done, in the field's words, as far as it is known."""
        return activity_text(self.activity, self.client_unit) if self.activity else "Not known yet"

    @property
    def times(self) -> str:
        """From when to when, or nothing when no start was given."""
        return span_text(self.start_minute, self.minutes)

    @property
    def delivery_label(self) -> str:
        """How people met."""
        return DELIVERY_LABELS[self.delivery]
