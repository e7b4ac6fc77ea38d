"""The form by which one's own export comes back."""

from werkzeug.datastructures import FileStorage
from wtforms import FileField

from ceu.web.forms import BaseForm, ValidationError, needed

_CHOOSE = "Choose the JSON file, or the ZIP file, that was exported as “Everything, with signatures”."


class RestoreForm(BaseForm):
    """A file with a whole log."""

    file = FileField("Your exported log", [needed(_CHOOSE)])

    def validate_file(self, field: FileField) -> None:
        """Text in the place of a file is no file."""
        if not isinstance(field.data, FileStorage):
            raise ValidationError(_CHOOSE)
