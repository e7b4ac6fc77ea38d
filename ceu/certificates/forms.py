"""The forms of certificates: looking one up, comparing a file, revoking and reissuing."""

from werkzeug.datastructures import FileStorage
from wtforms import FileField

from ceu.certificates.numbers import read_number
from ceu.web.forms import BaseForm, TextAreaField, TextField, ValidationError, longest, needed

LARGEST_FILE = 5 * 1024 * 1024


class LookUpForm(BaseForm):
    """The number of a certificate, as someone reads it off paper; sent by GET."""

    class Meta:
        csrf = False

    number = TextField("Certificate number", [needed("Enter the number printed on the certificate.")])

    def validate_number(self, field: TextField) -> None:
        """Only what could be a number is looked up."""
        if read_number(field.data) is None:
            raise ValidationError(
                "This is not a certificate number. It looks like CEU-2026-7K3M-Q9TZ; find it at the foot of the page."
            )


class FileForm(BaseForm):
    """A file to compare with the one that was issued; it is looked at and not kept."""

    file = FileField("The PDF you were given", [needed("Choose the PDF file of the certificate.")])

    def validate_file(self, field: FileField) -> None:
        """Text in the place of a file is no file."""
        if not isinstance(field.data, FileStorage):
            raise ValidationError("Choose the PDF file of the certificate.")


class RevokeForm(BaseForm):
    """Why a certificate is withdrawn."""

    reason = TextAreaField(
        "Reason", [needed("Say why; everyone who checks this certificate will read it."), longest(500)]
    )


class ReissueForm(BaseForm):
    """The name a certificate should carry."""

    participant_name = TextField(
        "Legal name", [needed("Enter the name the certificate should carry."), longest(120)]
    )
