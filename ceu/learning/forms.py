"""The forms of a learner: the post-test and the evaluation are made from what the course asks."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, cast

from wtforms import Field, HiddenField, ValidationError
from wtforms.utils import unset_value

from ceu.learning.evaluations import Item
from ceu.learning.models import Attempt
from ceu.questions.answers import is_blank, is_complete, refusal
from ceu.questions.drawing import Shown
from ceu.questions.fields import answer_from, names, values_of
from ceu.questions.words import number_text
from ceu.web.forms import BaseForm, RadioChoiceField, TextAreaField, choices, longest, needed, optional

LONGEST_TEXT = 4_000


class ConfirmForm(BaseForm):
    """A form of one button."""


class QuestionField(Field):  # type: ignore[misc]
    """One question of any kind as plain controls; ``data`` is the answer or None, ``values`` what each control holds."""

    def __init__(self, label: str, *, shown: Shown, number: int, needed: bool, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.shown, self.number, self.needed = shown, number, needed

    def key(self, part: str) -> str:
        """The name of the control of one part."""
        return f"{self.name}_{part}" if part else str(self.name)

    @property
    def points(self) -> str:
        """What the question is worth, in words, where that is not one point."""
        return (
            f"Worth {number_text(Fraction(self.shown['points']))} points." if "points" in self.shown else ""
        )

    @property
    def values(self) -> dict[str, list[str]]:
        return values_of(self.shown, self.data)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Take the answer from the form where it was sent, else the saved one."""
        self.process_errors: list[str] = []
        self.saved = None if data is unset_value else data
        self.data = self.saved
        if formdata is not None:
            self.data = answer_from(
                self.shown, {part: formdata.getlist(self.key(part)) for part in names(self.shown)}
            )

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what was not offered and, where the test asks for it, what is missing."""
        if why := refusal(self.shown, self.data):
            raise ValidationError(f"Question {self.number}: {why}")
        if self.needed and not is_complete(self.shown, self.data):
            what = "answered" if is_blank(self.data) else "answered completely"
            raise ValidationError(f"Question {self.number} is not {what}.")


class TestForm(BaseForm):
    """The questions of an attempt, or some of them.

    ``touched`` lists the numbers of those that were changed on this page, where a script could tell: the others stand as they
    were saved, perhaps from another tab. ``age`` is how many milliseconds ago they were changed.
    """

    # pytest would take it for a class of tests.
    __test__ = False

    touched = HiddenField()
    age = HiddenField()

    @property
    def questions(self) -> list[QuestionField]:
        """The fields of the questions, in their order."""
        return [field for field in self if isinstance(field, QuestionField)]

    def settle(self) -> None:
        """Let every question that was not touched on this page stand as it was saved."""
        if self.is_submitted() and self.touched.data:
            touched = set(self.touched.data.split(","))
            for field in self.questions:
                if str(field.number) not in touched:
                    field.data = field.saved

    @property
    def given(self) -> dict[str, Any]:
        """The answers of valid fields by the questions' ids; of touched ones only, where that is known."""
        touched = set(self.touched.data.split(",")) if self.touched.data else None
        return {
            field.shown["id"]: field.data
            for field in self.questions
            if not field.errors
            and (str(field.number) in touched if touched is not None else field.data is not None)
        }

    @property
    def age_in_milliseconds(self) -> int:
        return (
            int(self.age.data)
            if self.age.data and self.age.data.isdecimal() and len(self.age.data) < 12
            else 0
        )


def touched_in(sent: Mapping[str, str]) -> set[int]:
    """The numbers of the questions that a page says were changed on it."""
    parts = sent.get("touched", "")[:1000].split(",")
    return {int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 4}


def attempt_form(attempt: Attempt, *, numbers: Iterable[int] | None = None, all_needed: bool) -> TestForm:
    """The form of an attempt's questions, or of those with these numbers (from 1), filled with what was saved."""
    asked = set(numbers) if numbers is not None else None
    fields = {
        f"question_{number}": QuestionField(
            f"Question {number}", shown=item, number=number, needed=all_needed
        )
        for number, item in enumerate(attempt.shown, start=1)
        if asked is None or number in asked
    }
    saved = {
        f"question_{number}": attempt.answers.get(item["id"])
        for number, item in enumerate(attempt.shown, start=1)
    }
    form = cast(TestForm, type("AttemptForm", (TestForm,), fields)(data=saved))
    form.settle()
    return form


def evaluation_form(items: Sequence[Item]) -> BaseForm:
    """One field for each item of the form, in its order."""
    return _form(
        "EvaluationForm", {f"item_{number}": _item(item) for number, item in enumerate(items, start=1)}
    )


def evaluation_answers(form: BaseForm, items: Sequence[Item]) -> dict[str, int | str]:
    """The answers by the items' ids, from a valid form."""
    given = {item: form[f"item_{number}"].data or "" for number, item in enumerate(items, start=1)}
    return {item.id: int(value) if item.kind == "rating" else value for item, value in given.items()}


_LABELS = {"yes": "Yes", "no": "No"}


def _item(item: Item) -> RadioChoiceField | TextAreaField:
    if not item.offered:
        return TextAreaField(item.label, _words())
    asked = "Rate this from 1 to 5." if item.kind == "rating" else "Choose an answer."
    offered = sorted(item.offered) if item.kind == "rating" else item.offered
    return RadioChoiceField(
        item.label,
        [needed(asked)],
        description="1 is the lowest, 5 the highest" if item.kind == "rating" else "",
        choices=choices((str(each), _LABELS.get(str(each), str(each))) for each in offered),
    )


def _words() -> list[Any]:
    return [optional(), longest(LONGEST_TEXT)]


def _form(name: str, fields: Mapping[str, Any]) -> BaseForm:
    return cast(BaseForm, type(name, (BaseForm,), dict(fields))())
