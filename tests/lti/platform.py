"""A small learning platform on this machine: it signs launches, checks the site's tokens, keeps grades and a roster."""

import html
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from ceu.adapters.addresses import WebFetcher

HOST = "lms.example.org"
ISSUER = f"https://{HOST}"
CLIENT_ID = "ceu-at-state"
DEPLOYMENT = "deployment-1"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
LINE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
REGISTRATION_TOKEN = "let-this-tool-in"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"


@cache
def key_named(kid: str) -> RSAKey:
    """A key of a platform; making one takes a while, so the tests share them."""
    return RSAKey.import_key(RSAKey.generate_key(2048).as_pem(private=True), {"kid": kid})


class Lms:
    """The platform. Tests change its keys, its roster and what it refuses, and read what it was sent."""

    def __init__(self) -> None:
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.tool_keys: Callable[[], Any] = lambda: {"keys": []}
        self.tool_login = ""
        self.reset()

    def reset(self) -> None:
        self.signing = key_named("one")
        self.published = [key_named("one")]
        self.asked: list[str] = []
        self.scores: list[dict[str, Any]] = []
        self.refuse_scores_with = 0
        self.forgotten_tokens = 0
        self.members: list[dict[str, Any]] = []
        self.choices: list[dict[str, Any]] = []
        self.registered: list[dict[str, Any]] = []
        self.configuration: dict[str, Any] = {}
        self.deploys = True
        self.items: list[dict[str, Any]] = []
        self.launching: dict[str, Any] = {}

    # -- launches ----------------------------------------------------------------------------------------------------

    def claims(self, nonce: str, sub: str = "u-1", role: str = LEARNER, **more: Any) -> dict[str, Any]:
        """The claims of a launch of link r-1; a claim that is None is left out."""
        now = int(self.now().timestamp())
        made = {
            "iss": ISSUER,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "sub": sub,
            "name": "Lee Learner",
            "email": "lee@state.example",
            f"{LTI}version": "1.3.0",
            f"{LTI}message_type": "LtiResourceLinkRequest",
            f"{LTI}deployment_id": DEPLOYMENT,
            f"{LTI}target_link_uri": "http://localhost/lti/launch",
            f"{LTI}resource_link": {"id": "r-1", "title": "Listening"},
            f"{LTI}context": {"id": "c-1", "title": "Counseling 101"},
            f"{LTI}roles": [role],
            AGS: {"scope": [SCORE], "lineitem": f"{ISSUER}/items/7?type=2", "lineitems": f"{ISSUER}/items"},
            NRPS: {"context_memberships_url": f"{ISSUER}/members?c=1", "service_versions": ["2.0"]},
            **more,
        }
        return {name: value for name, value in made.items() if value is not None}

    def deep_linking(self, **settings: Any) -> dict[str, Any]:
        """The claims that make a launch one for choosing courses."""
        return {
            f"{LTI}message_type": "LtiDeepLinkingRequest",
            f"{LTI}resource_link": None,
            f"{LTI}roles": [INSTRUCTOR],
            f"{DL}deep_linking_settings": {
                "deep_link_return_url": f"{ISSUER}/return",
                "accept_types": ["ltiResourceLink"],
                "accept_presentation_document_targets": ["window"],
                "data": "csrf-of-the-platform",
                **settings,
            },
        }

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.signing.kid}, claims, self.signing, ["RS256"])

    def token(self, authorization_url: str, **claims: Any) -> dict[str, str]:
        """What the platform posts to the tool that sent a browser to this address."""
        asked = dict(parse_qsl(urlsplit(authorization_url).query))
        assert asked["response_type"] == "id_token"
        assert asked["response_mode"] == "form_post"
        assert asked["scope"] == "openid"
        assert asked["prompt"] == "none"
        assert asked["client_id"] == CLIENT_ID
        return {
            "state": asked["state"],
            "id_token": self.sign(self.claims(**{"nonce": asked["nonce"], **claims})),
        }

    # -- services ----------------------------------------------------------------------------------------------------

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Answer a request, as the server does."""
        self.asked.append(f"{method} {path}")
        where = urlsplit(path)
        match method, where.path:
            case "GET", "/jwks":
                keys = KeySet(list(self.published)).as_dict(private=False)
                return 200, {}, json.dumps(keys).encode()
            case "POST", "/token":
                return self._give_token(dict(parse_qsl(body.decode())))
            case "POST", "/items/7/scores":
                return self._take_score(where.query, headers, body)
            case "POST", "/items/8/scores":
                return self._take_score("type=2", headers, body)
            case "GET", "/members":
                return self._list_members(parse_qs(where.query), headers)
            case "GET", "/auth":
                return 200, {"Content-Type": "text/html"}, self._login_page(path).encode()
            case "GET", "/course":
                return 200, {"Content-Type": "text/html"}, self._course_page().encode()
            case "POST", "/return":
                return self._take_choice(dict(parse_qsl(body.decode())))
        return self._answer_registering(method, path, headers, body)

    def _answer_registering(
        self, method: str, path: str, headers: Any, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        where = urlsplit(path)
        match method, where.path:
            case "GET" | "POST", "/items":
                return self._items(method, parse_qs(where.query), headers, body)
            case "GET", "/openid-configuration":
                return 200, {}, json.dumps(self._configuration()).encode()
            case "POST", "/registrations":
                return self._register(headers, json.loads(body))
        return 404, {}, b"nothing here"

    def _checked(self, token: str) -> dict[str, Any]:
        keys = KeySet.import_key_set(self.tool_keys())
        return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)

    def _give_token(self, asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        claims = self._checked(asked["client_assertion"])
        assert claims["iss"] == claims["sub"] == CLIENT_ID
        assert claims["aud"] == f"{ISSUER}/token"
        assert claims["exp"] > self.now().timestamp()
        given = {"access_token": f"for {asked['scope']}".replace(" ", "-"), "expires_in": 3600}
        return 200, {}, json.dumps(given).encode()

    def _may(self, headers: Any, scope: str) -> bool:
        if self.forgotten_tokens:
            self.forgotten_tokens -= 1
            return False
        return bool(headers["Authorization"] == f"Bearer for-{scope}")

    def _take_score(self, query: str, headers: Any, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if not self._may(headers, SCORE):
            return 401, {}, b"who are you"
        if self.refuse_scores_with:
            return self.refuse_scores_with, {}, b"the grade book is closed"
        assert query == "type=2"
        assert headers["Content-Type"] == "application/vnd.ims.lis.v1.score+json"
        self.scores.append(json.loads(body))
        return 200, {}, b""

    def _list_members(self, query: dict[str, list[str]], headers: Any) -> tuple[int, dict[str, str], bytes]:
        if not self._may(headers, MEMBERS):
            return 401, {}, b"who are you"
        page, size = int(query.get("page", ["0"])[0]), 2
        shown = self.members[page * size : (page + 1) * size]
        rest = len(self.members) > (page + 1) * size
        more = {"Link": f'<{ISSUER}/members?page={page + 1}>; rel="next"'} if rest else {}
        return 200, more, json.dumps({"id": ISSUER, "members": shown}).encode()

    # -- columns of the grade book (AGS 2.0, 3.2) ----------------------------------------------------------------------

    def _items(
        self, method: str, query: dict[str, list[str]], headers: Any, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        if not self._may(headers, LINE):
            return 401, {}, b"who are you"
        if method == "GET":
            assert headers["Accept"] == "application/vnd.ims.lis.v2.lineitemcontainer+json"
            [asked] = query["resource_link_id"]
            found = [item for item in self.items if item["resourceLinkId"] == asked]
            return 200, {}, json.dumps(found).encode()
        assert headers["Content-Type"] == "application/vnd.ims.lis.v2.lineitem+json"
        item = json.loads(body)
        assert item["label"]
        assert item["scoreMaximum"] > 0
        self.items.append({**item, "id": f"{ISSUER}/items/8"})
        return 201, {}, json.dumps(self.items[-1]).encode()

    # -- registering a tool (LTI Dynamic Registration 1.0) -------------------------------------------------------------

    def _configuration(self) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "jwks_uri": f"{ISSUER}/jwks",
            "registration_endpoint": f"{ISSUER}/registrations",
            "scopes_supported": ["openid", SCORE, LINE, MEMBERS],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", "name"],
            PLATFORM: {
                "product_family_code": "double",
                "version": "1",
                "messages_supported": [],
                "variables": [],
            },
            **self.configuration,
        }

    def _register(self, headers: Any, asked: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        """What section 3.5 demands of the tool, to the letter."""
        if headers.get("Authorization") != f"Bearer {REGISTRATION_TOKEN}":
            return 401, {}, b"the token is not mine"
        assert headers["Content-Type"] == "application/json"
        assert asked["application_type"] == "web"
        assert asked["response_types"] == ["id_token"]
        assert set(asked["grant_types"]) == {"implicit", "client_credentials"}
        assert asked["token_endpoint_auth_method"] == "private_key_jwt"
        tool = asked[TOOL]
        domain = tool["domain"]
        for address in (
            *asked["redirect_uris"],
            asked["initiate_login_uri"],
            asked["jwks_uri"],
            tool["target_link_uri"],
        ):
            assert urlsplit(address).netloc == domain
        assert set(asked["scope"].split()) <= set(self._configuration()["scopes_supported"])
        assert {message["type"] for message in tool["messages"]} == {
            "LtiResourceLinkRequest",
            "LtiDeepLinkingRequest",
        }
        self.registered.append(asked)
        deployed = {"deployment_id": DEPLOYMENT} if self.deploys else {}
        return 200, {}, json.dumps({**asked, "client_id": CLIENT_ID, TOOL: {**tool, **deployed}}).encode()

    def _take_choice(self, posted: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        self.choices.append(self._checked(posted["JWT"]))
        return 200, {"Content-Type": "text/html"}, b"<title>Back</title><p>The platform has it.</p>"

    # -- pages for a browser -----------------------------------------------------------------------------------------

    def _login_page(self, path: str) -> str:
        asked = dict(parse_qsl(urlsplit(path).query))
        claims = {name: value for name, value in self.launching.items() if name != "target"}
        fields = self.token(path, **claims)
        inputs = "".join(f'<input name="{k}" value="{html.escape(v)}">' for k, v in fields.items())
        target = html.escape(asked["redirect_uri"])
        return f'<form method="post" action="{target}">{inputs}</form><script>document.forms[0].submit()</script>'

    def _course_page(self) -> str:
        """A course of the platform with the tool in a frame, as an LMS shows it."""
        target = self.launching.get("target", "launch")
        asked = {
            "iss": ISSUER,
            "client_id": CLIENT_ID,
            "login_hint": "1",
            "target_link_uri": f"{self.tool_login.partition('/lti/')[0]}/lti/{target}",
        }
        url = html.escape(f"{self.tool_login}?{urlencode(asked)}")
        return f'<!doctype html><title>Counseling 101</title><iframe name="tool" width="900" height="700" src="{url}"></iframe>'


class _Handler(BaseHTTPRequestHandler):
    lms: ClassVar[Lms]

    def _respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, headers, answer = self.lms.answer(self.command, self.path, self.headers, body)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = _respond  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def running_lms(certificate: Path) -> Iterator[tuple[Lms, WebFetcher]]:
    """The platform on a free port, and a fetcher whose internet is this platform."""
    lms = Lms()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"lms": lms}))
    inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    inside.load_cert_chain(certificate)
    server.socket = inside.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield (
        lms,
        WebFetcher(
            resolve=lambda host, port: ["127.0.0.1"] if host == HOST else [],
            may_ask=lambda address: address == "127.0.0.1",
            context=ssl.create_default_context(cafile=str(certificate)),
            port=server.server_port,
        ),
    )
    server.shutdown()
    thread.join()
    server.server_close()
