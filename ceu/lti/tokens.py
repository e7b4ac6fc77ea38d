"""Checking a platform's token: by the platform's own keys, with one algorithm, for this registration, once and in time. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from ceu.domain.errors import DomainError

ALGORITHM = "RS256"
LEEWAY = timedelta(seconds=60)
OLDEST = timedelta(minutes=15)
"""A token that was issued longer ago belongs to no launch of now, whatever it says of its own life."""

LARGEST = 100_000


def key_id_of(token: str) -> str:
    """The id of the key that signed, by the token's own word; raises DomainError for what is no such token."""
    if len(token) > LARGEST:
        raise DomainError("Your learning platform sent a message that is far too long.")
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError):
        raise _garbled() from None
    kid = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(kid, str):
        raise DomainError(
            f"The message of your learning platform is not signed as LTI asks for ({ALGORITHM}, with the id of the key)."
        )
    return kid


def checked_claims(
    token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, now: datetime
) -> Mapping[str, Any]:
    """The claims of a token that is genuine and meant for this registration and this sign-in; else DomainError."""
    if all(key.kid != key_id_of(token) for key in keys.keys):
        raise DomainError(
            "The message is signed with a key that your learning platform does not publish. Try again in a minute."
        )
    try:
        claims = jwt.decode(token, keys, algorithms=[ALGORITHM]).claims
    except (JoseError, ValueError, TypeError):
        raise DomainError(
            "The signature of your learning platform is not genuine. Nothing was opened."
        ) from None
    registry = JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=int(LEEWAY.total_seconds()),
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        registry.validate(claims)
    except ExpiredTokenError:
        raise _too_old() from None
    except (JoseError, ValueError, TypeError) as error:
        raise DomainError(
            f"The message of your learning platform is not meant for this sign-in ({_claim_of(error)}). Open the link "
            "there once more; if it stays so, its registration here does not fit."
        ) from None
    if claims["iat"] < (now - OLDEST).timestamp():
        raise _too_old()
    _check_parties(claims, client_id)
    return claims


def _check_parties(claims: Mapping[str, Any], client_id: str) -> None:
    """Security Framework 5.1.3: with several audiences the authorized party must be named, and whoever is named must be we."""
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise DomainError(
            "The message of your learning platform was made for another tool. Nothing was opened."
        )


def _claim_of(error: Exception) -> str:
    return str(getattr(error, "claim", None) or "its claims are garbled")


def _garbled() -> DomainError:
    return DomainError(
        "Your learning platform sent no message that can be read. Open the link there once more."
    )


def _too_old() -> DomainError:
    return DomainError("The message of your learning platform is too old. Open the link there once more.")
