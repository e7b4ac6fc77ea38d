"""The forms of providers."""

from collections.abc import Iterable
from typing import Any

from ceu.licenses.words import APPROVAL_BODY_LABELS
from ceu.providers.models import Provider
from ceu.web.forms import (
    BaseForm,
    ChoiceField,
    DateField,
    EmailField,
    TextAreaField,
    TextField,
    choices,
    id_or_none,
    longest,
    needed,
)


class ProviderForm(BaseForm):
    """The profile of a provider."""

    legal_name = TextField(
        "Legal name",
        [needed("Enter the provider's legal name, as the approving bodies know it."), longest(160)],
        render_kw={"autocomplete": "organization"},
    )
    address = TextAreaField(
        "Postal address",
        [needed("Enter the postal address; boards require it on certificates."), longest(300)],
        render_kw={"autocomplete": "street-address", "rows": 3},
    )
    phone = TextField(
        "Phone",
        [needed("Enter a phone number."), longest(40)],
        render_kw={"type": "tel", "autocomplete": "tel"},
    )
    email = EmailField(
        "E-mail address",
        [needed("Enter the e-mail address for questions of learners and boards."), longest(254)],
        render_kw={"autocomplete": "email"},
    )
    designee_name = TextField(
        "Name of the designee",
        [needed("Enter who answers for the program and signs certificates."), longest(120)],
        description="The person who answers for the program and signs certificates.",
    )
    designee_title = TextField(
        "Title of the designee",
        [
            needed("Enter the designee's title, such as “Director of Continuing Education, LMFT”."),
            longest(120),
        ],
    )

    @property
    def answers(self) -> dict[str, str]:
        """What services take."""
        names = ("legal_name", "address", "phone", "email", "designee_name", "designee_title")
        return {name: self[name].data for name in names}


class ApprovalForm(BaseForm):
    """One approval as the body's letter states it."""

    body = ChoiceField(
        "Approving body",
        [needed("Choose the body that approved the provider.")],
        choices=choices([("", "Choose …"), *APPROVAL_BODY_LABELS.items()]),
    )
    number = TextField(
        "Provider number", [needed("Enter the number the body gave the provider."), longest(60)]
    )
    valid_from = DateField("Valid from", [needed("Enter the first day of the approval.")])
    valid_to = DateField("Valid through", [needed("Enter the last day of the approval.")])
    statement = TextAreaField(
        "Statement",
        [
            needed("Copy the statement the body prescribes for certificates and advertisements."),
            longest(2000),
        ],
        description="Word for word as the body prescribes it; certificates print it so.",
        render_kw={"rows": 4},
    )

    @property
    def answers(self) -> dict[str, Any]:
        """What services take."""
        return {name: self[name].data for name in ("body", "number", "valid_from", "valid_to", "statement")}


class NewApprovalForm(ApprovalForm):
    """A further approval, and of which provider where a person manages several."""

    provider_id = ChoiceField("Provider", coerce=id_or_none)

    def offer(self, providers: Iterable[Provider]) -> None:
        """Offer the providers a person manages."""
        self.provider_id.choices = choices((provider.id, provider.legal_name) for provider in providers)
