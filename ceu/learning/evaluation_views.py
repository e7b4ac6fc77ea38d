"""What learners say of a course, for its provider."""

from flask import Blueprint, Response, render_template

from ceu.adapters.spreadsheets import csv_chunks, xlsx
from ceu.catalog.models import CourseVersion
from ceu.db.extension import db
from ceu.domain.permissions import Permission
from ceu.learning.evaluations import FEWEST, HEADINGS, Said, Summary, summaries, table_of
from ceu.learning.queries import list_said, version_for_author
from ceu.web.access import requires
from ceu.web.principal import current_principal

evaluations = Blueprint("evaluations", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@evaluations.get("/shelf/versions/<int:version_id>/evaluations")
@requires(Permission.PUBLISH_COURSES)
def summary(version_id: int) -> str:
    """Every item of the evaluation form, summed up over all who sent it."""
    version, said, found = _found(version_id)
    return render_template(
        "learning/evaluations.html", version=version, number=len(said), items=found, fewest=FEWEST
    )


@evaluations.get("/shelf/versions/<int:version_id>/evaluations.csv")
@requires(Permission.PUBLISH_COURSES)
def summary_csv(version_id: int) -> Response:
    """The same as CSV."""
    _, _, found = _found(version_id)
    return _file(b"".join(csv_chunks(HEADINGS, table_of(found))), "text/csv", f"evaluations-{version_id}.csv")


@evaluations.get("/shelf/versions/<int:version_id>/evaluations.xlsx")
@requires(Permission.PUBLISH_COURSES)
def summary_xlsx(version_id: int) -> Response:
    """The same as a workbook."""
    _, _, found = _found(version_id)
    return _file(xlsx("Evaluations", HEADINGS, table_of(found)), XLSX, f"evaluations-{version_id}.xlsx")


def _found(version_id: int) -> tuple[CourseVersion, list[Said], list[Summary]]:
    version = version_for_author(db.session(), current_principal(), version_id)
    said = list_said(db.session(), version_id)
    return version, said, summaries(version.outline["evaluation"], said)


def _file(data: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, mimetype=media_type, headers=headers)
