"""The fields every form is made of: what was typed is kept, and every error is a sentence."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, strategies as st
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import Choice
from wtforms.widgets import Select, html_params

from ceu.domain.errors import DomainError, TooManyAttempts
from ceu.web.forms import (
    BaseForm,
    ChoiceField,
    DateField,
    IntegerField,
    MinutesField,
    RadioChoiceField,
    TextAreaField,
    TextField,
    attributes,
    choices,
    id_or_none,
    longest,
    needed,
    optional,
)

SITE = Flask("tests")
SITE.config.update(SECRET_KEY="a secret for tests", WTF_CSRF_ENABLED=False)


class Form(BaseForm):
    name = TextField("Name", [needed("Enter a name."), longest(20)])
    note = TextAreaField("Note", [longest(40)])
    day = DateField("Day", [optional()])
    number = IntegerField("Number", [optional()])
    minutes = MinutesField("Time", [optional()])
    kind = ChoiceField("Kind", choices=choices([("a", "A"), ("b", "B")]))
    owner = RadioChoiceField("Owner", choices=choices([(1, "One"), (2, "Two")]), coerce=id_or_none, default=1)


def filled(**answers: Any) -> Form:
    with SITE.test_request_context(method="POST"):
        form = Form(MultiDict({"name": "Alice", "kind": "a", "owner": "1", **answers}))
        form.validate()
        return form


def test_it_works() -> None:
    form = filled(
        name=" Alice   B. ", note="a\r\nb\n", day="2026-11-24", number="7", minutes="1:15", owner="2"
    )
    assert form.errors == {}
    assert form.http_status == 200
    assert (form.name.data, form.note.data) == ("Alice B.", "a\nb")
    assert (form.day.data, form.number.data, form.minutes.data) == (date(2026, 11, 24), 7, 75)
    assert (form.kind.data, form.owner.data) == ("a", 2)


def test_what_is_optional_may_be_missing() -> None:
    form = filled()
    assert form.errors == {}
    assert (form.note.data, form.day.data, form.number.data, form.minutes.data) == ("", None, None, None)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Enter a name."),
        ("name", " \t ", "Enter a name."),
        ("name", "x" * 21, "Use at most 20 characters; this is longer."),
        ("note", "x" * 41, "Use at most 40 characters; this is longer."),
        ("day", "11/24/2026", "This is not a date. Type it as year-month-day, for example 2026-05-15."),
        ("day", "2026-02-30", "This is not a date. Type it as year-month-day, for example 2026-05-15."),
        ("day", "1066-10-14", "The year 1066 cannot be right. Check the date."),
        ("number", "seven", "This is not a whole number. Use digits only."),
        ("number", "1.5", "This is not a whole number. Use digits only."),
        ("number", "9" * 5000, "This is not a whole number. Use digits only."),
        ("number", "9999999999", "This number is too large. Check it."),
        ("minutes", "soon", "“soon” is not a time. Type a time like 1:15, 75m, 1h 15m or 1.25."),
        ("kind", "c", "Choose one of the options offered."),
        ("owner", "3", "Choose one of the options offered."),
        ("owner", "one", "Choose one of the options offered."),
        ("owner", "1" * 40, "Choose one of the options offered."),
    ],
)
def test_every_error_is_a_sentence_on_its_field(field: str, typed: str, sentence: str) -> None:
    form = filled(**{field: typed})
    assert form.errors == {field: [sentence]}
    assert form.http_status == 422


@pytest.mark.parametrize(
    ("field", "typed"), [("day", "11/24/2026"), ("number", "seven"), ("minutes", "soon"), ("name", "x" * 21)]
)
def test_what_was_typed_is_kept(field: str, typed: str) -> None:
    assert filled(**{field: typed})[field]._value() == typed


@given(st.text(max_size=50), st.text(max_size=100))
def test_text_is_one_line_or_some_without_control_characters(name: str, note: str) -> None:
    form = filled(name=name, note=note)
    assert form.name.data == " ".join(form.name.data.split())
    assert form.note.data == form.note.data.strip()
    assert not set(map(chr, [*range(9), *range(11, 32), 127])) & set(form.name.data + form.note.data)


@given(st.text(max_size=30))
def test_any_answer_is_read_or_refused(typed: str) -> None:
    form = filled(day=typed, number=typed, minutes=typed, kind=typed, owner=typed)
    assert all(sentence.endswith(".") for sentences in form.errors.values() for sentence in sentences)


def test_a_missing_choice_is_refused_unless_it_has_a_default() -> None:
    with SITE.test_request_context(method="POST"):
        form = Form(MultiDict({"name": "Alice"}))
        assert not form.validate()
    assert set(form.errors) == {"kind"}


def test_a_refusal_lands_on_its_field_or_above_the_form() -> None:
    form = filled()
    form.absorb(DomainError("The name is taken.", field="name"))
    form.absorb(DomainError("Not today."))
    form.absorb(DomainError("Elsewhere.", field="no_such_field"))
    assert form.errors["name"] == ["The name is taken."]
    assert form.form_errors == ["Not today.", "Elsewhere."]
    assert form.http_status == 422


def test_too_many_attempts_have_a_status_of_their_own() -> None:
    form = filled()
    form.absorb(TooManyAttempts("Try again in 5 minutes.", field="name"))
    assert form.http_status == 429


def test_each_form_has_its_own_token_and_keeps_it(tmp_path: Path) -> None:
    with SITE.test_request_context():
        one, two = Form(), Form()
    assert one.once.data != two.once.data
    assert filled(once="abc").once.data == "abc"


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), ("", None), (None, None), ("-1", None), ("7.0", None), ("9" * 19, None)]
)
def test_an_id_is_a_number_or_nothing(text: str | None, number: int | None) -> None:
    assert id_or_none(text) == number


ATTRIBUTES = st.dictionaries(
    st.sampled_from(["id", "class_", "value", "data_keep", "aria-describedby", "required", "list", "rows"]),
    st.one_of(st.booleans(), st.integers(), st.text(max_size=8)),
)


@given(ATTRIBUTES)
def test_attributes_are_spelled_as_the_library_spells_them(attributes_: dict[str, Any]) -> None:
    assert attributes(**attributes_) == html_params(**attributes_)


@given(st.text(max_size=8), st.text(max_size=8), st.booleans())
def test_options_are_written_as_the_library_writes_them(value: str, label: str, selected: bool) -> None:
    choice = Choice(value, label, selected, {})
    assert ChoiceField.widget.render_option(choice) == Select.render_option(choice)
