"""What platform and site say to each other when a platform registers the site by itself. Pure.

Source: 1EdTech LTI Dynamic Registration 1.0: the platform's configuration (section 3.2), the registration (3.5) and its answer (3.6).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ceu.adapters.addresses import plain_address
from ceu.domain.errors import DomainError
from ceu.lti.claims import LINE_SCOPE, NAMES_SCOPE, SCORE_SCOPE

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
SCOPES = (SCORE_SCOPE, LINE_SCOPE, NAMES_SCOPE)

LONGEST = 500


@dataclass(frozen=True)
class Configuration:
    """What a platform says of itself: where it registers, signs people in, gives tokens and publishes its keys."""

    issuer: str
    login_url: str
    token_url: str
    token_audience: str
    jwks_url: str
    registration_url: str
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Addresses:
    """The site's own addresses of one registration, and its name there."""

    name: str
    launch: str
    login: str
    keys: str
    choosing: str


def host_of(address: str) -> str:
    """The host of a platform's address; raises DomainError for anything that is no address by HTTPS."""
    plain_address(address)
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or not set(parts.netloc).isdisjoint("*;,'\""):
        raise DomainError("Your learning platform gave an address that does not begin with https://.")
    return parts.hostname


def configuration_of(said: Mapping[str, Any], asked_at: str) -> Configuration:
    """The configuration that was found at an address. Raises DomainError where it is not whole.

    The issuer must be of the host that was asked, as the specification demands: nobody registers in another's name.
    """
    found = Configuration(
        issuer=_address(said, "issuer"),
        login_url=_address(said, "authorization_endpoint"),
        token_url=_address(said, "token_endpoint"),
        token_audience=_text(said, "authorization_server"),
        jwks_url=_address(said, "jwks_uri"),
        registration_url=_address(said, "registration_endpoint"),
        scopes=_offered(said.get("scopes_supported")),
    )
    if host_of(found.issuer) != host_of(asked_at):
        raise DomainError(
            f"The configuration at {host_of(asked_at)} speaks for {found.issuer}, which is another site. Nothing was "
            "registered."
        )
    return found


def registration_of_tool(addresses: Addresses, configuration: Configuration) -> dict[str, Any]:
    """What the site asks to be registered as; of the services, only those the platform offers."""
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "client_name": addresses.name,
        "initiate_login_uri": addresses.login,
        "redirect_uris": [addresses.launch],
        "jwks_uri": addresses.keys,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(scope for scope in SCOPES if scope in configuration.scopes),
        TOOL: {
            "domain": urlsplit(addresses.launch).netloc,
            "target_link_uri": addresses.launch,
            "claims": ["iss", "sub", "name"],
            "messages": [
                {"type": "LtiResourceLinkRequest"},
                {
                    "type": "LtiDeepLinkingRequest",
                    "target_link_uri": addresses.choosing,
                    "label": "Ceu courses",
                },
            ],
        },
    }


def answer_of(said: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The client id that the platform gave, and the deployment ids, which it may leave for later. Raises DomainError."""
    client_id = _text(said, "client_id", 255)
    if not client_id:
        raise DomainError("The platform took the registration, but gave no client id. Nothing was saved.")
    tool = said.get(TOOL)
    deployment = _text(tool, "deployment_id", 255) if isinstance(tool, dict) else ""
    return client_id, [deployment] if deployment else []


def _address(said: Mapping[str, Any], name: str) -> str:
    address = _text(said, name)
    if not address:
        raise DomainError(f"The configuration of the platform does not say its “{name}”.")
    host_of(address)
    return address


def _text(said: Mapping[str, Any], name: str, longest: int = LONGEST) -> str:
    value = said.get(name)
    return value if isinstance(value, str) and len(value) <= longest and value.isprintable() else ""


def _offered(scopes: Any) -> tuple[str, ...]:
    return tuple(scope for scope in scopes if isinstance(scope, str)) if isinstance(scopes, list) else ()
