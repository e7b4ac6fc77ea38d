"""A form for each kind of question. Like all forms of authors they refuse nothing that a draft may hold."""

from typing import Any

from wtforms import FieldList, Form, FormField, HiddenField

from ceu.authoring.forms import PartForm
from ceu.web.forms import (
    BooleanField,
    ChoiceField,
    RadioChoiceField,
    TextAreaField,
    TextField,
    choices,
    longest,
)

_TEXT = {"rows": 2}
_SCORING = choices([("each", "Each right part earns its share"), ("all", "Everything right, or nothing")])
_FRACTION = "Of the points, 1 for all, 1/2 for half; below zero it costs. Empty is usual."


def _feedback(label: str = "Feedback: what it teaches") -> TextAreaField:
    return TextAreaField(label, [longest(4000)], render_kw=_TEXT)


def _fraction() -> TextField:
    return TextField("Part of the points", description=_FRACTION)


def _text(label: str, **kwargs: Any) -> TextAreaField:
    return TextAreaField(label, [longest(4000)], render_kw=_TEXT, **kwargs)


class OutcomeFields(Form):  # type: ignore[misc]
    """What is said after an answer, whatever it was."""

    right = _feedback("After a right answer")
    partly = _feedback("After a partly right answer")
    wrong = _feedback("After a wrong answer")


class QuestionForm(PartForm):
    """What every question has."""

    stem = TextAreaField(
        "Question",
        [longest(8000)],
        description="Markdown; a picture is ![what it shows](assets/plan.png).",
        render_kw={"rows": 4},
    )
    objective = ChoiceField("Objective it tests", validate_choice=False)
    lesson = ChoiceField("Lesson it is about", validate_choice=False)
    id = TextField("Name", [longest(80)], description="Short, one word; the report on questions uses it.")
    name = TextField("Title for authors", [longest(200)], description="Learners never see it.")
    weight = TextField("Points", description="Empty is one.")
    tags = TextField("Tags", [longest(400)], description="With commas; sections of the test draw by them.")
    feedback = _feedback("Said after every answer")
    outcomes = FormField(OutcomeFields, "Said by outcome")

    def as_file(self) -> dict[str, Any]:
        """What was typed, as ``question_rows.from_form`` takes it."""
        found: dict[str, Any] = self.data
        return found

    def offer(self, objectives: list[str], lessons: list[str]) -> None:
        """Offer the objectives and lessons of the course, beside what the question names already."""
        for field, names in ((self.objective, objectives), (self.lesson, lessons)):
            known = dict.fromkeys([*names, *([field.data] if field.data else [])])
            field.choices = choices([("", "Choose …"), *((name, name) for name in known)])


class OptionRow(Form):  # type: ignore[misc]
    """An answer to choose."""

    id = HiddenField(default="")
    text = _text("Answer")
    correct = BooleanField("This is right")
    feedback = _feedback("Feedback: what choosing it teaches")
    fraction = _fraction()


class ChoiceForm(QuestionForm):
    """Choosing one answer, or several."""

    several = BooleanField("Any number of answers may be right, and all right ones are to be chosen")
    options = FieldList(FormField(OptionRow), "Answers")
    keep_order = BooleanField("Show the answers in this order; otherwise each attempt has its own")
    scoring = ChoiceField("Where several are right", choices=_SCORING, validate_choice=False)


class TrueFalseForm(QuestionForm):
    """True or false."""

    answer = RadioChoiceField(
        "The right answer", choices=choices([("true", "True"), ("false", "False")]), validate_choice=False
    )
    if_true = _feedback("Feedback to those who answer true")
    if_false = _feedback("Feedback to those who answer false")


class AnswerRow(Form):  # type: ignore[misc]
    """A text that is accepted."""

    pattern = TextField("Accepted text", description="* stands for any letters.")
    feedback = _feedback("Feedback to those who write it")
    fraction = _fraction()


