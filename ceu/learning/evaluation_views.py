"""What learners say of a course and of its versions, for its provider: as a page, CSV and XLSX."""

from collections.abc import Sequence

from flask import Blueprint, Response, render_template

from ceu.adapters.spreadsheets import csv_chunks, xlsx
from ceu.catalog.models import CourseVersion
from ceu.db.extension import db
from ceu.domain.permissions import Permission
from ceu.learning.evaluations import (
    FEWEST,
    HEADINGS,
    Answer,
    Told,
    is_anonymous,
    means_by_version,
    summaries,
    table_of,
)
from ceu.learning.queries import list_told, version_for_author, versions_for_author
from ceu.web.access import requires
from ceu.web.principal import current_principal

evaluations = Blueprint("evaluations", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@evaluations.get("/shelf/courses/<int:course_id>/evaluations")
@requires(Permission.PUBLISH_COURSES)
def course(course_id: int) -> str:
    """Every item of the evaluation forms, summed up over all versions, and the versions side by side."""
    versions, told = _course(course_id)
    return render_template(
        "learning/evaluations_course.html",
        versions=list(zip(versions, told, strict=True)),
        title=versions[-1].title,
        course_id=course_id,
        summaries=summaries(told),
        means=means_by_version(told),
        fewest=FEWEST,
    )


@evaluations.get("/shelf/courses/<int:course_id>/evaluations.csv")
@requires(Permission.PUBLISH_COURSES)
def course_csv(course_id: int) -> Response:
    """All versions together, and each by itself, as CSV."""
    return _csv(_course_rows(course_id), f"evaluations-course-{course_id}.csv")


@evaluations.get("/shelf/courses/<int:course_id>/evaluations.xlsx")
@requires(Permission.PUBLISH_COURSES)
def course_xlsx(course_id: int) -> Response:
    """The same as a workbook."""
    return _xlsx(_course_rows(course_id), f"evaluations-course-{course_id}.xlsx")


@evaluations.get("/shelf/versions/<int:version_id>/evaluations")
@requires(Permission.PUBLISH_COURSES)
def summary(version_id: int) -> str:
    """Every item of the evaluation form, summed up over all who sent it."""
    version, told = _version(version_id)
    return render_template(
        "learning/evaluations.html",
        version=version,
        told=told,
        anonymous=is_anonymous(version.outline),
        summaries=summaries([told]),
        fewest=FEWEST,
    )


@evaluations.get("/shelf/versions/<int:version_id>/evaluations.csv")
@requires(Permission.PUBLISH_COURSES)
def summary_csv(version_id: int) -> Response:
    """The same as CSV."""
    return _csv(_rows([_version(version_id)[1]]), f"evaluations-{version_id}.csv")


@evaluations.get("/shelf/versions/<int:version_id>/evaluations.xlsx")
@requires(Permission.PUBLISH_COURSES)
def summary_xlsx(version_id: int) -> Response:
    """The same as a workbook."""
    return _xlsx(_rows([_version(version_id)[1]]), f"evaluations-{version_id}.xlsx")


def _version(version_id: int) -> tuple[CourseVersion, Told]:
    version = version_for_author(db.session(), current_principal(), version_id)
    (told,) = list_told(db.session(), [version])
    return version, told


def _course(course_id: int) -> tuple[list[CourseVersion], list[Told]]:
    versions = versions_for_author(db.session(), current_principal(), course_id)
    return versions, list_told(db.session(), versions)


def _course_rows(course_id: int) -> list[list[Answer]]:
    _, told = _course(course_id)
    return [*table_of("all", summaries(told)), *_rows(told)]


def _rows(versions: Sequence[Told]) -> list[list[Answer]]:
    return [row for told in versions for row in table_of(str(told.number), summaries([told]))]


def _csv(rows: list[list[Answer]], name: str) -> Response:
    return _file(b"".join(csv_chunks(HEADINGS, rows)), "text/csv", name)


def _xlsx(rows: list[list[Answer]], name: str) -> Response:
    return _file(xlsx("Evaluations", HEADINGS, rows), XLSX, name)


def _file(data: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, mimetype=media_type, headers=headers)
