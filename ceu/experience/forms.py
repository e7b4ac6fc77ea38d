"""The forms of the log and of its supervision."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from wtforms import Field, HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import TimeInput

from ceu.domain.dates import Week, weekday_text
from ceu.domain.errors import DomainError
from ceu.domain.experience import (
    ACTIVITY_LABELS,
    CLIENT_UNIT_LABELS,
    DELIVERY_LABELS,
    EMPLOYMENT_LABELS,
    SETTING_KIND_LABELS,
    SUPERVISOR_LICENSE_LABELS,
    Activity,
)
from ceu.domain.minutes import clock_text
from ceu.domain.practice import FOCUS_GROUPS, FOCUS_LABELS, SUGGESTED_TAGS
from ceu.experience.asked import Answers, Questions, answers_of
from ceu.experience.checks import LONGEST_NOTE, LicenseFacts, SettingFacts
from ceu.experience.models import Entry, Supervision, WorkSetting
from ceu.experience.own_words import (
    LONGEST_REASON,
    LONGEST_REFLECTION,
    ClientIdentifiers,
    OwnWords,
    split_tags,
    tidy_tags,
)
from ceu.licenses.forms import ChecklistField, FactsForm, asking
from ceu.web.forms import (
    BaseForm,
    BooleanField,
    ChoiceField,
    DateField,
    EmailField,
    IntegerField,
    MinutesField,
    PasswordField,
    RadioChoiceField,
    TextAreaField,
    TextField,
    choices,
    id_or_none,
    longest,
    needed,
    optional,
)

_TIME_OF_DAY = re.compile(r"(\d{1,2})(?:[:.]?([0-5]\d)(?::[0-5]\d)?)?\s*([ap])?\.?m?\.?")
_OF_SETTING = ("name", "kind", "employment", "began_on", "ended_on", "practicum")


def parse_time_of_day(text: str) -> int:
    """Minutes since midnight of a time as people type it; raises ValueError with a sentence.

    >>> [parse_time_of_day(text) for text in ("9:30", "14:05", "2:05 pm", "12 am")]
    [570, 845, 845, 0]
    """
    match = _TIME_OF_DAY.fullmatch(text.strip().lower())
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    if match and match[3]:
        hour = hour % 12 + (12 if match[3] == "p" else 0) if 1 <= hour <= 12 else 99
    if hour > 23:
        raise ValueError(f"“{text.strip()[:20]}” is not a time of day. Type it like 9:30 or 2:15 pm.")
    return hour * 60 + minute


class TimeOfDayField(Field):  # type: ignore[misc]
    """A time of day; its data are minutes since midnight, or None."""

    widget = TimeInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return clock_text(self.data).rjust(5, "0") if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            self.data = parse_time_of_day(valuelist[0])


OFFERED_TAGS = 12
_OTHER_RULES = "Not named by the rules of your goals"


def activity_choices(named: Collection[str] = ()) -> list[SelectChoice]:
    """Everything one can log, in the groups in which people think of it.

    What is ``named`` by the rules of a person's goals stands first, the rest in a group of its own; if nothing is named,
    there is no rest.
    """
    counseling = [
        SelectChoice(
            f"{Activity.COUNSELING}:{unit}", f"Counseling: {label.lower()}", optgroup="Direct counseling"
        )
        for unit, label in CLIENT_UNIT_LABELS.items()
    ]
    others = sorted(
        (activity for activity in Activity if activity != Activity.COUNSELING),
        key=lambda activity: (bool(named) and activity not in named, not activity.is_supervision),
    )
    return [
        *counseling,
        *(
            SelectChoice(str(activity), ACTIVITY_LABELS[activity], optgroup=_group_of(activity, named))
            for activity in others
        ),
    ]


def focus_choices() -> list[SelectChoice]:
    """No focus, then every block and chapter in its group."""
    return [
        SelectChoice("", "None"),
        *(
            SelectChoice(code, FOCUS_LABELS[code], optgroup=group)
            for group, named in FOCUS_GROUPS.items()
            for code in named
        ),
    ]


def _group_of(activity: Activity, named: Collection[str]) -> str:
    if named and activity not in named:
        return _OTHER_RULES
    return "Supervision received" if activity.is_supervision else "Other experience"


def day_or_none(value: object) -> date | None:
    """Coerce a choice's value to a date; anything else is no choice."""
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2199 else None


class WhyFields:
    """Why words may stay that look like a client's identifier; asked (``asks_why``) once some were refused."""

    asks_why = False

    kept_because = TextField("Why the words may stay", [optional(), longest(LONGEST_REASON)])

    def absorb(self, refusal: DomainError) -> None:
        """Put a refusal on its field; ask for a reason where one would do."""
        super().absorb(refusal)  # type: ignore[misc]
        self.asks_why = self.asks_why or isinstance(refusal, ClientIdentifiers)