class ShortTextForm(QuestionForm):
    """A few words."""

    answers = FieldList(FormField(AnswerRow), "Accepted answers")
    case_matters = BooleanField("Capital letters matter")


class NumberRow(Form):  # type: ignore[misc]
    """A number that is accepted."""

    number = TextField("Number", description="3, a range 3..5 or 3.., or * for any other.")
    tolerance = TextField("Give or take", description="Empty is exactly this number.")
    feedback = _feedback("Feedback to those who write it")
    fraction = _fraction()


class UnitRow(Form):  # type: ignore[misc]
    """A unit that may follow the number."""

    name = TextField("Unit")
    factor = TextField(
        "Is so many of the first unit", description="1000 for g where answers are in mg; empty is 1."
    )


class NumericForm(QuestionForm):
    """A number."""

    answers = FieldList(FormField(NumberRow), "Accepted numbers")
    units = FieldList(FormField(UnitRow), "Units")
    unit_needed = BooleanField("A unit must be written")
    unit_penalty = TextField("A missing unit costs", description=_FRACTION)


class PairRow(Form):  # type: ignore[misc]
    """Something to match, and its match."""

    id = HiddenField(default="")
    text = TextField("What is matched")
    match = TextField("Its match", description="The same words in two rows are one match for both.")
    feedback = _feedback("Feedback when it is matched otherwise")


class MatchingForm(QuestionForm):
    """Matching."""

    prompts = FieldList(FormField(PairRow), "Pairs")
    others = TextAreaField(
        "Matches that fit nothing",
        description="One a line, so that guessing the last is harder.",
        render_kw={"rows": 3},
    )
    keep_order = BooleanField("Show the matches in this order; otherwise each attempt has its own")
    scoring = ChoiceField("Points", choices=_SCORING, validate_choice=False)


class ItemRow(Form):  # type: ignore[misc]
    """Something to put in order."""

    id = HiddenField(default="")
    text = TextField("Item")
    feedback = _feedback("Feedback when it is put elsewhere")


class OrderingForm(QuestionForm):
    """Putting in order."""

    items = FieldList(FormField(ItemRow), "Items in the right order")
    scoring = ChoiceField(
        "Points",
        choices=choices(
            [
                ("position", "Each item at its place earns its share"),
                ("next", "Each item followed by the right one earns its share"),
                ("longest", "The longest run in the right order counts"),
                ("all", "Everything right, or nothing"),
            ]
        ),
        validate_choice=False,
    )


class GapAnswerRow(Form):  # type: ignore[misc]
    """An answer of a blank."""

    id = HiddenField(default="")
    text = TextField(
        "Answer", description="A text with * for any letters, a number or range, or an answer to choose."
    )
    right = BooleanField("This is right, of answers to choose")
    tolerance = TextField("Give or take, of a number")
    feedback = _feedback()
    fraction = _fraction()


class GapRow(Form):  # type: ignore[misc]
    """A blank."""

    was = HiddenField(default="")
    id = TextField("Name", description="It stands as {{name}} in the text.")
    label = TextField("What goes there", description="For those who hear the page.")
    kind = ChoiceField(
        "Answered by",
        choices=choices(
            [("short_text", "Writing words"), ("numeric", "Writing a number"), ("choice", "Choosing")]
        ),
        default="short_text",
        validate_choice=False,
    )
    weight = TextField("Weight beside other blanks", description="Empty is one.")
    answers = FieldList(FormField(GapAnswerRow), "Its answers")


class ClozeForm(QuestionForm):
    """A text with blanks."""

    gaps = FieldList(FormField(GapRow), "Blanks")

    def row_lists(self) -> list[FieldList]:
        return [*(gap.form.answers for gap in self.gaps.entries), self.gaps]


QUESTION_FORMS: dict[str, type[QuestionForm]] = {
    "choice": ChoiceForm,
    "true_false": TrueFalseForm,
    "short_text": ShortTextForm,
    "numeric": NumericForm,
    "matching": MatchingForm,
    "ordering": OrderingForm,
    "cloze": ClozeForm,
}
