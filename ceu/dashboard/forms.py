"""A form with one field of every kind, for the living page of components."""

from werkzeug.datastructures import MultiDict
from wtforms import FileField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from ceu.web.forms import (
    BaseForm,
    BooleanField,
    ChoiceField,
    DateField,
    EmailField,
    IntegerField,
    MinutesField,
    RadioChoiceField,
    TextAreaField,
    TextField,
    choices,
    needed,
    optional,
)


class SampleForm(BaseForm):
    """Shown, never acted on."""

    name = TextField("Legal name", [needed("Enter your name as certificates should print it.")])
    email = EmailField("E-mail", [needed("Enter your e-mail address.")])
    day = DateField("Day", [optional()])
    minutes = MinutesField("Duration", [needed("Enter how long it took, like 1:15 or 50m.")])
    setting = ChoiceField("Setting", choices=choices([("1", "Bayview Clinic"), ("2", "Northside School")]))
    kind = RadioChoiceField("Delivery", choices=choices([("in_person", "In person"), ("video", "Video")]))
    topics = SelectMultipleField(
        "Topics",
        choices=choices([("law_ethics", "Law and ethics"), ("telehealth", "Telehealth")]),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    notes = TextAreaField("Note", [optional()])
    scan = FileField("Scan", [optional()])
    fee = IntegerField("Fee in dollars", [needed("Enter the fee, or 0.")])
    agree = BooleanField("I have read the terms", [needed("Tick this to go on.")])


def sample_forms(prefix: str) -> tuple[SampleForm, SampleForm]:
    """The form as it first appears, and after it was sent empty."""
    fresh = SampleForm(formdata=None, prefix=f"{prefix}-fresh-", meta={"csrf": False})
    wrong = SampleForm(formdata=MultiDict(), prefix=f"{prefix}-wrong-", meta={"csrf": False})
    wrong.validate()
    return fresh, wrong