class OwnWordsFields(WhyFields):
    """What a person keeps about an entry for themselves."""

    tags = ChecklistField("Tags", validate_choice=False)
    new_tags = TextField("New tags", [optional(), longest(500)])
    focus = ChoiceField("Practice focus", choices=focus_choices(), default="")
    reflection = TextAreaField("Reflection", [optional(), longest(LONGEST_REFLECTION)])

    def offer_tags(self, used: Iterable[str]) -> None:
        """Offer the tags that are ticked, then those ``used`` before, then usual ones."""
        offered = tidy_tags([*(self.tags.data or ()), *used, *SUGGESTED_TAGS])[:OFFERED_TAGS]
        self.tags.choices = choices((tag, tag) for tag in offered)

    def own(self) -> OwnWords:
        """What was typed, as the services take it."""
        return OwnWords(
            tidy_tags([*(self.tags.data or ()), *split_tags(self.new_tags.data or "")]),
            self.focus.data or None,
            self.reflection.data or "",
            self.kept_because.data or "",
        )


def own_values(own: OwnWords) -> dict[str, Any]:
    """What the fields of one's own words begin with."""
    return {
        "tags": list(own.tags),
        "focus": own.focus or "",
        "reflection": own.reflection,
        "kept_because": own.kept_because,
    }


class OwnWordsForm(OwnWordsFields, BaseForm):
    """Tags, focus and reflection alone: they may change when the entry no longer can."""

    @classmethod
    def of(cls, own: OwnWords) -> "OwnWordsForm":
        """The form filled with what is kept."""
        return cls(**own_values(own))


_WHO_SIGNS = SelectChoice("", "Whoever signs the week")


class StretchForm(OwnWordsFields, BaseForm):
    """What every entry says, whichever way its day is chosen."""

    setting = ChoiceField("Setting", coerce=id_or_none)
    under_id = ChoiceField("Supervised by", [optional()], coerce=id_or_none, choices=[_WHO_SIGNS])
    activity = ChoiceField("Activity", choices=activity_choices())
    minutes = MinutesField("Time", [needed("Enter how long it took, for example 50m or 1:15.")])
    start = TimeOfDayField("Start", [optional()])
    delivery = ChoiceField("How", choices=choices(DELIVERY_LABELS.items()))
    head_count = IntegerField("Group size", [optional()])
    note = TextField("Note", [optional(), longest(LONGEST_NOTE)])

    def offer_settings(self, settings: Sequence[WorkSetting]) -> None:
        """Offer the person's settings."""
        self.setting.choices = choices((setting.id, setting.name) for setting in settings)

    def offer_supervisors(self, supervisions: Sequence[Supervision], known: int | None = None) -> None:
        """Offer those who supervise beside each other in a setting, and the one who is ``known`` already."""
        active = [one for one in supervisions if one.is_active]
        settings = Counter(one.setting_id for one in active)
        offered = [one for one in active if settings[one.setting_id] > 1]
        offered += [one for one in supervisions if one.id == known and one not in offered]
        self.under_id.choices = [
            _WHO_SIGNS,
            *(SelectChoice(one.id, f"{one.name}, {one.setting.name}") for one in offered),
        ]

    def show_first(self, activities: Collection[str]) -> None:
        """List these activities before the others."""
        self.activity.choices = activity_choices(activities)

    def facts(self, day: date | None = None) -> dict[str, Any]:
        """What was typed, as ``log_experience`` takes it; on this ``day`` where the form does not ask for it."""
        activity, _, client_unit = self.activity.data.partition(":")
        return {
            "setting_id": self.setting.data,
            "day": day or self.day.data,
            "minutes": self.minutes.data,
            "activity": activity,
            "client_unit": client_unit or None,
            "delivery": self.delivery.data,
            "start_minute": self.start.data,
            "head_count": self.head_count.data if activity == Activity.SUPERVISION_GROUP else None,
            "note": self.note.data or "",
            "under_id": self.under_id.data,
            "own": self.own(),
        }


class LogForm(StretchForm):
    """Log time on a day of the week that is shown."""

    day = RadioChoiceField("Day", [needed("Choose the day.")], coerce=day_or_none)

    def offer_week(self, week: Week) -> None:
        """Offer the days of a week."""
        self.day.choices = choices((day, weekday_text(day)) for day in week.days)


class EntryForm(StretchForm):
    """Correct an entry, also its day."""

    day = DateField("Day", [needed("Enter the day, for example 2026-11-16.")])
    seen = HiddenField()

    @classmethod
    def of(cls, entry: Entry, own: OwnWords) -> "EntryForm":
        """The form filled with an entry and what is kept about it."""
        activity = f"{entry.activity}:{entry.client_unit}" if entry.client_unit else entry.activity
        in_group = entry.activity == Activity.SUPERVISION_GROUP
        return cls(
            setting=entry.sheet.setting_id,
            under_id=entry.under_id,
            day=entry.day,
            activity=activity,
            minutes=entry.minutes,
            start=entry.start_minute,
            delivery=entry.delivery,
            head_count=entry.head_count if in_group else None,
            note=entry.note,
            seen=entry.fingerprint,
            **own_values(own),
        )


