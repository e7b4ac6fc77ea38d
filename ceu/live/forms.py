"""The forms of live events."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import FileStorage
from wtforms import FileField, HiddenField, SelectMultipleField, TimeField as PlainTimeField
from wtforms.widgets import CheckboxInput, ListWidget

from ceu.accounts.time_zones import TIME_ZONES
from ceu.catalog.models import CourseVersion
from ceu.domain.errors import DomainError
from ceu.licenses.words import DELIVERY_LABELS
from ceu.live.codes import DIGITS
from ceu.live.models import Event, EventSession, PresenceCheck, Registration
from ceu.live.queries import taught
from ceu.live.services import Plan, SessionPlan
from ceu.live.settling import CREDIT_LABELS, CreditBy
from ceu.live.times import breaks_text, instant_of, next_time, read_breaks
from ceu.web.forms import (
    BaseForm,
    ChoiceField,
    DateField,
    EmailField,
    IntegerField,
    MinutesField,
    RadioChoiceField,
    SelectChoice,
    TextAreaField,
    TextField,
    ValidationError,
    choices,
    id_or_none,
    longest,
    needed,
    optional,
)

_ZONES = [SelectChoice(zone.key, zone.label, optgroup=zone.group) for zone in TIME_ZONES]
MOST_SEATS = 100_000
DELIVERIES = tuple((delivery, DELIVERY_LABELS[delivery]) for delivery in ("in_person", "live_online"))


class TimeField(PlainTimeField):  # type: ignore[misc]
    """A time of day, 14:30."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([text.strip() for text in valuelist])
        except ValueError:
            raise ValueError("This is not a time of day. Type it like 09:30 or 14:30.") from None


def _within(least: int, most: int, what: str) -> Any:
    def check(form: BaseForm, field: IntegerField) -> None:
        if field.data is not None and not least <= field.data <= most:
            raise ValidationError(f"{what} Enter a number from {least} to {most:,}.")

    return check


def _number(label: str, description: str, least: int, most: int) -> IntegerField:
    checks = [optional(), _within(least, most, "")]
    return IntegerField(label, checks, description=description)


class EventForm(BaseForm):
    """An event: which course, where, how many, when one may register, and what counts as having been there."""

    version = ChoiceField("Course", coerce=id_or_none)
    time_zone = ChoiceField("Time zone of the event", choices=_ZONES)
    place = TextField(
        "Place",
        [needed("Say where it is held: an address, or “Online”."), longest(300)],
        description="Printed on certificates of courses that are held in person.",
    )
    link = TextField(
        "Link for those who take part online",
        [optional(), longest(500)],
        description="Shown to the registered only.",
    )
    deliveries = SelectMultipleField(
        "How people take part",
        choices=choices(DELIVERIES),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description="In both ways at once, if you like. Certificates say how somebody took part, so let your approvals cover it.",
    )
    seats = _number(
        "Seats", "Leave empty for no limit. Who comes after the last seat waits in line.", 1, MOST_SEATS
    )
    online_seats = _number(
        "Limit online",
        "Where it is held in both ways; the seats above are then those in the room. Empty: no limit.",
        1,
        MOST_SEATS,
    )
    opens_on = DateField("Registration opens on", [needed("Enter the first day of registration.")])
    closes_on = DateField(
        "Registration closes after",
        [optional()],
        description="The last day of registration; empty: until the end.",
    )
    percent = _number(
        "Percent of instruction that must be attended", "80 or 100, for example. Empty: not asked.", 1, 100
    )
    longest_gap = _number(
        "Longest absence, in minutes", "At a stretch, breaks not counted. Empty: not asked.", 0, 600
    )
    hour_gap = _number(
        "An hour brings no credit when more minutes than this are missed in it",
        "At a stretch, for example 15. Empty: not asked.",
        0,
        59,
    )
    checks_percent = _number("Percent of presence checks to answer", "Empty: not asked.", 1, 100)
    checks_per_hour = _number(
        "Presence checks per hour", "The session's page proposes times nobody can foresee.", 1, 12
    )
    credit = RadioChoiceField("What is credited", choices=choices(CREDIT_LABELS.items()))
    policy_reason = TextField(
        "Why these rules",
        [
            needed(
                "Say on what the rules of presence rest: the accrediting body's standard, or your own policy."
            ),
            longest(500),
        ],
        description="Participants read it. Name the standard, or say that it is your own policy.",
    )

    def offer(self, versions: Iterable[CourseVersion]) -> None:
        """Offer these courses."""
        self.version.choices = choices((version.id, version.title) for version in versions)

    def fix(self, version: CourseVersion) -> None:
        """Let the course of an event that exists stay what it is."""
        self.version.choices = choices([(version.id, version.title)])
        self.version.data = version.id

    @staticmethod
    def values_of(event: Event) -> dict[str, Any]:
        """An event as this form shows it."""
        zone = ZoneInfo(event.time_zone)
        closes = event.registration_closes_at
        names = (
            "time_zone",
            "place",
            "link",
            "deliveries",
            "seats",
            "online_seats",
            "percent",
            "longest_gap",
            "hour_gap",
            "checks_percent",
        )
        return {
            **{name: getattr(event, name) for name in names},
            "version": event.version_id,
            "checks_per_hour": event.checks_per_hour,
            "credit": event.credit,
            "policy_reason": event.policy_reason,
            "opens_on": event.registration_opens_at.astimezone(zone).date(),
            "closes_on": (closes.astimezone(zone) - timedelta(days=1)).date() if closes else None,
        }

    def plan(self) -> Plan:
        """What is planned, from a valid form; days begin and end at midnight in the event's zone.

        Raises DomainError when registration closes before it opens.
        """
        zone = self.time_zone.data
        opens = _midnight(self.opens_on.data, zone)
        closes = _midnight(self.closes_on.data + timedelta(days=1), zone) if self.closes_on.data else None
        if closes is not None and closes <= opens:
            raise DomainError("Registration closes before it opens. Correct one of the days.", "closes_on")
        if not any((self.percent.data, self.longest_gap.data is not None, self.hour_gap.data is not None,
                    self.checks_percent.data, self.credit.data == CreditBy.MINUTE)):  # fmt: skip
            raise DomainError(
                "Nothing is asked of participants, so everybody who registers would be credited. Set at least a percentage.",
                "percent",
            )
        return Plan(
            time_zone=zone,
            place=self.place.data,
            link=self.link.data or "",
            deliveries=[name for name, _ in DELIVERIES if name in (self.deliveries.data or ())],
            seats=self.seats.data,
            online_seats=self.online_seats.data,
            registration_opens_at=opens,
            registration_closes_at=closes,
            percent=self.percent.data,
            longest_gap=self.longest_gap.data,
            hour_gap=self.hour_gap.data,
            checks_percent=self.checks_percent.data,
            checks_per_hour=self.checks_per_hour.data,
            credit=CreditBy(self.credit.data),
            policy_reason=self.policy_reason.data,
        )

    def validate_link(self, field: TextField) -> None:
        """Only an address of the web is a link."""
        if field.data and not field.data.startswith("https://"):
            raise ValidationError("Begin the link with https://.")


