"""The form of a session of supervision, and the trainee's reason to decline one."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from wtforms import HiddenField

from ceu.domain.experience import ACTIVITY_LABELS, DELIVERY_LABELS, Activity
from ceu.experience.forms import TimeOfDayField
from ceu.experience.given_models import GivenSession
from ceu.experience.models import Supervision
from ceu.supervising.given_services import Meeting, Present
from ceu.web.forms import (
    BaseForm,
    BooleanField,
    ChoiceField,
    DateField,
    IntegerField,
    MinutesField,
    RadioChoiceField,
    TextAreaField,
    choices,
    longest,
    needed,
    optional,
)

KINDS = [(kind.value, ACTIVITY_LABELS[kind]) for kind in Activity if kind.is_supervision]
DELIVERIES = [(value, label) for value, label in DELIVERY_LABELS.items() if value != "asynchronous"]


class SessionForm(BaseForm):
    """A session of supervision; ``seen`` is the digest of the remarks shown before it is saved."""

    supervisions: tuple[Supervision, ...] = ()

    kind = RadioChoiceField("Kind", [needed("Choose the kind of supervision.")], choices=choices(KINDS))
    day = DateField("Day", [needed("Enter the day, for example 2026-11-16.")])
    start = TimeOfDayField("Start", [optional()])
    minutes = MinutesField("Time", [needed("Enter how long it took, for example 1:00 or 90m.")])
    delivery = ChoiceField("How", choices=choices(DELIVERIES))
    others = IntegerField("Others supervised with them", [optional()])
    seen = HiddenField()

    def rows(self) -> Iterator[tuple[Supervision, BooleanField, MinutesField]]:
        """Each supervisee with the tick that they were there and the time they stayed, if not to the end."""
        for one in self.supervisions:
            yield one, self[f"there_{one.id}"], self[f"stay_{one.id}"]

    def meeting(self) -> Meeting:
        """The session as it was typed."""
        return Meeting(
            self.day.data, self.minutes.data or 0, self.delivery.data, self.start.data, self.others.data or 0
        )

    def present(self) -> list[Present]:
        """Those who were ticked."""
        return [
            Present(one, stay.data or self.minutes.data or 0)
            for one, there, stay in self.rows()
            if there.data
        ]


def session_form(supervisions: Sequence[Supervision], like: GivenSession | None, day: date) -> SessionForm:
    """The form about these supervisees; those of an earlier session are ticked and stand first."""
    stayed = {one.supervision_id: one.minutes for one in like.attendances} if like else {}
    ordered = sorted(
        supervisions, key=lambda one: (one.id not in stayed, one.trainee.name.casefold(), one.id)
    )
    fields: dict[str, Any] = {"supervisions": tuple(ordered)}
    for one in ordered:
        fields[f"there_{one.id}"] = BooleanField(one.trainee.name, default=one.id in stayed)
        fields[f"stay_{one.id}"] = MinutesField("Stayed only", [optional()])
    form: SessionForm = type("SessionForm", (SessionForm,), fields)(
        **(values_like(like, day) if like else {"day": day})
    )
    return form


def values_like(given: GivenSession, day: date) -> dict[str, object]:
    """What the form begins with for a meeting like an earlier one."""
    return {
        "kind": given.activity,
        "day": day,
        "start": given.start_minute,
        "minutes": given.minutes,
        "delivery": given.delivery,
        "others": given.others or None,
    }


class DeclineForm(BaseForm):
    """Why a session was not so."""

    reason = TextAreaField(
        "What was otherwise?",
        [needed("Write what was otherwise, so that your supervisor can correct it."), longest(500)],
    )
