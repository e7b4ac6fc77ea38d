"""The commands that need no server."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ceu.adapters.keys import SiteKeys
from ceu.adapters.rulecases import CaseLibrary
from ceu.adapters.rulepacks import PackLibrary
from ceu.cli import ceu
from ceu.domain.minutes import parse_minutes
from ceu.rules.engine import assess
from ceu.rules.ledger import Ledger
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


@pytest.mark.parametrize("command", [["remind"], ["tidy"], ["rulepacks", "notify"]])
def test_a_command_on_an_older_database_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("CEU_FOLDER", str(tmp_path))
    monkeypatch.delenv("CEU_DATABASE_URL", raising=False)
    result = CliRunner().invoke(ceu, command)
    assert result.exit_code == 1
    assert "python -m ceu migrate" in result.output
    assert CliRunner().invoke(ceu, ["migrate"]).exit_code == 0
    assert CliRunner().invoke(ceu, command).exit_code == 0


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
    assert "good     us-ca/lmft: " in result.output
    assert "untried  us-ca/" not in result.output


# ---- rule packs --------------------------------------------------------------------------------------------------


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders of this test's own for packs and cases."""
    (tmp_path / "packs").mkdir()
    (tmp_path / "cases").mkdir()
    monkeypatch.setattr("ceu.cli.RULEPACKS", tmp_path / "packs")
    monkeypatch.setenv("CEU_RULE_CASES", str(tmp_path / "cases"))
    return tmp_path


def rulepacks(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(ceu, ["rulepacks", *words])
    return result.exit_code, result.output


@pytest.mark.parametrize("pack_id", ["us-xx/lpc", "us-xx/lpc-ce", "fr/psy-pro"])
def test_a_new_pack_is_good_tried_and_knows_nothing(shelf: Path, pack_id: str) -> None:
    assert rulepacks("new", pack_id)[0] == 0
    code, said = rulepacks("check")
    assert code == 0
    assert [line.partition(" ")[0] for line in said.splitlines()] == ["good"]
    pack = PackLibrary(shelf / "packs").get(pack_id)
    assert pack.kind == ("ce" if pack_id.endswith("-ce") else "experience")
    assert {rule.status for version in pack.versions for rule in version.rules()} == {"unknown"}
    assert {rule.amount for version in pack.versions for rule in version.rules()} == {None}


@pytest.mark.parametrize("pack_id", ["us-xx/lpc", "us-xx/lpc-ce"])
def test_the_cases_of_a_new_pack_hold(shelf: Path, pack_id: str) -> None:
    rulepacks("new", pack_id)
    pack = PackLibrary(shelf / "packs").get(pack_id)
    for case in CaseLibrary(shelf / "cases").of(pack_id):
        said = assess(pack, Ledger.from_rows(case.rows()), case.facts, case.as_of)
        assert sum(said.undetermined_minutes) == parse_minutes(str(case.expect.undetermined or "0:00"))
        for rule, answer in case.expect.answers.items():
            assert said.requirement(rule).answer == answer, case.name
        for rule, amount in case.expect.have.items():
            assert said.requirement(rule).have == parse_minutes(str(amount)), case.name


def test_a_second_pack_of_a_place_joins_its_register(shelf: Path) -> None:
    rulepacks("new", "us-xx/lpc")
    rulepacks("new", "us-xx/lpc-ce")
    assert {entry.pack for entry in PackLibrary(shelf / "packs").coverage()} == {"us-xx/lpc", "us-xx/lpc-ce"}


def test_nothing_is_overwritten(shelf: Path) -> None:
    rulepacks("new", "us-xx/lpc")
    path = shelf / "packs" / "us-xx" / "lpc.yaml"
    path.write_text("mine")
    code, said = rulepacks("new", "us-xx/lpc")
    assert code == 1
    assert "This file is there already." in said
    assert path.read_text() == "mine"
    path.unlink()
    assert "This file is there already." in rulepacks("new", "us-xx/lpc")[1]
    assert not path.exists()


@pytest.mark.parametrize("name", ["lpc", "US-XX/LPC", "us-xx/../lpc", "usa/lpc", "us-xx/lpc/more", ""])
def test_a_name_that_is_none_is_refused(shelf: Path, name: str) -> None:
    code, said = rulepacks("new", name)
    assert code == 1
    assert "is not the name of a pack" in said
    assert list(shelf.rglob("*.yaml")) == []


def test_a_check_says_everything_that_is_wrong(shelf: Path) -> None:
    rulepacks("new", "us-xx/lpc")
    rulepacks("new", "us-xx/lmft")
    rulepacks("new", "us-xx/lcsw")
    pack = shelf / "packs" / "us-xx" / "lpc.yaml"
    pack.write_text(pack.read_text().replace("status: unknown", "status: sure").replace("board:", "bord:"))
    cases = shelf / "cases" / "us-xx" / "lmft.yaml"
    cases.write_text(cases.read_text().replace("expect:", "expects:", 1))
    tried = shelf / "cases" / "us-xx" / "lcsw.yaml"
    tried.write_text(tried.read_text().replace("threshold: hours.total", "threshold: version", 1))
    code, said = rulepacks("check")
    assert code == 1
    assert "lpc.yaml, line 11: “bord” is not a key of this part." in said
    assert said.count("lpc.yaml, line") == 4  # two statuses, a key too many and one missing
    assert "lmft.yaml, line 17: “expects” is not a key of this part." in said
    assert "untried  us-xx/lcsw: hours.total. Write two cases" in said


def test_a_check_says_which_pack_no_register_names(shelf: Path) -> None:
    rulepacks("new", "us-xx/lpc")
    (shelf / "packs" / "us-xx" / "coverage.yaml").write_text("coverage: []\n")
    code, said = rulepacks("check")
    assert code == 1
    assert "unlisted us-xx/lpc" in said
    assert "coverage.yaml, line 1: “coverage” is empty." in said


# ---- settings ----------------------------------------------------------------------------------------------------


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


def test_course_folders_are_checked(tmp_path: Path) -> None:
    good = CliRunner().invoke(ceu, ["courses", "check"])
    assert good.exit_code == 0
    assert "good     telehealth-law-and-ethics-california: " in good.output
    folder = tmp_path / "listening"
    folder.mkdir()
    (folder / "course.yaml").write_text("id: listening\ntitel: x\n")
    for asked in (folder, tmp_path):
        bad = CliRunner().invoke(ceu, ["courses", "check", str(asked)])
        assert bad.exit_code == 1
        assert f"refused  {folder}/assessment.yaml, line 1: The file cannot be read" in bad.output
    (folder / "assessment.yaml").write_text("questions:\n  - stem: Who?\n")
    bad = CliRunner().invoke(ceu, ["courses", "check", str(folder)])
    assert f"refused  {folder}/course.yaml, line 2: 'titel' is not a field here." in bad.output
    assert f"refused  {folder}/assessment.yaml, line 2: 'options' is missing." in bad.output


def test_a_folder_without_courses_says_so(tmp_path: Path) -> None:
    answer = CliRunner().invoke(ceu, ["courses", "check", str(tmp_path)])
    assert answer.exit_code == 1
    assert "There is no course.yaml" in answer.output
