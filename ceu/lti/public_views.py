"""What learning platforms and the browsers they send call: every request comes from another site.

A launch goes: the platform sends the browser to `login`, which sends it on to the platform with a sealed state and a nonce; the
platform posts its token to `launch`. The state is signed and holds the digest of a cookie, so nothing is written before a
genuine launch arrives, and nobody can finish a sign-in that another browser began.

Browsers keep no cookies within another site's frame, so a course is never opened there: the frame holds a link that begins the
same launch in a window of its own. Choosing courses (deep linking) must stay in the frame, because the platform waits there for
the answer; it needs no cookie, since it opens nobody's account.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.accounts.services import open_session
from ceu.accounts.tokens import digest, new_token
from ceu.db.extension import db
from ceu.domain.errors import DomainError, NotFound
from ceu.lti.choosing import choice_claims
from ceu.lti.claims import CHOOSING, Launch, launch_of
from ceu.lti.forms import ChoosingForm, ToolForm
from ceu.lti.models import Platform
from ceu.lti.platform_services import take_registration
from ceu.lti.queries import find_platform, find_registration, list_offers, registration_of
from ceu.lti.registering import Addresses, answer_of, configuration_of, host_of, registration_of_tool
from ceu.lti.registration import Registration
from ceu.lti.services import sit_down, take_seat, use_state
from ceu.lti.tokens import checked_claims, key_id_of
from ceu.web.access import public
from ceu.web.headers import policy
from ceu.web.outside import now, outside
from ceu.web.sealed import seal, unseal
from ceu.web.transactions import commits

launches = Blueprint("launches", __name__)

STATE_LIFE = timedelta(minutes=10)
CHOICE_LIFE = timedelta(hours=1)
WELCOME_LIFE = timedelta(hours=1)
HANDOVER = timedelta(minutes=2)
LONGEST_TOKEN = 8_000
BROWSER = "ceu_lti"
"""The cookie that ties a sign-in to the browser it began in. It must come with the platform's post, hence SameSite=None."""

KEY = "ceu_lti_key"
"""The cookie that carries the key of the session a launch opened to the page that begins it."""

_FRAMES = frozenset({"iframe", "frame", "embed", "object"})


@launches.get("/lti/jwks.json")
@public
def key_set() -> Response:
    """The public keys by which platforms check what the site signs."""
    return jsonify(outside().platforms.keys.published())


@launches.route("/lti/login/<public_id>", methods=["GET", "POST"])
@public
@commits(once=False)
def login(public_id: str) -> Response:
    """Begin a launch: send the browser to the platform, which says who it is; in a frame, offer a window first."""
    platform = find_platform(db.session(), public_id)
    if platform is None or not platform.is_complete:
        raise NotFound
    registration, asked = registration_of(platform), request.values
    if why := _misfit(registration):
        return _refusal(registration, why)
    is_choosing = asked.get("target_link_uri", "").startswith(_address("launches.choosing"))
    if request.headers.get("Sec-Fetch-Dest") in _FRAMES and not is_choosing:
        again: dict[str, Any] = {name: value for name, value in asked.items() if name in _PASSED_ON}
        return _framed(
            registration,
            render_template(
                "lti/open_window.html", url=url_for("launches.login", public_id=public_id, **again)
            ),
        )
    browser = request.cookies.get(BROWSER) or new_token()
    nonce = new_token()
    state = seal(
        "lti state",
        {"platform": registration.id, "browser": digest(browser), "nonce": nonce, "choosing": is_choosing},
        now() + STATE_LIFE,
    )
    question = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": registration.client_id,
        "redirect_uri": _address("launches.launch"),
        "login_hint": asked["login_hint"],
        "state": state,
        "nonce": nonce,
    }
    if "lti_message_hint" in asked:
        question["lti_message_hint"] = asked["lti_message_hint"]
    mark = "&" if "?" in registration.login_url else "?"
    response = redirect(f"{registration.login_url}{mark}{urlencode(question)}", 302)
    response.set_cookie(
        BROWSER, browser, max_age=timedelta(days=1), secure=True, httponly=True, samesite="None", path="/lti"
    )
    return response


