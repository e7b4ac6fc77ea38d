"""The form by which a document is noted as made."""

from ceu.web.forms import BaseForm, DateField, RadioChoiceField, choices, needed

SIGNED_BY = {
    "both": "Both of us",
    "supervisor": "The supervisor",
    "trainee": "The supervisee",
    "others": "Both of us, and the employer",
}


class DocumentForm(BaseForm):
    """When a document was made, and who signed it."""

    done_on = DateField("Signed on", [needed("Enter the day it was signed.")])
    signed_by = RadioChoiceField(
        "Signed by", [needed("Choose who signed it.")], choices=choices(SIGNED_BY.items())
    )
