"""Supervised experience: settings, supervisors, weeks and their entries, sign-offs, and what the rules said."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    and_,
    text,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ceu.accounts.models import Person
from ceu.db.base import Base
from ceu.db.types import UtcInstant
from ceu.domain.dates import Week, local_date
from ceu.domain.experience import (
    DELIVERY_LABELS,
    EMPLOYMENT_LABELS,
    SETTING_KIND_LABELS,
    RecordKind,
    WeekState,
)
from ceu.experience.checks import activity_text, span_text


class WorkSetting(Base):
    """A place where a person gains experience; ``facts`` holds what the rules of the person's goals ask about it."""

    __tablename__ = "work_setting"
    __table_args__ = (Index("ix_work_setting_person_id_id", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(30))
    employment: Mapped[str] = mapped_column(String(20))
    practicum: Mapped[bool] = mapped_column(default=False)
    began_on: Mapped[date]
    ended_on: Mapped[date | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    @property
    def kind_label(self) -> str:
        """What kind of place it is, in words."""
        return SETTING_KIND_LABELS[self.kind]

    @property
    def employment_label(self) -> str:
        """How the person works there, in words."""
        return EMPLOYMENT_LABELS[self.employment]


class Supervision(Base):
    """Who supervises a person in a setting: invited by e-mail, then accepted with a license.

    ``facts`` holds what the rules of the trainee's goals ask about the supervisor beyond the license.
    """

    __tablename__ = "supervision"
    __table_args__ = (
        Index("ix_supervision_trainee_id_id", "trainee_id", "id"),
        Index("ix_supervision_supervisor_id_id", "supervisor_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trainee_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    setting_id: Mapped[int] = mapped_column(ForeignKey("work_setting.id"))
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    invited_name: Mapped[str] = mapped_column(String(120))
    invited_email: Mapped[str] = mapped_column(String(254))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_at: Mapped[datetime] = mapped_column(UtcInstant)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    declined_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    license_type: Mapped[str | None] = mapped_column(String(20))
    license_number: Mapped[str | None] = mapped_column(String(40))
    licensed_on: Mapped[date | None]
    license_expires_on: Mapped[date | None]
    related: Mapped[bool | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    trainee: Mapped[Person] = relationship(foreign_keys=[trainee_id])
    supervisor: Mapped[Person | None] = relationship(foreign_keys=[supervisor_id])
    setting: Mapped[WorkSetting] = relationship()

    @property
    def name(self) -> str:
        """How to call the supervisor: as their account does, or as the trainee did."""
        return self.supervisor.name if self.supervisor else self.invited_name

    @property
    def is_active(self) -> bool:
        """Accepted and not ended: weeks can be signed under it."""
        return self.accepted_at is not None and self.ended_at is None

    @property
    def is_unanswered(self) -> bool:
        """Neither accepted nor declined nor taken back."""
        return self.accepted_at is None and self.declined_at is None and self.ended_at is None


def _seventh_day(context: DefaultExecutionContext) -> date:
    """The last day of a week of which only the first is told, as older exports do."""
    first: date = context.get_current_parameters()["week_start"]  # type: ignore[no-untyped-call]
    return first + timedelta(days=6)


class WeekSheet(Base):
    """One person's week in one setting under one supervisor: what is submitted, returned and signed as one piece.

    Where several people supervise in a setting, a week has one sheet for whoever signs it, and beside it one ``apart_for`` each
    other supervisor: everybody signs what they supervised themselves, and the rules, which look at the whole week of the
    setting, see each hour with the license of its own supervisor.

    It reaches from ``week_start`` through ``week_end``, and the sheets of a setting under one supervisor share no day: where the log's weeks began
    on another weekday once, the week beside one that was handed in then has fewer than seven days (see ``week_services``).

    ``minutes`` and ``totals`` (minutes by activity) are kept with every change, so that long views read weeks, and so is
    ``packed`` (the entries as ``ceu.rules.packed`` spells them), so that rules read a long log without its rows.
    ``signed_version`` is the version whose signature is in force, with ``signed_minutes``: while a signed week is being
    amended, it is an earlier one than ``version``, and none once the signature was withdrawn.

    ``before_amendment`` are snapshots of the entries as they were when an amendment began (see ``undo_services``).

    ``supervision`` is who is asked to sign. After a transfer that is not who supervised: ``supervised_by`` then says who did,
    and None that it is the same.
    """

    __tablename__ = "week_sheet"
    __table_args__ = (
        UniqueConstraint("person_id", "week_start", "setting_id", "apart_for_id"),
        Index(
            "ix_week_sheet_one_for_all",
            "person_id",
            "week_start",
            "setting_id",
            unique=True,
            sqlite_where=text("apart_for_id IS NULL"),
            postgresql_where=text("apart_for_id IS NULL"),
        ),
        Index("ix_week_sheet_supervision_id_state", "supervision_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    setting_id: Mapped[int] = mapped_column(ForeignKey("work_setting.id"))
    week_start: Mapped[date]
    week_end: Mapped[date] = mapped_column(default=_seventh_day)
    supervision_id: Mapped[int | None] = mapped_column(ForeignKey("supervision.id"))
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)
    minutes: Mapped[int] = mapped_column(default=0)
    totals: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    returned_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    return_comment: Mapped[str] = mapped_column(Text, default="")
    signed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    signed_version: Mapped[int | None]
    signed_minutes: Mapped[int] = mapped_column(default=0)
    amendment_reason: Mapped[str] = mapped_column(Text, default="")
    signing_link_id: Mapped[int | None] = mapped_column(ForeignKey("signing_link.id"), index=True)
    supervised_by_id: Mapped[int | None] = mapped_column(ForeignKey("supervision.id"))
    apart_for_id: Mapped[int | None] = mapped_column(ForeignKey("supervision.id"))
    before_amendment: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, deferred=True)
    packed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    setting: Mapped[WorkSetting] = relationship()
    supervision: Mapped[Supervision | None] = relationship(foreign_keys=[supervision_id])
    supervised_by: Mapped[Supervision | None] = relationship(foreign_keys=[supervised_by_id])
    apart_for: Mapped[Supervision | None] = relationship(foreign_keys=[apart_for_id])
    transfers: Mapped[list["Transfer"]] = relationship(
        secondary="transfer_week",
        secondaryjoin="and_(Transfer.id == TransferWeek.transfer_id, TransferWeek.moved)",
        order_by="Transfer.id",
        viewonly=True,
    )
    in_force: Mapped["SignOff | None"] = relationship(
        primaryjoin=lambda: and_(
            SignOff.sheet_id == WeekSheet.id,
            SignOff.sheet_version == WeekSheet.signed_version,
            SignOff.kind == RecordKind.SIGN_OFF,
        ),
        foreign_keys=lambda: [SignOff.sheet_id, SignOff.sheet_version],
        uselist=False,
        viewonly=True,
    )
    entries: Mapped[list["Entry"]] = relationship(
        back_populates="sheet", order_by="(Entry.day, Entry.start_minute, Entry.id)"
    )

    @property
    def week(self) -> Week:
        """Its days."""
        return Week(self.week_start, self.week_end)

    @property
    def is_open(self) -> bool:
        """Its entries may change: nobody has been asked to sign it, or it came back."""
        return self.state in {WeekState.DRAFT, WeekState.RETURNED}

    def can_only_be_handed_over_to(self, supervision: Supervision) -> bool:
        """Somebody else supervised it, who is gone or was asked to sign it, and this supervisor came after it."""
        known = self.supervision
        if known is None or self.supervised_by_id is not None or supervision.id == known.id:
            return False
        settled = known.accepted_at is not None and (known.ended_at or self.submitted_at)
        came = local_date(supervision.accepted_at or supervision.invited_at, supervision.trainee.time_zone)
        return bool(settled) and came > self.week_end

    @property
    def is_amended(self) -> bool:
        """It has been signed, and a later version stands beside the one in force."""
        return self.signed_version is not None and self.state != WeekState.SIGNED


class Entry(Base):
    """A stretch of supervised experience on one day. No client is ever named here.

    ``client_hash`` tells two clients of one log apart and nothing else; ``import_id`` is the import that brought it.
    """

    __tablename__ = "entry"
    __table_args__ = (
        Index("ix_entry_person_id_day", "person_id", "day"),
        Index("ix_entry_sheet_id", "sheet_id"),
        Index("ix_entry_import_id", "import_id"),
        CheckConstraint("minutes > 0 AND minutes <= 1440", name="minutes_within_a_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sheet_id: Mapped[int] = mapped_column(ForeignKey("week_sheet.id"))
    day: Mapped[date]
    start_minute: Mapped[int | None]
    minutes: Mapped[int]
    activity: Mapped[str] = mapped_column(String(30))
    client_unit: Mapped[str | None] = mapped_column(String(20))
    delivery: Mapped[str] = mapped_column(String(20))
    head_count: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(500), default="")
    logged_at: Mapped[datetime] = mapped_column(UtcInstant)
    client_hash: Mapped[str | None] = mapped_column(String(32))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("hours_import.id"))

    sheet: Mapped[WeekSheet] = relationship(back_populates="entries")

    @property
    def fingerprint(self) -> str:
        """A short digest of everything a person can change in the entry."""
        facts = (
            self.sheet_id, self.day, self.start_minute, self.minutes, self.activity, self.client_unit, self.delivery,
            self.head_count, self.note,
        )  # fmt: skip
        return sha256(repr(facts).encode()).hexdigest()[:16]

    @property
    def under_id(self) -> int | None:
        """The supervision under which it was done, where that is not the one of the week as a whole."""
        return self.sheet.apart_for_id

    @property
    def label(self) -> str:
        """What was done, in the field's words."""
        return activity_text(self.activity, self.client_unit)

    @property
    def times(self) -> str:
        """From when to when, or nothing when no start was given."""
        return span_text(self.start_minute, self.minutes)

    @property
    def delivery_label(self) -> str:
        """How people met."""
        return DELIVERY_LABELS[self.delivery]


class SigningLink(Base):
    """A link sent by e-mail, with which a supervisor without an account signs weeks once; only hashes are kept.

    ``code_hash`` is of the six digits sent last, ``printed_name`` the signer's as they typed it.
    """

    __tablename__ = "signing_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    supervision_id: Mapped[int] = mapped_column(ForeignKey("supervision.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sent_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    used_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    code_hash: Mapped[str | None] = mapped_column(String(64))
    code_sent_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    codes_sent: Mapped[int] = mapped_column(default=0)
    printed_name: Mapped[str] = mapped_column(String(120), default="")

    supervision: Mapped[Supervision] = relationship()


class Transfer(Base):
    """A request to take weeks over for signature; nothing moves before it is accepted."""

    __tablename__ = "transfer"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    from_supervision_id: Mapped[int] = mapped_column(ForeignKey("supervision.id"))
    to_supervision_id: Mapped[int] = mapped_column(ForeignKey("supervision.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcInstant)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    declined_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    answer: Mapped[str] = mapped_column(Text, default="")

    from_supervision: Mapped[Supervision] = relationship(foreign_keys=[from_supervision_id])
    to_supervision: Mapped[Supervision] = relationship(foreign_keys=[to_supervision_id])
    weeks: Mapped[list[WeekSheet]] = relationship(
        secondary="transfer_week", order_by=[WeekSheet.week_start, WeekSheet.id], viewonly=True
    )

    @property
    def is_unanswered(self) -> bool:
        """Neither accepted nor declined nor taken back."""
        return self.accepted_at is None and self.declined_at is None and self.taken_back_at is None

    @property
    def stands(self) -> str:
        """Where it stands, in a word."""
        if self.accepted_at is not None:
            return "accepted"
        if self.declined_at is not None:
            return "declined"
        return "waiting" if self.taken_back_at is None else "taken_back"


class TransferWeek(Base):
    """A week that a transfer is about; ``moved`` once it waits for the new supervisor."""

    __tablename__ = "transfer_week"

    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("week_sheet.id"), primary_key=True, index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    moved: Mapped[bool] = mapped_column(default=False)


class WrongCode(Base):
    """A wrong code typed for a signing link; a few of them end it."""

    __tablename__ = "wrong_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("signing_link.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcInstant)


class SignOff(Base):
    """A sealed record, chained per log: a supervisor's signature on a week exactly as it was shown, or its withdrawal.

    Records about a span (``attest_models``) stand in the same chain; they name no week and no supervision.

    Who signed by an e-mailed link has no account: ``signer_id`` is None until somebody with ``signer_email`` takes the
    record into theirs.
    """

    __tablename__ = "sign_off"
    __table_args__ = (
        UniqueConstraint("person_id", "previous_sha256"),
        UniqueConstraint("sheet_id", "sheet_version", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("week_sheet.id"))
    sheet_version: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(40))
    supervision_id: Mapped[int | None] = mapped_column(ForeignKey("supervision.id"))
    signer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    signer_email: Mapped[str | None] = mapped_column(String(254), index=True)
    record: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    previous_sha256: Mapped[str] = mapped_column(String(64), default="")
    signed_at: Mapped[datetime] = mapped_column(UtcInstant)


class LogAssessment(Base):
    """What the rules of a goal say about a log: once on the signed hours, once on all logged hours.

    It holds until ``good_until`` (the first day on which the same log would read differently) and as long as the
    pack's digest stays. ``basis`` is a digest of all that is asked beside the log: while it stays, ``marks`` tell which
    weeks would read differently and of which rules each speaks (its place in ``said``), and ``signed_basis`` whether anything signed has changed; what is said of the signed
    hours holds until ``signed_until``.
    """

    __tablename__ = "log_assessment"

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), unique=True)
    pack_digest: Mapped[str] = mapped_column(String(64))
    as_of: Mapped[date]
    good_until: Mapped[date | None]
    signed: Mapped[dict[str, Any]] = mapped_column(JSON)
    logged: Mapped[dict[str, Any]] = mapped_column(JSON)
    version_id: Mapped[str | None] = mapped_column(String(60))
    basis: Mapped[str] = mapped_column(String(64), default="")
    marks: Mapped[bytes | None] = mapped_column(LargeBinary)
    said: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    signed_basis: Mapped[str] = mapped_column(String(64), default="")
    signed_until: Mapped[date | None]


class WeekVerdict(Base):
    """What the rules of a goal say about one week of a log: per setting and per entry, with reasons."""

    __tablename__ = "week_verdict"
    __table_args__ = (UniqueConstraint("goal_id", "week_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"))
    week_start: Mapped[date]
    credited_minutes: Mapped[int]
    lost_minutes: Mapped[int]
    verdict: Mapped[dict[str, Any]] = mapped_column(JSON)
