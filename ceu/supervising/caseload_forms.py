"""The form about supervisees elsewhere."""

from collections.abc import Mapping

from ceu.web.forms import BaseForm, ChoiceField, DateField, IntegerField, choices, needed


class ElsewhereForm(BaseForm):
    """How many supervisees one has elsewhere under a maximum, from a day on."""

    maximum = ChoiceField("Maximum of", [needed("Choose one.")])
    people = IntegerField("Supervisees elsewhere", [needed("Enter how many they are, 0 if none.")])
    since = DateField("Since", [needed("Enter the day since when this is so.")])

    def offer(self, names: Mapping[str, str]) -> None:
        """Offer these maxima, by key with their names."""
        self.maximum.choices = choices(names.items())