_PASSED_ON = frozenset(
    {"iss", "client_id", "login_hint", "lti_message_hint", "lti_deployment_id", "target_link_uri"}
)


def _misfit(registration: Registration) -> str | None:
    """Why a login does not belong to this registration, or None."""
    if request.values.get("iss") != registration.issuer:
        return (
            f"This login address is registered for {registration.issuer}, and the launch comes from another issuer. Check "
            "the login initiation URL in the platform."
        )
    if request.values.get("client_id", registration.client_id) != registration.client_id:
        return "The launch comes with another client id than the one registered here. Check the registration in Ceu."
    if not request.values.get("login_hint"):
        return (
            "Your learning platform did not say whose sign-in this is (login_hint). Tell its administrator."
        )
    return None


@launches.route("/lti/register/<public_id>", methods=["GET", "POST"])
@public
@commits(once=False)
def register(public_id: str) -> Response:
    """Let a platform register by itself (dynamic registration): it opens this page, where its administrator agrees.

    The address was made by the organization for one platform; what is registered waits there to be confirmed.
    """
    platform = find_platform(db.session(), public_id)
    if platform is None or platform.client_id:
        raise NotFound
    form = ToolForm()
    configuration_url = form.openid_configuration.data or request.args.get("openid_configuration", "")
    token = form.registration_token.data or request.args.get("registration_token", "")
    try:
        host = host_of(configuration_url)
        if not token.isascii() or not token.isprintable() or len(token) > LONGEST_TOKEN:
            raise DomainError("Your learning platform gave a token that cannot be one.")
        if request.method == "POST":
            _register(platform, configuration_url, token)
            return _shown_to([f"https://{host}"], render_template("lti/registered.html", host=host))
    except DomainError as refusal:
        return make_response(render_template("lti/refusal.html", why=refusal.message), 400)
    form = ToolForm(formdata=None, openid_configuration=configuration_url, registration_token=token)
    page = render_template(
        "lti/register.html", form=form, host=host, public_id=public_id, organization=platform.organization
    )
    return _shown_to([f"https://{host}"], page)


def _register(platform: Platform, configuration_url: str, token: str) -> None:
    ours = Addresses(
        name=f"Ceu, {platform.organization.name}",
        launch=_address("launches.launch"),
        login=f"{current_app.config['SITE_URL']}{url_for('launches.login', public_id=platform.public_id)}",
        keys=_address("launches.key_set"),
        choosing=_address("launches.choosing"),
    )
    public_id = platform.public_id
    db.session.rollback()  # a platform may take seconds to answer, and others want to write
    asked = outside().platforms
    found = configuration_of(asked.configuration_at(configuration_url), configuration_url)
    answer = asked.register(found.registration_url, token, registration_of_tool(ours, found))
    known = find_platform(db.session(), public_id)
    if known is None:
        raise NotFound
    take_registration(db.session(), known, found, *answer_of(answer))


@launches.post("/lti/launch")
@public
@commits(once=False)
def launch() -> Response:
    """Take the platform's word for who comes, once it is checked, and open what they came for."""
    sealed = request.form.get("state", "")
    state = unseal("lti state", sealed, now())
    registration = find_registration(db.session(), state["platform"]) if state else None
    if state is None or registration is None:
        return _refusal(None, "This launch is too old, or did not begin here. Open the link again.")
    db.session.rollback()  # a platform may take seconds to answer, and others want to write
    is_bound = digest(request.cookies.get(BROWSER, "")) == state["browser"]
    if not is_bound and not state["choosing"]:
        return _refusal(
            registration,
            "Your browser did not keep the cookie that ties this launch to it. Allow cookies for this site, or let your "
            "learning platform open the link in a new window.",
        )
    try:
        found = _checked(registration, state["nonce"])
        if (found.kind == CHOOSING) is not state["choosing"]:
            raise DomainError(
                "The platform asked for one thing and sent another. To choose courses, it must use the deep linking URL "
                "that Ceu shows with its registration."
            )
        use_state(db.session(), now(), sealed, now() + STATE_LIFE)
        return _choosing(registration, found) if found.kind == CHOOSING else _opened(registration, found)
    except DomainError as refusal:
        return _refusal(registration, refusal.message)


