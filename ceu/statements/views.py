"""What was recorded of a person, for that person."""

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.permissions import Permission
from ceu.statements.queries import list_statements
from ceu.web.access import requires
from ceu.web.principal import current_principal

statements = Blueprint("statements", __name__)


@statements.get("/learning/statements.json")
@requires(Permission.TAKE_COURSES)
def own() -> Response:
    """The xAPI statements about this person, the latest first."""
    found = list_statements(db.session(), current_principal().person_id)
    return jsonify(statements=[statement.body for statement in found])
