"""Speaking with learning platforms (LTI): their public keys, access tokens for their services, and what those answer.

Source: 1EdTech Security Framework 1.0: tokens by client credentials (section 4), public keys (section 6).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from ceu.adapters.addresses import Answer, Fetcher, Question
from ceu.adapters.clock import Clock
from ceu.adapters.tool_keys import ToolKeys
from ceu.domain.errors import DomainError

KEYS_LAST = timedelta(minutes=15)
"""A platform that withdraws a key is believed after so long at the latest."""

ASK_AGAIN = timedelta(minutes=1)
"""A token with an unknown key makes the site ask for the keys again, but no more often than this."""

ASSERTION_LIFE = timedelta(minutes=5)
MOST_KEYS = 50

_SPARE = timedelta(seconds=30)
_OK = frozenset({200, 201, 202, 204})


@dataclass(frozen=True)
class Client:
    """The site as one platform knows it: the id it has there, and where it gets tokens."""

    client_id: str
    token_url: str
    token_audience: str


class PlatformRefusal(DomainError):
    """What a service of the platform said instead of success, with its status."""

    def __init__(self, what: str, answer: Answer) -> None:
        super().__init__(f"{what} (status {answer.status}): {excerpt(answer)}")
        self.status = answer.status


class Platforms:
    """All that the site asks of platforms. Keys and tokens are kept in the memory of this process."""

    def __init__(self, fetcher: Fetcher, keys: ToolKeys, clock: Clock) -> None:
        self.keys = keys
        self._fetcher, self._clock, self._lock = fetcher, clock, Lock()
        self._found: dict[str, tuple[datetime, KeySet]] = {}
        self._tokens: dict[tuple[str, str, str], tuple[datetime, str]] = {}

    def keys_at(self, jwks_url: str, kid: str | None = None) -> KeySet:
        """The platform's keys, not older than KEYS_LAST; asked for anew for a key id that is not among them.

        Raises DomainError with a sentence when they cannot be had.
        """
        now = self._clock.now()
        with self._lock:
            known = self._found.get(jwks_url)
        if known is not None:
            age = now - known[0]
            is_there = kid is None or any(key.kid == kid for key in known[1].keys)
            if age < (KEYS_LAST if is_there else ASK_AGAIN):
                return known[1]
        found = read_keys(self._fetcher.ask(Question(jwks_url, headers={"Accept": "application/json"})))
        with self._lock:
            self._found[jwks_url] = (now, found)
        return found

    def fresh_keys_at(self, jwks_url: str) -> KeySet:
        """The platform's keys as they are published at this moment."""
        with self._lock:
            self._found.pop(jwks_url, None)
        return self.keys_at(jwks_url)

    def configuration_at(self, address: str) -> Mapping[str, Any]:
        """What a platform says of itself at its configuration's address. Raises DomainError."""
        answer = self._fetcher.ask(Question(address, headers={"Accept": "application/json"}))
        if answer.status not in _OK:
            raise PlatformRefusal("The platform did not show its configuration", answer)
        return json_of(answer)

    def register(self, address: str, token: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask a platform to register the site, with the token it gave for it, if it gave one. Raises DomainError."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        answer = self._fetcher.ask(Question(address, "POST", headers, json.dumps(asked).encode()))
        if answer.status not in _OK:
            raise PlatformRefusal("The platform did not take the registration", answer)
        return json_of(answer)

    def call(self, client: Client, scope: str, question: Question) -> Answer:
        """Ask a service of the platform with a token of this scope. Raises DomainError for anything but success."""
        for _ in range(2):
            token = self._token(client, scope)
            headers = {**question.headers, "Authorization": f"Bearer {token}"}
            answer = self._fetcher.ask(Question(question.address, question.method, headers, question.body))
            if answer.status != 401:
                break
            with self._lock:
                self._tokens.pop((client.token_url, client.client_id, scope), None)
        if answer.status not in _OK:
            raise PlatformRefusal("The platform refused it", answer)
        return answer

    def _token(self, client: Client, scope: str) -> str:
        now, name = self._clock.now(), (client.token_url, client.client_id, scope)
        with self._lock:
            known = self._tokens.get(name)
        if known is not None and now < known[0]:
            return known[1]
        asked = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self.keys.sign(
                {
                    "iss": client.client_id,
                    "sub": client.client_id,
                    "aud": client.token_audience or client.token_url,
                    "iat": int(now.timestamp()),
                    "exp": int((now + ASSERTION_LIFE).timestamp()),
                    "jti": token_urlsafe(16),
                }
            ),
            "scope": scope,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        answer = self._fetcher.ask(Question(client.token_url, "POST", headers, urlencode(asked).encode()))
        if answer.status not in _OK:
            raise PlatformRefusal("The platform gave no token", answer)
        given = json_of(answer)
        token, life = given.get("access_token"), given.get("expires_in")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise DomainError("The platform’s token address answered without an access token.")
        seconds = min(life, 86_400) if isinstance(life, int) and life > 0 else 60
        with self._lock:
            self._tokens[name] = (now + timedelta(seconds=seconds) - _SPARE, token)
        return token


def json_of(answer: Answer) -> Mapping[str, Any]:
    """The JSON object in an answer. Raises DomainError when it holds none."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise DomainError("What is at this address is not JSON.") from None
    if not isinstance(found, dict):
        raise DomainError("What is at this address is JSON, but not an object.")
    return found


def read_keys(answer: Answer) -> KeySet:
    """The RSA keys of a key set that can check signatures. Raises DomainError when there are none."""
    if answer.status != 200:
        raise DomainError(f"The platform’s key set was refused (status {answer.status}). Check its address.")
    listed = json_of(answer).get("keys")
    if not isinstance(listed, list):
        raise DomainError("What is at the address of the key set is not one: it has no “keys”.")
    keys = [key for each in listed[:MOST_KEYS] if (key := _rsa_key(each)) is not None]
    if not keys:
        raise DomainError(
            "The platform’s key set holds no RSA key with an id, so no launch could be checked."
        )
    return KeySet(list(keys))


def _rsa_key(given: Any) -> RSAKey | None:
    if not isinstance(given, dict) or given.get("kty") != "RSA" or not isinstance(given.get("kid"), str):
        return None
    if given.get("use", "sig") != "sig":
        return None
    try:
        key = RSAKey.import_key({"kty": "RSA", "n": given["n"], "e": given["e"], "kid": given["kid"]})
        return key if key.public_key.key_size >= 2048 else None
    except (JoseError, KeyError, TypeError, ValueError):
        return None


def excerpt(answer: Answer) -> str:
    """The beginning of an answer, in one printable line."""
    text = " ".join(answer.body[:400].decode("utf-8", "replace").split())
    return "".join(letter for letter in text if letter.isprintable())[:200] or "no more was said"