def _checked(registration: Registration, nonce: str) -> Launch:
    if "error" in request.form:
        raise DomainError(
            "Your learning platform did not confirm who you are. Sign in there again, then open the link once more."
        )
    token = request.form.get("id_token", "")
    keys = outside().platforms.keys_at(registration.jwks_url, key_id_of(token))
    claims = checked_claims(
        token,
        keys,
        issuer=registration.issuer,
        client_id=registration.client_id,
        nonce=nonce,
        now=now(),
    )
    return launch_of(claims, registration.deployment_ids)


def _opened(registration: Registration, found: Launch) -> Response:
    seat = take_seat(db.session(), now(), registration, found)
    if seat.user.person is None:
        browser = digest(request.cookies[BROWSER])
        welcome = seal("lti welcome", {"seat": seat.id, "browser": browser}, now() + WELCOME_LIFE)
        return redirect(url_for("links.welcome", token=welcome), 303)
    sit_down(db.session(), now(), seat)
    key = open_session(db.session(), seat.user.person, now(), request.user_agent.string, only_courses=True)
    response = redirect(url_for("links.enter", seat_id=seat.id), 303)
    response.set_cookie(
        KEY, key, max_age=HANDOVER, secure=True, httponly=True, samesite="Lax", path="/lti/enter"
    )
    return response


def _choosing(registration: Registration, found: Launch) -> Response:
    if not found.is_teaching:
        raise DomainError("Only instructors choose courses. Ask the instructor of your course.")
    choice = {
        "platform": registration.id,
        "deployment": found.deployment_id,
        "return": found.return_url,
        "data": found.return_data,
        "several": found.accepts_several,
    }
    token = seal("lti choice", choice, now() + CHOICE_LIFE)
    form = ChoosingForm(formdata=None, token=token)
    return _choice_page(registration, form, several=found.accepts_several)


@launches.post("/lti/deep-linking")
@public
@commits(once=False)
def choosing() -> Response:
    """Take the choice of courses, and hand the page that carries it back to the platform."""
    form = ChoosingForm()
    choice = unseal("lti choice", form.token.data or "", now())
    registration = find_registration(db.session(), choice["platform"]) if choice else None
    if choice is None or registration is None:
        return _refusal(None, "This choice is too old. Begin it in your learning platform again.")
    form.offer(list_offers(db.session(), registration.organization_id))
    if not form.validate():
        return _choice_page(registration, form, several=choice["several"])
    chosen = form.chosen if choice["several"] else form.chosen[:1]
    token = outside().platforms.keys.sign(
        choice_claims(registration, choice, chosen, launch_url=_address("launches.launch"), now=now())
    )
    page = render_template("lti/send_choice.html", url=choice["return"], token=token, chosen=chosen)
    return _framed(registration, page, sends_to=choice["return"])


def _choice_page(registration: Registration, form: ChoosingForm, *, several: bool) -> Response:
    offers = list_offers(db.session(), registration.organization_id)
    form.offer(offers)
    page = render_template("lti/choose_courses.html", form=form, offers=offers, several=several)
    return _framed(registration, page, form.http_status)


def _refusal(registration: Registration | None, why: str) -> Response:
    page = render_template("lti/refusal.html", why=why)
    return _framed(registration, page, 400) if registration else make_response(page, 400)


def _framed(
    registration: Registration, page: str, status: int = 200, sends_to: str | None = None
) -> Response:
    """An answer that the platform's own site may show in a frame."""
    return _shown_to(registration.framed_by, page, status, sends_to)


def _shown_to(frames: Sequence[str], page: str, status: int = 200, sends_to: str | None = None) -> Response:
    response = make_response(page, status)
    response.headers["Content-Security-Policy"] = policy(frames, [sends_to] if sends_to else [])
    response.headers["Cache-Control"] = "no-store"
    return response


def _address(endpoint: str) -> str:
    return f"{current_app.config['SITE_URL']}{url_for(endpoint)}"
