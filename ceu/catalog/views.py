"""The course list, a course's page, and the provider's shelf."""

from flask import Blueprint

from ceu.web.access import public

catalog = Blueprint("catalog", __name__)


@catalog.get("/courses")
@public
def course_list() -> str:
    """All courses on offer."""
    return "Courses"
