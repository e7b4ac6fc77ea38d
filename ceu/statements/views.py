"""What was recorded of a person, for that person: a page, and everything as one file."""

import json
from collections.abc import Iterator

from flask import Blueprint, Response as Plain, render_template, request, stream_with_context
from werkzeug.wrappers import Response

from ceu.db.extension import db
from ceu.domain.permissions import Permission
from ceu.statements.queries import PAGE, each_statement, list_statements
from ceu.statements.words import told_of
from ceu.web.access import requires
from ceu.web.outside import outside
from ceu.web.principal import current_principal

statements = Blueprint("statements", __name__)

Page = str | Response


@statements.get("/learning/statements")
@requires(Permission.TAKE_COURSES)
def overview() -> Page:
    """What was recorded of this person, in words, the latest first."""
    key = request.args.get("after", type=int)
    after = key if key is not None and 0 < key < 2**31 else None
    found = list_statements(db.session(), current_principal().person_id, after)
    return render_template(
        "statements/overview.html",
        rows=[(statement, told_of(statement.body)) for statement in found[:PAGE]],
        following=found[PAGE - 1].id if len(found) > PAGE else None,
        elsewhere=outside().lrs.host,
    )


@statements.get("/learning/statements.json")
@requires(Permission.TAKE_COURSES)
def export() -> Response:
    """All xAPI statements about this person, the oldest first, as a record store would give them."""
    person_id = current_principal().person_id

    def lines() -> Iterator[str]:
        yield '{"statements": ['
        for place, statement in enumerate(each_statement(db.session(), person_id)):
            yield ("," if place else "") + "\n" + json.dumps(statement.body)
        yield "\n]}\n"

    return Plain(
        stream_with_context(lines()),
        mimetype="application/json",
        headers={"Content-Disposition": 'attachment; filename="learning-record.json"'},
    )