def _midnight(day: date, time_zone: str) -> datetime:
    """The first instant of a day, also where clocks are changed at midnight."""
    zone = ZoneInfo(time_zone)
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


class SessionForm(BaseForm):
    """A session: when it begins on the clock of the event, how long it lasts, its breaks."""

    title = TextField("Title", [needed("Enter a title."), longest(200)])
    presenter = TextField(
        "Presenter and credentials", [optional(), longest(200)], description="Miriam Cole, LMFT, for example."
    )
    room = TextField("Room", [optional(), longest(200)])
    day = DateField("Day", [needed("Enter the day on which it begins.")])
    begins = TimeField("Begins at", [needed("Enter when it begins, like 09:30.")])
    length = MinutesField("Lasts", [needed("Enter how long it lasts, breaks included.")])
    breaks = TextAreaField(
        "Breaks",
        [optional(), longest(500)],
        description="One a line, on the event's clock: 10:30-10:45. They earn no credit.",
    )

    @staticmethod
    def values_of(held: EventSession) -> dict[str, Any]:
        """A session as this form shows it."""
        zone = held.event.time_zone
        local = held.begins_at.astimezone(ZoneInfo(zone))
        return {
            "title": held.title,
            "presenter": held.presenter,
            "room": held.room,
            "day": local.date(),
            "begins": local.time(),
            "length": int((held.ends_at - held.begins_at).total_seconds()) // 60,
            "breaks": breaks_text(taught(held).breaks, zone),
        }

    def plan(self, time_zone: str) -> SessionPlan:
        """What is planned, from a valid form. Raises DomainError for times that do not exist, or exist twice."""
        try:
            begins = instant_of(self.day.data, self.begins.data, time_zone)
        except DomainError as refusal:
            raise DomainError(refusal.message, "begins") from refusal
        ends = begins + timedelta(minutes=self.length.data or 0)
        return SessionPlan(
            title=self.title.data,
            presenter=self.presenter.data or "",
            room=self.room.data or "",
            begins_at=begins,
            ends_at=ends,
            breaks=read_breaks(self.breaks.data or "", begins, ends, time_zone),
        )


class WalkInForm(BaseForm):
    """Who stands at the door."""

    name = TextField("Name", [needed("Enter the name they give."), longest(120)], id="walk-in-name")
    email = EmailField(
        "E-mail",
        [needed("Enter an address that reaches them; the event goes to the account of that address.")],
        id="walk-in-email",
    )
    delivery = RadioChoiceField("How they take part", choices=choices(DELIVERIES), id="walk-in-delivery")

    def offer(self, event: Event) -> None:
        """Offer the ways of this event."""
        self.delivery.choices = choices(each for each in DELIVERIES if each[0] in event.deliveries)
        if self.delivery.data not in event.deliveries:
            self.delivery.data = event.deliveries[0]


