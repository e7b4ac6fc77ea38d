"""The form by which a person says where their weeks begin."""

from ceu.domain.dates import MONDAY, SUNDAY
from ceu.web.forms import BaseForm, RadioChoiceField, choices, id_or_none, needed

WEEKDAYS = {MONDAY: "Monday", SUNDAY: "Sunday"}


class FirstWeekdayForm(BaseForm):
    """The weekday on which the weeks of a log begin."""

    first_weekday = RadioChoiceField(
        "Your weeks begin on",
        [needed("Choose Monday or Sunday.")],
        choices=choices(WEEKDAYS.items()),
        coerce=id_or_none,
    )
