"""The forms of a day: one stretch, a favorite that may recur, and several rows at once."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from wtforms import FieldList, Form, FormField

from ceu.domain.experience import DELIVERY_LABELS, Activity
from ceu.experience.checks import LONGEST_NOTE
from ceu.experience.day_models import Favorite
from ceu.experience.forms import StretchForm, TimeOfDayField, activity_choices
from ceu.experience.models import WorkSetting
from ceu.licenses.forms import ChecklistField
from ceu.web.forms import (
    BaseForm,
    ChoiceField,
    DateField,
    IntegerField,
    MinutesField,
    TextField,
    choices,
    id_or_none,
    longest,
    needed,
    optional,
)

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ROWS = 6
MOST_ROWS = 20


class DayForm(StretchForm):
    """Log time on the day that is shown."""


class CopyDayForm(BaseForm):
    """Copy another day to the one that is shown."""

    source = DateField("Copy from", [needed("Enter the day to copy from.")])


class FavoriteForm(StretchForm):
    """A favorite, and when it recurs."""

    weekdays = ChecklistField("Recurs on", choices=choices((str(n), name) for n, name in enumerate(WEEKDAYS)))
    first_day = DateField("From", [optional()])
    last_day = DateField("Until", [optional()])

    @classmethod
    def of(cls, favorite: Favorite) -> "FavoriteForm":
        """The form filled with a favorite."""
        unit = favorite.client_unit
        return cls(
            setting=favorite.setting_id,
            under_id=favorite.under_id,
            activity=f"{favorite.activity}:{unit}" if unit else favorite.activity,
            minutes=favorite.minutes,
            start=favorite.start_minute,
            delivery=favorite.delivery,
            head_count=favorite.head_count if favorite.activity == Activity.SUPERVISION_GROUP else None,
            tags=favorite.tags,
            weekdays=list(favorite.weekdays),
            first_day=favorite.first_day,
            last_day=favorite.last_day,
        )

    def recurrence(self) -> dict[str, Any]:
        """When it recurs, as ``change_favorite`` takes it."""
        return {
            "weekdays": "".join(sorted(set(self.weekdays.data or ()))),
            "first_day": self.first_day.data,
            "last_day": self.last_day.data,
        }


class RowForm(Form):  # type: ignore[misc]
    """One row of several; a row without a time is empty."""

    activity = ChoiceField("Activity", choices=activity_choices())
    minutes = MinutesField("Time", [optional()])
    start = TimeOfDayField("Start", [optional()])
    delivery = ChoiceField("How", choices=choices(DELIVERY_LABELS.items()))
    head_count = IntegerField("Group size", [optional()])
    note = TextField("Note", [optional(), longest(LONGEST_NOTE)])

    def facts(self) -> dict[str, Any]:
        """What was typed, as ``log_experience`` takes it."""
        activity, _, client_unit = self.activity.data.partition(":")
        return {
            "activity": activity,
            "client_unit": client_unit or None,
            "minutes": self.minutes.data,
            "start_minute": self.start.data,
            "delivery": self.delivery.data,
            "head_count": self.head_count.data if activity == Activity.SUPERVISION_GROUP else None,
            "note": self.note.data or "",
        }


class SeveralForm(BaseForm):
    """Several entries of one day in one setting."""

    day = DateField("Day", [needed("Enter the day.")])
    setting = ChoiceField("Setting", coerce=id_or_none)
    rows = FieldList(FormField(RowForm), min_entries=ROWS, max_entries=MOST_ROWS)

    def offer(self, settings: Sequence[WorkSetting], activities: Collection[str]) -> None:
        """Offer the person's settings, and these activities first."""
        self.setting.choices = choices((setting.id, setting.name) for setting in settings)
        for row in self.rows:
            row.form.activity.choices = activity_choices(activities)

    def filled(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The rows that hold a time, by number, as ``log_several`` takes them."""
        for number, row in enumerate(self.rows):
            if row.form.minutes.data is not None:
                yield number, {**row.form.facts(), "day": self.day.data, "setting_id": self.setting.data}
