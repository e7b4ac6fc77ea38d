"""The base form and the fields that every feature uses; what was typed is kept, and every error is a sentence."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from unicodedata import category
from uuid import uuid4

from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import (
    BooleanField,
    DateField as PlainDateField,
    EmailField,
    Field,
    HiddenField,
    IntegerField as PlainIntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField as PlainTextAreaField,
    ValidationError,
)
from wtforms.fields.choices import Choice, SelectChoice
from wtforms.validators import InputRequired, Length, Optional, StopValidation
from wtforms.widgets import Input, Select, TextInput
from wtforms.widgets.core import clean_key

from ceu.domain.errors import DomainError, TooManyAttempts
from ceu.domain.minutes import clock_text, parse_minutes

__all__ = [
    "BaseForm",
    "BooleanField",
    "ChoiceField",
    "DateField",
    "EmailField",
    "IntegerField",
    "MinutesField",
    "PasswordField",
    "RadioChoiceField",
    "SelectChoice",
    "TextAreaField",
    "TextField",
    "ValidationError",
    "choices",
    "longest",
    "needed",
    "optional",
]


class BaseForm(FlaskForm):  # type: ignore[misc]
    """A form of Ceu: protected against forgery, and acted on once however often it is sent."""

    once = HiddenField(default=lambda: uuid4().hex)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._refused_with = 422

    @property
    def http_status(self) -> int:
        """The status of a page that shows this form: 200, or 422 with errors (429 after too many attempts)."""
        return self._refused_with if self.errors else 200

    def absorb(self, refusal: DomainError) -> None:
        """Put a service's refusal on the field it names, or above the form."""
        if isinstance(refusal, TooManyAttempts):
            self._refused_with = 429
        field = self._fields.get(refusal.field) if refusal.field else None
        if field is None:
            self.form_errors.append(refusal.message)
        else:
            field.errors = [*field.errors, refusal.message]


class _Needed(InputRequired):  # type: ignore[misc]
    """Blanks are no answer."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        super().__call__(form, field)
        if isinstance(field.raw_data[0], str) and not field.raw_data[0].strip():
            field.errors = []
            raise StopValidation(self.message)


def needed(message: str) -> InputRequired:
    """The field must be filled; the message says with what: "Enter the date your degree was awarded."."""
    return _Needed(message)


def optional() -> Optional:
    """The field may stay empty."""
    return Optional()


def longest(characters: int) -> Length:
    """At most so many characters."""
    return Length(max=characters, message=f"Use at most {characters:,} characters; this is longer.")


def choices(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """Value and label pairs as WTForms takes them."""
    return [SelectChoice(value, label) for value, label in pairs]


def _one_line(text: str | None) -> str:
    return " ".join(_printable(text or "").split())


def _some_lines(text: str | None) -> str:
    return _printable((text or "").replace("\r\n", "\n").replace("\r", "\n")).strip()


_INVISIBLE = "\u200b\u2060\ufeff\u00ad"
"""Zero-width space, word joiner, byte-order mark, soft hyphen: they make two names that look the same differ."""


def _printable(text: str) -> str:
    return "".join(
        letter
        for letter in text
        if letter in "\n\t" or (category(letter) != "Cc" and letter not in _INVISIBLE)
    )


class TextField(StringField):  # type: ignore[misc]
    """One line of text, blanks folded, without control characters."""

    def __init__(self, label: str, validators: list[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(label, validators, filters=[_one_line, *kwargs.pop("filters", [])], **kwargs)


class TextAreaField(PlainTextAreaField):  # type: ignore[misc]
    """Some lines of text, without blanks around them and control characters."""

    def __init__(self, label: str, validators: list[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(label, validators, filters=[_some_lines, *kwargs.pop("filters", [])], **kwargs)


class DateField(PlainDateField):  # type: ignore[misc]
    """A calendar date."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([text.strip() for text in valuelist])
        except ValueError:
            raise ValueError(
                "This is not a date. Type it as year-month-day, for example 2026-05-15."
            ) from None
        if self.data is not None and not date(1900, 1, 1) <= self.data <= date(2199, 12, 31):
            raise ValueError(f"The year {self.data.year} cannot be right. Check the date.")


class IntegerField(PlainIntegerField):  # type: ignore[misc]
    """A whole number."""

    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("This is not a whole number. Use digits only.") from None
        if self.data is not None and abs(self.data) > 1_000_000_000:
            self.data = None
            raise ValueError("This number is too large. Check it.")


class MinutesField(Field):  # type: ignore[misc]
    """A duration typed as 1:15, 75m, 1h 15m or 1.25; its data are whole minutes."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return clock_text(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            self.data = parse_minutes(valuelist[0])


class _Choices:
    """Refuses values that are not on offer with a sentence."""

    def pre_validate(self, form: BaseForm) -> None:
        try:
            super().pre_validate(form)  # type: ignore[misc]
        except ValidationError:
            raise ValidationError("Choose one of the options offered.") from None


def attributes(**given: Any) -> Markup:
    """The attributes of a control as WTForms spells them: True stands alone, False is left out.

    >>> str(attributes(class_="input", data_keep='"x"', required=True, readonly=False))
    'class="input" data-keep="&#34;x&#34;" required'
    """
    said = ((clean_key(name), value) for name, value in sorted(given.items()) if value is not False)
    return Markup(" ".join(name if value is True else f'{name}="{escape(value)}"' for name, value in said))


# WTForms' own way through templates of each attribute was a quarter of what a page with a form cost.
Input.html_params = staticmethod(attributes)


class _DropDown(Select):  # type: ignore[misc]
    """A drop-down whose options are written as they are; WTForms' way for any attributes takes ten times as long."""

    @classmethod
    def render_option(cls, choice: Choice) -> Markup:
        chosen = " selected" if choice.selected else ""
        label = escape(choice.label or choice.value)
        return Markup(f'<option{chosen} value="{escape(choice.value)}">{label}</option>')


class ChoiceField(_Choices, SelectField):  # type: ignore[misc]
    """One of a list of options, as a drop-down."""

    widget = _DropDown()


class RadioChoiceField(_Choices, RadioField):  # type: ignore[misc]
    """One of a few options, all visible."""


def id_or_none(text: str | None) -> int | None:
    """Coerce a choice's value to a record id; anything else is no choice."""
    return int(text) if text and str(text).isdecimal() and len(str(text)) < 19 else None
