"""Where the parts of cmi5 packages report: the xAPI as the site speaks it with a package at play, and with nobody else.

xAPI 1.0.3, part three, and cmi5 (Quartz), sections 8 and 10 to 12. A part proves itself by the token of its opening, and reaches
what belongs to that learner in that lesson, and nothing else. It plays in a frame whose origin has no name, so every answer may
be read from anywhere; there are no cookies to abuse. Not spoken here: files attached to statements, the alternate request syntax
(2.1, for browsers without CORS), voiding, and other formats than ``exact``.
"""

import json
from collections.abc import Mapping
from contextlib import closing
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response as Plain, jsonify, request
from werkzeug.wrappers import Response

from ceu.adapters.lrs import XAPI_VERSION, Account
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.packages.cmi5 import LAUNCH_DATA, NotAllowed, launch_data
from ceu.packages.cmi5_queries import find_document, launch_by_token, list_documents, sitting_of
from ceu.packages.cmi5_services import Changed, TokenTaken, check_unchanged, keep_document, tag_of, take_token
from ceu.packages.models import PackageDocument, PackageLaunch
from ceu.packages.queries import launch_by_key
from ceu.packages.services import Superseded, hold_open
from ceu.statements.queries import each_of_registration, find_statement
from ceu.statements.selecting import instant, selection_of
from ceu.statements.services import Conflict, take_statements
from ceu.web.access import public
from ceu.web.outside import now, outside
from ceu.web.transactions import commits

xapi = Blueprint("xapi", __name__, url_prefix="/xapi")

LARGEST_REQUEST = 2**20
MOST_AT_ONCE = 200
_HEADERS = "Authorization, Content-Type, If-Match, If-None-Match, X-Experience-API-Version"
_SHOWN = "ETag, Last-Modified, X-Experience-API-Version, X-Experience-API-Consistent-Through"


class _Unknown(Exception):
    """The request carries no token that is good."""