class SettingForm(FactsForm):
    """A work setting, with what the rules ask about it (see ``setting_form``)."""

    name = TextField("Name", [needed("Enter the name of the place, as its letterhead has it."), longest(120)])
    kind = ChoiceField("Kind of setting", choices=choices(SETTING_KIND_LABELS.items()))
    employment = RadioChoiceField(
        "You work there as",
        [needed("Choose how you work there.")],
        choices=choices(EMPLOYMENT_LABELS.items()),
    )
    began_on = DateField("First day of work", [needed("Enter your first day of work there.")])
    ended_on = DateField("Last day of work", [optional()])
    practicum = BooleanField("This is a practicum or field placement of my degree program")

    def setting(self) -> SettingFacts:
        """What was typed, as the services take it."""
        return SettingFacts(
            name=self.name.data,
            kind=self.kind.data,
            employment=self.employment.data,
            began_on=self.began_on.data,
            ended_on=self.ended_on.data,
            practicum=self.practicum.data,
        )

    def answers(self, questions: Questions) -> Answers:
        """What was answered to the questions of the rules."""
        return Answers(questions, self.facts(questions))


def setting_form(questions: Questions, setting: WorkSetting | None = None) -> SettingForm:
    """A form about a setting, with these questions of the rules."""
    known = {name: getattr(setting, name) for name in _OF_SETTING} if setting else {}
    answers = answers_of(setting.facts) if setting else {}
    return asking(SettingForm, questions, answers, known)


class InviteForm(BaseForm):
    """Whom to ask for supervision."""

    name = TextField("Name", [needed("Enter your supervisor's name."), longest(120)])
    email = EmailField("E-mail", [needed("Enter the address to which we send the invitation."), longest(254)])


class SubmitForm(BaseForm):
    """Hand a week in; where several people supervise, choose who signs."""

    supervision_id = ChoiceField("Who signs?", [optional()], coerce=id_or_none, validate_choice=False)

    def offer(self, supervisions: Sequence[Supervision]) -> None:
        """Offer the supervisions under which the week can be signed."""
        self.supervision_id.choices = choices(
            (one.id, one.supervisor.name if one.supervisor else one.invited_name) for one in supervisions
        )


class SupervisorForm(FactsForm):
    """What the rules ask about a supervisor: the questions come from the packs."""

    def answers(self, questions: Questions) -> Answers:
        """What was answered to the questions of the rules."""
        return Answers(questions, self.facts(questions))


class LicenseForm(SupervisorForm):
    """The license under which somebody supervises."""

    license_type = ChoiceField("License", choices=choices(SUPERVISOR_LICENSE_LABELS.items()))
    license_number = TextField("License number", [needed("Enter the number of your license."), longest(40)])
    licensed_on = DateField("First issued", [needed("Enter the day your license was first issued.")])
    license_expires_on = DateField("Expires", [needed("Enter the day on which your license expires.")])

    def license(self) -> LicenseFacts:
        """What was typed, as the services take it."""
        return LicenseFacts(
            self.license_type.data,
            self.license_number.data,
            self.licensed_on.data,
            self.license_expires_on.data,
        )


def license_values(known: Supervision) -> dict[str, Any]:
    """What a form about the license begins with, where one is known."""
    return {
        "license_type": known.license_type,
        "license_number": known.license_number,
        "licensed_on": known.licensed_on,
        "license_expires_on": known.license_expires_on,
    }


class AcceptForm(LicenseForm):
    """Accept an invitation to supervise."""

    related = RadioChoiceField(
        "Are you a relative, spouse or domestic partner of the trainee, their former therapist, or otherwise too close to them?",
        [needed("Answer yes or no: the rules ask for it.")],
        choices=choices({"no": "No", "yes": "Yes"}.items()),
    )


class ReturnForm(WhyFields, BaseForm):
    """Give a week back."""

    comment = TextAreaField(
        "What should be corrected?", [needed("Write what should be corrected."), longest(2000)]
    )


class SignForm(BaseForm):
    """Sign one week: what was shown, and the proof of who signs."""

    sha256 = HiddenField()
    password = PasswordField("Your password", [needed("Enter your password: it stands for your signature.")])


class SignManyForm(BaseForm):
    """Sign the weeks shown with one password; the weeks come as ``week`` values ``<sheet id>:<sha256>``."""

    password = PasswordField("Your password", [needed("Enter your password: it stands for your signature.")])


class SettingChoice(BaseForm):
    """A form that asks for one of the person's settings."""

    setting = ChoiceField("Setting", coerce=id_or_none)

    def offer_settings(self, settings: Sequence[WorkSetting]) -> None:
        """Offer the person's settings."""
        self.setting.choices = choices((setting.id, setting.name) for setting in settings)


def or_blank() -> Any:
    """The field may stay empty while its row is not ticked, but is not called optional."""
    validator = optional()
    validator.field_flags = {}
    return validator
