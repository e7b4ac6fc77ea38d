"""The form of the forecast: what will be different, and by when one would like to be done. Sent by GET, stores nothing."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ceu.domain.experience import Activity
from ceu.domain.minutes import clock_text
from ceu.rules.forecast import DIRECT, Scenario
from ceu.web.forms import (
    BaseForm,
    DateField,
    IntegerField,
    MinutesField,
    RadioChoiceField,
    ValidationError,
    choices,
    optional,
)

LONGEST_WEEK = 80 * 60
FARTHEST = timedelta(weeks=312)


class ChangeOfMinutesField(MinutesField):
    """More or fewer hours, typed as 1:30, +1:30 or -1:30; its data are whole minutes, below 0 for fewer."""

    def _value(self) -> str:
        if self.raw_data or self.data is None:
            return str(super()._value())
        return ("-" if self.data < 0 else "") + clock_text(abs(self.data))

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        fewer = text[:1] in ("-", "−", "–")
        super().process_formdata([text[1:] if fewer or text[:1] == "+" else text])
        if self.data is not None and fewer:
            self.data = -self.data


def _percent(label: str) -> IntegerField:
    return IntegerField(label, [optional()], default=100)


class ForecastForm(BaseForm):
    """Every switch, each left as it is unless something was typed."""

    class Meta:
        csrf = False

    basis = RadioChoiceField(
        "Start from",
        choices=choices(
            [("logged", "Everything logged, as if it were signed"), ("signed", "Only what is signed")]
        ),
        default="logged",
    )
    renewals = RadioChoiceField(
        "Registrations and licenses that expire",
        choices=choices([("yes", "Are renewed in time"), ("no", "Are not renewed")]),
        default="yes",
    )
    leave_from = DateField("Leave from", [optional()])
    leave_until = DateField("Leave until", [optional()])
    since = DateField("The changes below begin on", [optional()])
    direct = _percent("Direct hours")
    supervision = _percent("Supervision")
    other = _percent("Everything else")
    groups = ChangeOfMinutesField("More or fewer groups you lead")
    group_supervision = ChangeOfMinutesField("More or less group supervision")
    another_direct = MinutesField("Direct hours in another setting")
    another_supervision = MinutesField("Supervision there")
    wished = DateField("Done by", [optional()])

    day: date
    """Today, where the person lives."""

    def on(self, day: date) -> "ForecastForm":
        """Ask on this day."""
        self.day = day
        return self

    def validate_leave_from(self, field: DateField) -> None:
        if field.data and self.leave_until.data is None:
            raise ValidationError("Leave has a first and a last day. Enter the last one too.")

    def validate_leave_until(self, field: DateField) -> None:
        if field.data and self.leave_from.data is None:
            raise ValidationError("Leave has a first and a last day. Enter the first one too.")
        if field.data and field.data < self.leave_from.data:
            raise ValidationError(
                "The last day of leave lies before the first. Exchange them, or correct one."
            )

    def validate_wished(self, field: DateField) -> None:
        if field.data and not self.day < field.data <= self.day + FARTHEST:
            raise ValidationError("Choose a day after today and within the next six years.")

    def _validate_percent(self, field: IntegerField) -> None:
        if field.data is not None and not 0 <= field.data <= 300:
            raise ValidationError("Choose a percentage from 0 to 300; 100 leaves the hours as they are.")

    validate_direct = validate_supervision = validate_other = _validate_percent

    def _validate_minutes(self, field: MinutesField) -> None:
        if field.data is not None and abs(field.data) > LONGEST_WEEK:
            raise ValidationError("That is more than 80 hours a week. Type the hours of one week.")

    validate_groups = validate_group_supervision = _validate_minutes
    validate_another_direct = validate_another_supervision = _validate_minutes

    @property
    def starts_from_signed(self) -> bool:
        return bool(self.basis.data == "signed")

    def scenario(self) -> Scenario:
        """What will be different, as typed."""
        leave = self.leave_from.data, self.leave_until.data
        return Scenario(
            leave=(leave,) if all(leave) else (),
            since=self.since.data,
            percent=dict(self._percents()),
            groups=self.groups.data or 0,
            group_supervision=self.group_supervision.data or 0,
            another_direct=self.another_direct.data or 0,
            another_supervision=self.another_supervision.data or 0,
            renewals=self.renewals.data != "no",
        )

    def _percents(self) -> Iterator[tuple[str, int]]:
        for activity in Activity:
            field: Any = self.direct if activity in DIRECT else self.other
            if activity.is_supervision:
                field = self.supervision
            if field.data not in (None, 100):
                yield activity.value, field.data
