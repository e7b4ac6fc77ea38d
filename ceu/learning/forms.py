"""The forms of a learner: the post-test and the evaluation are made from what the course asks."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from ceu.learning.testing import Shown
from ceu.web.forms import BaseForm, RadioChoiceField, TextAreaField, choices, longest, needed, optional

RATINGS = ("1", "2", "3", "4", "5")
LONGEST_TEXT = 4_000


class ConfirmForm(BaseForm):
    """A form of one button."""


def post_test_form(shown: Shown) -> BaseForm:
    """One group of choices per question; options are named by their place, which says nothing about the key."""
    fields = {
        f"question_{number}": RadioChoiceField(
            f"{number}. {item['stem']}",
            [needed(f"Question {number} is not answered.")],
            choices=choices(
                (str(place), option["text"]) for place, option in enumerate(item["options"], start=1)
            ),
        )
        for number, item in enumerate(shown, start=1)
    }
    return _form("PostTestForm", fields)


def answers_of(form: BaseForm, shown: Shown) -> dict[str, str]:
    """The chosen options' ids by the questions' ids, from a valid form."""
    return {
        item["id"]: item["options"][int(form[f"question_{number}"].data) - 1]["id"]
        for number, item in enumerate(shown, start=1)
    }


def evaluation_form(items: Sequence[Mapping[str, str]]) -> BaseForm:
    """One rating per objective and the general items, as the course lists them, and a free comment."""
    fields: dict[str, Any] = {f"item_{number}": _item(item) for number, item in enumerate(items, start=1)}
    fields["comment"] = TextAreaField("Anything else you want the provider to know?", _words())
    return _form("EvaluationForm", fields)


def ratings_of(form: BaseForm, items: Sequence[Mapping[str, str]]) -> dict[str, int]:
    """The ratings by the items' ids, from a valid form."""
    return {item: int(value) for item, value in _values(form, items, "rating").items()}


def texts_of(form: BaseForm, items: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The words by the items' ids, from a valid form."""
    return {item: value.strip() for item, value in _values(form, items, "text").items()}


def _values(form: BaseForm, items: Sequence[Mapping[str, str]], kind: str) -> dict[str, str]:
    return {
        item["id"]: form[f"item_{number}"].data or ""
        for number, item in enumerate(items, start=1)
        if item["kind"] == kind
    }


def _item(item: Mapping[str, str]) -> RadioChoiceField | TextAreaField:
    if item["kind"] == "text":
        return TextAreaField(item["prompt"], _words())
    return RadioChoiceField(
        item["prompt"],
        [needed("Rate this from 1 to 5.")],
        choices=choices((rating, rating) for rating in RATINGS),
    )


def _words() -> list[Any]:
    return [optional(), longest(LONGEST_TEXT)]


def _form(name: str, fields: Mapping[str, Any]) -> BaseForm:
    return cast(BaseForm, type(name, (BaseForm,), dict(fields))())
