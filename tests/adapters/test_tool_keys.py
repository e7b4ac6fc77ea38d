"""The keys of the tool: a key is published before it signs, and stays published after."""

import stat
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from ceu.adapters.keys import KeyFileError
from ceu.adapters.tool_keys import ToolKeys


def ids(keys: ToolKeys) -> list[str]:
    return [key["kid"] for key in keys.published()["keys"]]


def test_the_first_key_signs_and_the_second_waits(tmp_path: Path) -> None:
    keys = ToolKeys(tmp_path / "lti")
    current, coming = ids(keys)
    token = jwt.decode(keys.sign({"a": 1}), KeySet.import_key_set(keys.published()), algorithms=["RS256"])
    assert (token.header["kid"], token.claims) == (current, {"a": 1})
    assert current != coming
    assert ids(ToolKeys(tmp_path / "lti")) == [current, coming]


def test_after_a_rotation_every_key_that_signed_lately_is_still_published(tmp_path: Path) -> None:
    keys = ToolKeys(tmp_path / "lti")
    first, second = ids(keys)
    before = keys.sign({})
    known_to_platforms = KeySet.import_key_set(keys.published())
    assert keys.rotate() == second
    current, third, previous = ids(keys)
    assert (current, previous) == (second, first)
    assert third not in {first, second}
    jwt.decode(keys.sign({}), known_to_platforms, algorithms=["RS256"])
    jwt.decode(before, KeySet.import_key_set(keys.published()), algorithms=["RS256"])
    keys.rotate()
    assert first not in ids(keys)


def test_nothing_private_is_published(tmp_path: Path) -> None:
    keys = ToolKeys(tmp_path / "lti")
    for key in keys.published()["keys"]:
        assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}
    for path in (tmp_path / "lti").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_damaged_key_is_said_and_not_replaced(tmp_path: Path) -> None:
    keys = ToolKeys(tmp_path / "lti")
    keys.sign({})
    (tmp_path / "lti" / "current.pem").write_text("garbage")
    with pytest.raises(KeyFileError, match="Restore it from a backup"):
        keys.sign({})
    assert (tmp_path / "lti" / "current.pem").read_text() == "garbage"
