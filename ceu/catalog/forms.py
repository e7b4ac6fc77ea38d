"""The forms of the catalog."""

from ceu.catalog.search_queries import Wanted
from ceu.licenses.words import DELIVERY_LABELS, TOPIC_LABELS
from ceu.web.forms import (
    BaseForm,
    BooleanField,
    ChoiceField,
    TextField,
    choices,
    longest,
)

HOURS: dict[str, tuple[str, tuple[int, int]]] = {
    "1": ("Up to 1 hour", (0, 60)),
    "3": ("Over 1, up to 3 hours", (61, 180)),
    "6": ("Over 3, up to 6 hours", (181, 360)),
    "more": ("Over 6 hours", (361, 100_000)),
}
"""Lengths to choose from: words, and the least and the most minutes."""

LEVELS = {"introductory": "Introductory", "intermediate": "Intermediate", "advanced": "Advanced"}


class SearchForm(BaseForm):
    """Which courses to list; sent by GET, so that a search has an address."""

    class Meta:
        csrf = False

    search = TextField(
        "Words", [longest(200)], description="In the title, the summary, objectives, lessons, authors"
    )
    level = ChoiceField("Level", choices=choices([("", "Any level"), *LEVELS.items()]), default="")
    topic = ChoiceField("Topic", choices=choices([("", "Any topic"), *TOPIC_LABELS.items()]), default="")
    hours = ChoiceField(
        "Hours",
        choices=choices([("", "Any number"), *((key, words) for key, (words, _) in HOURS.items())]),
        default="",
    )
    delivery = ChoiceField(
        "Format", choices=choices([("", "Any format"), *DELIVERY_LABELS.items()]), default=""
    )
    price = ChoiceField(
        "Price", choices=choices([("", "Any price"), ("free", "Free"), ("paid", "With a price")]), default=""
    )
    accepted = BooleanField("Only what is accepted for one of my licenses")

    @property
    def wanted(self) -> Wanted:
        """What was asked for, from a valid form."""
        return Wanted(
            text=self.search.data or "",
            level=self.level.data,
            topic=self.topic.data,
            delivery=self.delivery.data,
            minutes=HOURS[self.hours.data][1] if self.hours.data else None,
            is_free={"free": True, "paid": False}.get(self.price.data),
        )

    @property
    def address(self) -> dict[str, str]:
        """What of the form stands in an address."""
        names = ("search", "level", "topic", "hours", "delivery", "price", "accepted")
        return {
            name: "y" if self[name].data is True else self[name].data for name in names if self[name].data
        }


class ConfirmForm(BaseForm):
    """A form of one button."""