@xapi.after_request
def open_to_frames(response: Response) -> Response:
    """Let a frame without an origin read the answer."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "GET, PUT, POST, DELETE"
    response.headers["Access-Control-Allow-Headers"] = _HEADERS
    response.headers["Access-Control-Expose-Headers"] = _SHOWN
    response.headers["Access-Control-Max-Age"] = "600"
    response.headers["X-Experience-API-Version"] = XAPI_VERSION
    response.headers["X-Experience-API-Consistent-Through"] = now().isoformat()
    response.headers["Cache-Control"] = "no-store"
    return response


@xapi.errorhandler(_Unknown)
@xapi.errorhandler(DomainError)
@xapi.errorhandler(NotFound)
def refuse(error: Exception) -> Response:
    """What is refused, and why, for the program that asked and for whoever looks into its console."""
    status = next(
        code
        for kind, code in (
            (_Unknown, 401),
            (NotFound, 404),
            (Superseded, 403),
            (NotAllowed, 403),
            (Conflict, 409),
            (Changed, 412 if getattr(error, "is_known", False) else 409),
            (DomainError, 400),
        )
        if isinstance(error, kind)
    )
    return Plain(getattr(error, "message", "Nothing is here."), status, mimetype="text/plain")


@xapi.post("/token/<key>")
@public
@commits(once=False)
def token(key: str) -> Response:
    """The token of an opening, once (cmi5, 8.2); an error comes with the status 200, as the standard wants it."""
    try:
        launch = launch_by_key(db.session(), key, now())
        if launch.mode is None:
            raise NotFound
        return jsonify({"auth-token": take_token(db.session(), launch)})
    except (TokenTaken, Superseded) as refusal:
        return jsonify({"error-code": "1", "error-text": refusal.message})
    except NotFound:
        return jsonify({"error-code": "2", "error-text": "There is nothing open at this address any more."})


@xapi.get("/about")
@public
def about() -> Response:
    """Which xAPI is spoken."""
    return jsonify(version=[XAPI_VERSION])


@xapi.put("/statements")
@xapi.post("/statements")
@public
@commits(once=False)
def say() -> Response:
    """Take statements: one by PUT under its id, one or several by POST."""
    launch = _launch()
    body = _body()
    if request.method == "PUT":
        wanted = request.args.get("statementId", "")
        if not isinstance(body, dict) or str(body.setdefault("id", wanted)).lower() != wanted.lower():
            raise DomainError("The statement is not the one of the parameter statementId.")
    bodies = body if isinstance(body, list) else [body]
    if len(bodies) > MOST_AT_ONCE:
        raise DomainError(f"Send at most {MOST_AT_ONCE} statements at once.")
    ids = take_statements(db.session(), now(), launch, _account(launch), bodies)
    return Plain(status=204) if request.method == "PUT" else jsonify(ids)


@xapi.get("/statements")
@public
def said() -> Response:
    """What was said of this learner in this lesson: one statement, or those that are asked for."""
    launch = _launch()
    asked = selection_of(request.args)
    registration = launch.attempt.registration
    if asked.statement_id is not None:
        found = find_statement(db.session(), asked.statement_id)
        if found is None or found.registration != registration:
            raise NotFound
        return jsonify(found.body)
    if not _is_own(launch):
        return jsonify(statements=[], more="")
    rows = each_of_registration(
        db.session(),
        registration,
        since=asked.since,
        until=asked.until,
        ascending=asked.ascending,
        after=asked.after,
    )
    with closing(rows):
        chosen = list(islice((row for row in rows if asked.holds(row.body)), asked.limit + 1))
    more = ""
    if len(chosen) > asked.limit:
        chosen = chosen[: asked.limit]
        more = f"{request.path}?{urlencode({**request.args, 'after': chosen[-1].id})}"
    return jsonify(statements=[row.body for row in chosen], more=more)


@xapi.get("/agents")
@public
def agents() -> Response:
    """The learner, as one person of one name."""
    launch = _launch()
    if not _is_own(launch):
        raise NotFound
    return jsonify(objectType="Person", account=[_account(launch).as_agent()["account"]])


@xapi.get("/activities")
@public
def activities() -> Response:
    """An activity, of which no more is known than its id."""
    _launch()
    return jsonify(objectType="Activity", id=_needed("activityId"))


@xapi.get("/activities/state")
@public
def state() -> Response:
    """A document of the part's state, or the names of all; the launch data are among them."""
    launch, activity = _launch(), _needed("activityId")
    _check_own(launch)
    sitting = sitting_of(db.session(), launch, _account(launch))
    is_part = activity == sitting.activity_id
    if is_part and request.args.get("stateId") == LAUNCH_DATA:
        return jsonify(launch_data(sitting))
    return _documents(launch, "state", activity, "stateId", also=(LAUNCH_DATA,) if is_part else ())


@xapi.get("/activities/profile")
@public
def activity_profile() -> Response:
    """A document of an activity's profile, or the names of all: this learner's own, in this lesson."""
    return _documents(_launch(), "activity", _needed("activityId"), "profileId")


@xapi.get("/agents/profile")
@public
def agent_profile() -> Response:
    """A document of the learner's profile, or the names of all: in this lesson."""
    launch = _launch()
    _check_own(launch)
    return _documents(launch, "agent", "", "profileId")


@xapi.route("/activities/state", methods=["PUT", "POST", "DELETE"])
@public
@commits(once=False)
def change_state() -> Response:
    """Keep, merge or delete a document of the part's state; the launch data are the site's own (cmi5, 10)."""
    launch = _launch()
    _check_own(launch)
    if request.args.get("stateId") == LAUNCH_DATA:
        raise NotAllowed(f"{LAUNCH_DATA} may be read and not changed (cmi5, 10).")
    return _change(launch, "state", _needed("activityId"), "stateId", asks=False)


@xapi.route("/activities/profile", methods=["PUT", "POST", "DELETE"])
@public
@commits(once=False)
def change_activity_profile() -> Response:
    """Keep, merge or delete a document of an activity's profile."""
    return _change(_launch(), "activity", _needed("activityId"), "profileId", asks=request.method == "PUT")


