"""The forms of a transfer: which weeks go to whom and why, and a refusal."""

from collections.abc import Sequence

from ceu.domain.dates import day_text
from ceu.domain.minutes import clock_text
from ceu.experience.forms import WhyFields
from ceu.experience.models import Supervision, WeekSheet
from ceu.licenses.forms import ChecklistField
from ceu.web.forms import BaseForm, ChoiceField, TextAreaField, choices, id_or_none, longest, needed


class TransferForm(WhyFields, BaseForm):
    """Which weeks are handed to whom, and why."""

    weeks = ChecklistField("Weeks", coerce=id_or_none)
    taking = ChoiceField("Who is to sign them", coerce=id_or_none)
    reason = TextAreaField(
        "Why the supervisor who saw this work cannot sign",
        [needed("Write why your supervisor cannot sign: it stands in the record."), longest(1000)],
    )

    def offer(self, sheets: Sequence[WeekSheet], supervisions: Sequence[Supervision]) -> None:
        """Offer these weeks and these supervisors."""
        self.weeks.choices = choices(
            (sheet.id, f"{day_text(sheet.week_start)}, {clock_text(sheet.minutes)} hours") for sheet in sheets
        )
        self.taking.choices = choices((one.id, one.name) for one in supervisions)


class DeclineForm(WhyFields, BaseForm):
    """Say no."""

    answer = TextAreaField(
        "Why you decline", [needed("Write why you decline: the trainee is sent it."), longest(1000)]
    )
