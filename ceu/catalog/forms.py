"""The forms of the catalog."""

from ceu.licenses.words import TOPIC_LABELS
from ceu.web.forms import BaseForm, ChoiceField, MinutesField, TextField, choices, longest, needed

LEVELS = {"introductory": "Introductory", "intermediate": "Intermediate", "advanced": "Advanced"}


class SearchForm(BaseForm):
    """Which courses to list; sent by GET, so that a search has an address."""

    class Meta:
        csrf = False

    search = TextField("Words in the title or summary", [longest(200)])
    level = ChoiceField("Level", choices=choices([("", "Any level"), *LEVELS.items()]), default="")
    topic = ChoiceField("Topic", choices=choices([("", "Any topic"), *TOPIC_LABELS.items()]), default="")


class PublishForm(BaseForm):
    """How much credit a course is published with."""

    minutes = MinutesField("Credit to award", [needed("Enter the credit, for example 2:00.")])


class ConfirmForm(BaseForm):
    """A form of one button."""
