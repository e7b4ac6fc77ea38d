"""The commands that need no server."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ceu.adapters.keys import SiteKeys
from ceu.cli import ceu
from ceu.settings import Settings, SettingsError
from ceu.signing.export import export_file
from ceu.signing.keys import VerificationKey
from ceu.signing.records import Signer, seal


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def exported(tmp_path: Path, key: Ed25519PrivateKey) -> Path:
    """A file with one sealed record."""
    record = seal(
        kind="experience_sign_off",
        body={"trainee": "Alice Romero", "minutes": 600},
        signer=Signer("7", "Dana Whitfield", "LMFT 61042"),
        meaning="I attest.",
        identity_check="password",
        signed_at=datetime(2026, 11, 24, 17, 0, tzinfo=UTC),
        previous=None,
        private_key=key,
    )
    path = tmp_path / "log.json"
    path.write_bytes(export_file([record], [VerificationKey.of(key)]))
    return path


def run(path: Path, key: Ed25519PrivateKey) -> tuple[int, str]:
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    result = CliRunner().invoke(ceu, ["verify", str(path), "--key", public])
    return result.exit_code, result.output


def test_a_genuine_file_is_genuine(exported: Path, key: Ed25519PrivateKey) -> None:
    code, said = run(exported, key)
    assert code == 0
    assert "Dana Whitfield" in said


def test_an_altered_file_is_altered(exported: Path, key: Ed25519PrivateKey) -> None:
    changed = json.loads(exported.read_text())
    changed["records"][0]["body"]["minutes"] = 6000
    exported.write_text(json.dumps(changed))
    assert run(exported, key)[0] == 1


def test_a_stranger_s_key_cannot_tell(exported: Path) -> None:
    assert run(exported, Ed25519PrivateKey.generate())[0] == 2


def test_a_file_that_is_none_cannot_tell(tmp_path: Path, key: Ed25519PrivateKey) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(b"\xff\xd8 no json")
    assert run(path, key)[0] == 2


def test_a_pdf_is_sent_to_its_page(tmp_path: Path, key: Ed25519PrivateKey) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(b"%PDF-1.7 ...")
    code, said = run(path, key)
    assert code == 2
    assert "/verify/" in said


def test_a_key_that_is_none_is_refused(exported: Path) -> None:
    result = CliRunner().invoke(ceu, ["verify", str(exported), "--key", "bm8ga2V5"])
    assert result.exit_code == 2
    assert "not a 32-byte Ed25519 key" in result.output


def test_a_new_key_signs_and_the_old_one_is_still_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CEU_FOLDER", str(tmp_path))
    old = VerificationKey.of(SiteKeys(tmp_path / "keys").signing_key).key_id
    result = CliRunner().invoke(ceu, ["replace-key"])
    assert result.exit_code == 0
    keys = SiteKeys(tmp_path / "keys")
    new = VerificationKey.of(keys.signing_key).key_id
    assert new in result.output
    assert set(keys.public_keys) == {old, new}


def test_the_rule_packs_are_good() -> None:
    result = CliRunner().invoke(ceu, ["rulepacks", "check"])
    assert result.exit_code == 0
    assert "good    us-ca/lmft" in result.output


def test_every_wrong_setting_is_said_at_once() -> None:
    wrong = {
        "CEU_SITE_URL": "ceu.example.org",
        "CEU_DATABASE_URL": "mysql://x",
        "CEU_MAIL_URL": "pigeon:loft",
        "CEU_SECRET_KEY": "short",
        "CEU_TRUSTED_PROXIES": "many",
        "CEU_OPERATOR_EMAIL": "ask the front desk",
    }
    with pytest.raises(SettingsError) as refused:
        Settings.from_env(wrong)
    for name in wrong:
        assert name in str(refused.value)


def test_the_operator_s_address_is_optional() -> None:
    assert Settings.from_env({}).operator_email is None
    assert (
        Settings.from_env({"CEU_OPERATOR_EMAIL": "rules@example.org"}).operator_email == "rules@example.org"
    )
