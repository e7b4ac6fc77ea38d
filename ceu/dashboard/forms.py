"""A form with one field of every kind, and a test with one question of every kind, for the living page of components."""

from collections.abc import Mapping
from typing import Any, cast

from werkzeug.datastructures import MultiDict
from wtforms import FileField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from ceu.learning.forms import QuestionField, TestForm
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


def _offered(*texts: str) -> list[dict[str, str]]:
    return [{"id": str(place), "text": text} for place, text in enumerate(texts, start=1)]


_QUESTIONS: tuple[Mapping[str, Any], ...] = (
    {
        "kind": "choice",
        "stem": "A client logs on from another state. What decides whether the session may take place?",
        "options": _offered("Where the client is", "Where the therapist is", "Where they met first"),
    },
    {
        "kind": "choice",
        "several": True,
        "stem": "What belongs to every session?",
        "options": _offered("Name and location, asked aloud", "A judgment of fitness", "A new consent"),
    },
    {"kind": "true_false", "stem": "A recording is home study.", "options": _offered("True", "False")},
    {"kind": "short_text", "stem": "What is obtained before telehealth begins?"},
    {"kind": "numeric", "stem": "How many minutes has a contact hour?", "takes_unit": False},
    {
        "kind": "matching",
        "stem": "Match each report with its time.",
        "prompts": _offered("Written child abuse report", "Telephone child abuse report"),
        "targets": _offered("At once", "Within 36 hours"),
    },
    {"kind": "ordering", "stem": "Put the steps in order.", "items": _offered("Ask", "Plan", "Locate")},
    {
        "kind": "cloze",
        "stem": "A recording is {{kind}} study, and its credit is the {{measure}} time.",
        "gaps": [
            {"id": "kind", "kind": "choice", "label": "Kind of study", "options": _offered("home", "live")},
            {"id": "measure", "kind": "short_text", "label": "Which time"},
        ],
    },
)


def sample_test(prefix: str) -> TestForm:
    """A question of every kind; the second one was sent without an answer."""
    fields = {
        f"question_{number}": QuestionField(
            f"Question {number}", shown={"id": str(number), **shown}, number=number, needed=True
        )
        for number, shown in enumerate(_QUESTIONS, start=1)
    }
    made = type("SampleTest", (TestForm,), fields)(formdata=None, prefix=f"{prefix}-", meta={"csrf": False})
    form = cast(TestForm, made)
    form.questions[1].errors = ["Question 2 is not answered."]
    return form
