"""The form of a content package."""

from wtforms import FileField

from ceu.web.forms import BaseForm, needed


class PackageForm(BaseForm):
    """A package to upload."""

    file = FileField(
        "SCORM or cmi5 package", [needed("Choose the package, a ZIP file.")], render_kw={"accept": ".zip"}
    )
