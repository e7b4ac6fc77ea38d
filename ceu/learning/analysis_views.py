"""How the questions of a course work, for its provider."""

from flask import Blueprint, render_template

from ceu.db.extension import db
from ceu.domain.permissions import Permission
from ceu.learning.analysis import report
from ceu.learning.queries import MOST_SITTINGS, get_test, list_records, version_for_author
from ceu.questions.analysis import FEWEST
from ceu.web.access import requires
from ceu.web.principal import current_principal

analysis = Blueprint("analysis", __name__)


@analysis.get("/shelf/versions/<int:version_id>/questions")
@requires(Permission.PUBLISH_COURSES)
def questions(version_id: int) -> str:
    """Each question of a version: how hard it is, whether it tells who knows, what its options attract; and the whole."""
    version = version_for_author(db.session(), current_principal(), version_id)
    whole, items = report(get_test(version), list_records(db.session(), version_id))
    return render_template(
        "learning/analysis.html",
        version=version,
        whole=whole,
        items=items,
        fewest=FEWEST,
        most=MOST_SITTINGS,
    )