@xapi.route("/agents/profile", methods=["PUT", "POST", "DELETE"])
@public
@commits(once=False)
def change_agent_profile() -> Response:
    """Keep, merge or delete a document of the learner's profile."""
    launch = _launch()
    _check_own(launch)
    return _change(launch, "agent", "", "profileId", asks=request.method == "PUT")


def _launch() -> PackageLaunch:
    """The opening whose token comes with the request."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        if scheme.lower() != "basic":
            raise NotFound
        launch = launch_by_token(db.session(), token.strip(), now())
    except NotFound as error:
        raise _Unknown from error
    if not request.headers.get("X-Experience-API-Version", "").startswith("1.0"):
        raise DomainError("The header X-Experience-API-Version must say 1.0.3.")
    if any("\0" in value for value in request.args.values()):
        raise DomainError("A parameter holds a character that no text has.")
    return launch


def _account(launch: PackageLaunch) -> Account:
    return outside().lrs.account(outside().pseudonyms.of(launch.attempt.enrollment.person_id, "xapi"))


def _body() -> Any:
    if (request.content_length or 0) > LARGEST_REQUEST:
        raise DomainError(f"Send at most {LARGEST_REQUEST:,} bytes at once.")
    if request.mimetype != "application/json":
        raise DomainError("Statements come as application/json, without files.")
    return _json(request.get_data(as_text=True))


def _json(text: str) -> Any:
    def refuse_constant(name: str) -> None:
        raise ValueError(name)

    try:
        return json.loads(text, parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        raise DomainError("This is no JSON.") from error


def _needed(name: str) -> str:
    if not (found := request.args.get(name, "")):
        raise DomainError(f"The parameter {name} is missing.")
    return found


def _is_own(launch: PackageLaunch) -> bool:
    """Whether the request is about this learner and registration, as far as it says."""
    registration = request.args.get("registration")
    if registration is not None and registration.lower() != launch.attempt.registration:
        return False
    if "agent" not in request.args:
        return True
    agent = _json(request.args["agent"])
    return isinstance(agent, Mapping) and agent.get("account") == _account(launch).as_agent()["account"]


def _check_own(launch: PackageLaunch) -> None:
    _needed("agent")
    if not _is_own(launch):
        raise NotAllowed("The agent or the registration is another than this part was opened with.")


def _documents(
    launch: PackageLaunch, resource: str, activity: str, parameter: str, also: tuple[str, ...] = ()
) -> Response:
    name = request.args.get(parameter)
    if name is None:
        since = instant(request.args.get("since"))
        return jsonify([*also, *list_documents(db.session(), launch.attempt_id, resource, activity, since)])
    found = find_document(db.session(), launch.attempt_id, resource, activity, name)
    if found is None:
        raise NotFound
    answer = Plain(found.content, content_type=found.media_type)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"  # whatever it says it is
    answer.headers["ETag"] = tag_of(found.content)
    answer.last_modified = found.updated_at
    return answer


def _change(launch: PackageLaunch, resource: str, activity: str, parameter: str, *, asks: bool) -> Response:
    hold_open(db.session(), launch)
    name = request.args.get(parameter)
    if request.method == "DELETE" and name is None and resource == "state":
        for each in list_documents(db.session(), launch.attempt_id, resource, activity):
            _delete(find_document(db.session(), launch.attempt_id, resource, activity, each))
        return Plain(status=204)
    name = _needed(parameter)
    found = find_document(db.session(), launch.attempt_id, resource, activity, name)
    check_unchanged(found, request.headers.get("If-Match"), request.headers.get("If-None-Match"), asks=asks)
    if request.method == "DELETE":
        _delete(found)
    elif (request.content_length or 0) > LARGEST_REQUEST:
        raise DomainError(f"Send at most {LARGEST_REQUEST:,} bytes at once.")
    else:
        keep_document(
            db.session(),
            now(),
            launch,
            (resource, activity, name),
            request.content_type or "application/octet-stream",
            request.get_data(),
            merges=request.method == "POST",
        )
    return Plain(status=204)


def _delete(found: PackageDocument | None) -> None:
    if found is not None:
        db.session().delete(found)