class DeliveryForm(BaseForm):
    """How somebody really took part."""

    delivery = RadioChoiceField("They took part", choices=choices(DELIVERIES))


class PlaceForm(BaseForm):
    """When somebody came of whom a report tells only minutes."""

    begins = TimeField(
        "They came at", [needed("Enter when they came, like 09:30.")], description="On the event’s clock."
    )


class CancelForm(BaseForm):
    """Why an event, or a session of it, is called off."""

    reason = TextField("Reason", [needed("Say why; everybody who registered reads it."), longest(300)])


class RecordingForm(BaseForm):
    """How long the recording of an event runs."""

    length = MinutesField("The recording runs", [needed("Enter how long the recording runs.")])

    def validate_length(self, field: MinutesField) -> None:
        """A recording runs for some time, and at most a day."""
        if field.data is not None and not 1 <= field.data <= 24 * 60:
            raise ValidationError(
                "A recording runs for at least a minute and at most a day. Correct its length."
            )


class CodeForm(BaseForm):
    """The code on the screen."""

    code = TextField(
        "Code on the screen",
        [needed(f"Enter the {DIGITS} digits that are shown on the screen.")],
        filters=[lambda text: "".join((text or "").split())],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": DIGITS + 2},
    )
    act = HiddenField()


def _place(value: Any) -> int | None:
    """The place of an option, from 0; None for anything else."""
    return int(value) if str(value).isdecimal() and len(str(value)) < 4 else None


class AnswerForm(BaseForm):
    """An answer to a presence check."""

    option = RadioChoiceField("Your answer", coerce=_place, validate_choice=False)

    def offer(self, check: PresenceCheck) -> None:
        """Offer the options of a check, if it has any."""
        self.option.label.text = check.question or "Your answer"
        self.option.choices = choices(enumerate(check.options))


class CheckForm(BaseForm):
    """A presence check to open."""

    minutes = IntegerField(
        "Minutes to answer",
        [needed("Enter how many minutes there are to answer.")],
        default=3,
        id="check-minutes",
    )
    question = TextField("Question", [optional(), longest(300)], id="check-question")
    options = TextAreaField(
        "Options", [optional(), longest(1000)], description="One a line.", id="check-options"
    )

    def option_list(self) -> list[str]:
        """The options, each once, as they were written."""
        lines = (" ".join(line.split()) for line in (self.options.data or "").splitlines())
        return list(dict.fromkeys(line[:200] for line in lines if line))[:12]


class PersonForm(BaseForm):
    """A form about one of the registered; several stand on one page, so their fields have ids of their own."""

    registration = ChoiceField("Participant", coerce=id_or_none)

    def offer(self, registrations: Sequence[Registration]) -> None:
        """Offer these people; two of one name are told apart by their addresses."""
        self.registration.choices = choices(
            (each.id, f"{each.name} ({each.email})") for each in registrations
        )


class StayForm(PersonForm):
    """A stay that staff enter by hand, on the clock of the event."""

    registration = ChoiceField("Participant", coerce=id_or_none, id="stay-registration")
    begins = TimeField("From", [needed("Enter when they came, like 09:30.")], id="stay-begins")
    ends = TimeField("To", [needed("Enter when they left, like 11:00.")], id="stay-ends")
    reason = TextField(
        "Reason",
        [needed("Say why it is entered by hand; it is kept in the audit record."), longest(300)],
        id="stay-reason",
    )

    def span(self, held: EventSession, earliest: datetime) -> tuple[datetime, datetime]:
        """From when to when, from a valid form: the first such times at or after an instant."""
        begins = next_time(earliest, self.begins.data, held.event.time_zone)
        return begins, next_time(begins, self.ends.data, held.event.time_zone)


class DecideForm(PersonForm):
    """What staff decide about somebody's credit for a session."""

    registration = ChoiceField("Participant", coerce=id_or_none, id="decide-registration")
    minutes = IntegerField(
        "Minutes credited", [needed("Enter the minutes, 0 for none.")], id="decide-minutes"
    )
    reason = TextField(
        "Reason", [needed("Say why; it is kept in the audit record."), longest(500)], id="decide-reason"
    )


class ReportForm(BaseForm):
    """An attendance report."""

    file = FileField(
        "Report",
        [needed("Choose the report as Zoom or Teams saved it (.csv).")],
        render_kw={"accept": ".csv,.txt"},
    )

    def validate_file(self, field: FileField) -> None:
        """Text in the place of a file is no file."""
        if not isinstance(field.data, FileStorage):
            raise ValidationError("Choose the report as Zoom or Teams saved it (.csv).")


class RowForm(BaseForm):
    """Whom a row of a report speaks of; the first option is nobody."""

    registration = ChoiceField("Who is it?", coerce=int)

    def offer(self, registrations: Sequence[Registration]) -> None:
        """Offer nobody, and these people."""
        self.registration.choices = choices(
            [
                (0, "Nobody who is registered"),
                *((each.id, f"{each.name} ({each.email})") for each in registrations),
            ]
        )
