"""The site's key files: made once, kept for ever, never replaced in silence."""

import multiprocessing
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ceu.adapters.keys import KeyFileError, SiteKeys, load_or_create_secret
from ceu.signing.keys import VerificationKey
from ceu.signing.records import Answer, verify
from tests.signing.builders import make_record

NOW = datetime(2027, 3, 29, 17, 5, tzinfo=UTC)
LATER = NOW.replace(month=4)


def _start(
    folder: Path, answers: "multiprocessing.Queue[str]", gate: "multiprocessing.synchronize.Event"
) -> None:
    gate.wait()
    key = VerificationKey.of(SiteKeys(folder).signing_key)
    answers.put(f"{key.fingerprint} {load_or_create_secret(folder / 'session-secret')}")


def test_it_works(tmp_path: Path) -> None:
    keys = SiteKeys(tmp_path / "keys")
    current = VerificationKey.of(keys.signing_key)
    assert keys.public_keys == {current.key_id: current}
    assert verify(make_record(private_key=keys.signing_key), keys.public_keys).answer is Answer.GENUINE


def test_the_key_is_kept(tmp_path: Path) -> None:
    first, second = SiteKeys(tmp_path), SiteKeys(tmp_path)
    assert first.public_keys == second.public_keys


def test_only_the_owner_may_read_the_key(tmp_path: Path) -> None:
    SiteKeys(tmp_path / "keys")
    load_or_create_secret(tmp_path / "keys" / "session-secret")
    for name in ("site-key.pem", "session-secret"):
        assert stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("fork")
    answers, gate = spawn.Queue(), spawn.Event()
    processes = [spawn.Process(target=_start, args=(tmp_path, answers, gate)) for _ in range(6)]
    for process in processes:
        process.start()
    gate.set()
    found = {answers.get(timeout=30) for _ in processes}
    for process in processes:
        process.join()
    assert len(found) == 1
    assert sorted(path.suffix for path in tmp_path.iterdir()) == ["", ".json", ".pem"], (
        "no temporary file is left"
    )


def test_a_replaced_key_still_checks_what_it_signed(tmp_path: Path) -> None:
    keys = SiteKeys(tmp_path)
    before = make_record(private_key=keys.signing_key)
    late = make_record(private_key=keys.signing_key, signed_at=LATER)
    keys.replace(NOW)
    after = make_record(private_key=keys.signing_key, signed_at=LATER)
    for ring in (keys.public_keys, SiteKeys(tmp_path).public_keys):
        assert len(ring) == 2
        assert verify(before, ring).answer is Answer.GENUINE
        assert verify(after, ring).answer is Answer.GENUINE
        assert verify(late, ring).answer is Answer.ALTERED


def test_a_broken_key_is_not_replaced(tmp_path: Path) -> None:
    SiteKeys(tmp_path)
    (tmp_path / "site-key.pem").write_text("-----BEGIN PRIVATE KEY-----\nMC4\n-----END PRIVATE KEY-----\n")
    with pytest.raises(KeyFileError, match=r"cannot be read: .* Restore it from a backup"):
        SiteKeys(tmp_path)


def test_an_empty_key_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "site-key.pem").touch()
    with pytest.raises(KeyFileError, match="No new key was made"):
        SiteKeys(tmp_path)


def test_a_lost_key_is_not_replaced(tmp_path: Path) -> None:
    keys = SiteKeys(tmp_path)
    (tmp_path / "site-key.pem").unlink()
    with pytest.raises(
        KeyFileError, match=f"is missing, but the site has signed with {next(iter(keys.public_keys))}"
    ):
        SiteKeys(tmp_path)


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    pem = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "site-key.pem").write_bytes(pem)
    with pytest.raises(KeyFileError, match="another kind"):
        SiteKeys(tmp_path)


def test_a_damaged_public_key_is_named(tmp_path: Path) -> None:
    SiteKeys(tmp_path)
    path = next(tmp_path.glob("*.json"))
    path.write_text(path.read_text().replace("Ed25519", "RSA"))
    with pytest.raises(KeyFileError, match=path.name):
        SiteKeys(tmp_path)


def test_the_secret_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "session-secret"
    secret = load_or_create_secret(path)
    assert len(secret) == 64
    assert load_or_create_secret(path) == secret


@pytest.mark.parametrize("damage", [b"", b"0123abc", "é".encode("latin-1") * 64])
def test_a_damaged_secret_is_not_replaced(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "session-secret"
    path.write_bytes(damage)
    with pytest.raises(KeyFileError, match="session secret"):
        load_or_create_secret(path)
