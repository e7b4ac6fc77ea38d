"""The forms of packages."""

from wtforms import StringField, TextAreaField as RawTextField

from ceu.web.forms import BaseForm, needed


class OpenForm(BaseForm):
    """Which part of a package to open."""

    item = StringField("Part", [needed("Choose the part to open.")])


class StateForm(BaseForm):
    """What a package says has changed, as JSON, untouched."""

    state = RawTextField("State", [needed("There is nothing to keep.")])
