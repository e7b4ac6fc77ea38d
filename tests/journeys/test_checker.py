"""The page for a USB stick: opened from a disk in a real browser without network, on genuine, altered and foreign files."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from playwright.sync_api import Browser, Page

from ceu.experience.queries import HoursByState
from ceu.exporting.log import log_file
from ceu.signing.canonical import canonical
from ceu.signing.export import verify_file
from ceu.signing.keys import VerificationKey
from ceu.signing.records import Answer, SignedRecord, Signer, seal
from tests.browser import axe_findings

pytestmark = [pytest.mark.journey, pytest.mark.slow]

NOW = datetime(2027, 3, 31, 17, 5, tzinfo=UTC)
WITHOUT_WEBCRYPTO = "Object.defineProperty(globalThis, 'crypto', {value: undefined})"

Open = Callable[..., Page]


def week(key: Ed25519PrivateKey, start: str, previous: str | None) -> SignedRecord:
    body = {
        "trainee": "Ärin Žižek 𝒜",
        "setting": {"name": "Bayview"},
        "week": {"start": start, "end": start},
        "totals": {"minutes": 1810},
    }
    return seal(
        kind="experience_sign_off", body=body, signer=Signer("4", "Dana Example", "LMFT 98765"), meaning="I attest",
        identity_check="password again", signed_at=NOW, previous=previous, private_key=key,
    )  # fmt: skip


def export(key: Ed25519PrivateKey) -> dict[str, Any]:
    first = week(key, "2027-03-15", None)
    texts = [canonical(one.as_json()).decode() for one in (first, week(key, "2027-03-22", first.sha256))]
    entries = [{"id": 1, "day": "2027-03-15", "minutes": 50, "note": "“quoted” \u2028 \u001f / <b>"}]
    data = log_file(
        {"name": "Alice Example"}, {"entries": entries}, HoursByState(3620, 3620, 3620), texts,
        [VerificationKey.of(key)], key, NOW,
    )  # fmt: skip
    file: dict[str, Any] = json.loads(data)
    return file


@pytest.fixture
def key(running: tuple[str, Flask]) -> Ed25519PrivateKey:
    """The key of the site the checking page comes from."""
    found: Ed25519PrivateKey = running[1].extensions["ceu.outside"].keys.signing_key
    return found


@pytest.fixture
def opened(browser: Browser, running: tuple[str, Flask], tmp_path: Path) -> Iterator[Open]:
    """Opens the checking page from a disk; whatever it asks of any network fails the test."""
    path = tmp_path / "check.html"
    path.write_bytes(running[1].test_client().get("/check/checker.html").data)
    asked: list[str] = []
    contexts = []

    def open_page(script: str = "", **options: Any) -> Page:
        context = browser.new_context(offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        if script:
            page.add_init_script(script)
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: asked.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [url for url in asked if url != path.as_uri()] == []


def answer(page: Page, data: str | bytes) -> str:
    """What the page says about a file."""
    content = data if isinstance(data, bytes) else data.encode()
    page.get_by_label("File to check").set_input_files(
        {"name": "file.json", "mimeType": "application/json", "buffer": content}
    )
    page.locator("#answer section h2").first.wait_for()
    text = " ".join(page.locator("#answer").inner_text().split())
    page.get_by_label("File to check").set_input_files([])
    page.evaluate("document.getElementById('answer').replaceChildren()")
    return text


def test_a_genuine_file_is_genuine(opened: Open, key: Ed25519PrivateKey) -> None:
    page = opened()
    assert "signatures" in page.locator("#ability").inner_text()
    said = answer(page, json.dumps(export(key)))
    assert said.startswith("Genuine: file.json")
    assert "3 records" in said
    assert "Ärin Žižek 𝒜, Bayview, week of 2027-03-15, 30:10 h" in said
    assert "1 entries, 60:20 h logged" in said
    assert answer(page, json.dumps(export(key)["records"][1])).startswith("Genuine")


ALTERATIONS: dict[str, Callable[[dict[str, Any]], object]] = {
    "a minute": lambda file: file["records"][-1]["body"]["entries"][0].update(minutes=51),
    "a name": lambda file: file["records"][0]["signer"].update(name="Dana Exemple"),
    "a record cut out": lambda file: file["records"].pop(1),
    "the order": lambda file: file["records"].reverse(),
    "a record twice": lambda file: file["records"].append(file["records"][-1]),
    "a signature of another record": lambda file: file["records"][0].update(
        signature=file["records"][1]["signature"]
    ),
    "a field too many": lambda file: file["records"][0].update(remark="x"),
    "something else in the file": lambda file: file.update(remark="x"),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_an_altered_file_is_altered(opened: Open, key: Ed25519PrivateKey, name: str) -> None:
    file = export(key)
    ALTERATIONS[name](file)
    text = json.dumps(file)
    ring = {VerificationKey.of(key).key_id: VerificationKey.of(key)}
    assert verify_file(text.encode(), ring).verification.answer is Answer.ALTERED
    assert answer(opened(), text).startswith("Altered: file.json")


def test_a_foreign_file_cannot_be_told_until_its_key_is_trusted(opened: Open) -> None:
    foreign = Ed25519PrivateKey.generate()
    file = json.dumps(export(foreign))
    page = opened()
    said = answer(page, file)
    assert said.startswith("Cannot tell: file.json")
    assert VerificationKey.of(foreign).fingerprint in said
    page.get_by_label("Another public key").fill(str(VerificationKey.of(foreign).as_json()["public_key"]))
    assert answer(page, file).startswith("Genuine")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"format": "ceu-export/1"',
        '{"format": "x"}',
        '{"a": 1, "a": 1}',
        '{"a": 1.5}',
        "\u0000",
        "%PDF-1.7",
    ],
)
def test_what_is_no_record_cannot_be_told(opened: Open, text: str) -> None:
    assert answer(opened(), text or " ").startswith("Cannot tell")


def test_a_file_that_is_not_text_cannot_be_told(opened: Open) -> None:
    assert answer(opened(), b"\xff\xfe\x00").startswith("Cannot tell")


def test_without_webcrypto_it_says_so_and_checks_hashes_and_chain(
    opened: Open, key: Ed25519PrivateKey
) -> None:
    page = opened(WITHOUT_WEBCRYPTO)
    assert "cannot check Ed25519" in page.locator("#ability").inner_text()
    said = answer(page, json.dumps(export(key)))
    assert said.startswith("Cannot tell")
    assert "fits its SHA-256" in said
    for name in ("a minute", "a record cut out", "the order"):
        file = export(key)
        ALTERATIONS[name](file)
        assert answer(page, json.dumps(file)).startswith("Altered"), name


def test_its_hash_is_sha_256(opened: Open) -> None:
    page = opened(WITHOUT_WEBCRYPTO)
    for length in (0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 1000):
        found = page.evaluate("length => sha256InScript(new Uint8Array(length).fill(171))", length)
        assert found == hashlib.sha256(b"\xab" * length).hexdigest(), length


def test_its_spelling_is_that_of_the_site(opened: Open) -> None:
    value = {"z": [True, None, -5, 2**53 - 1], "é": '\u2028\u007f\\"/\b\t', "𝒜": {}, "\ufb33": "€", "a": []}
    found = opened().evaluate("text => canonical(parse(text))", json.dumps(value))
    assert found == canonical(value).decode()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_the_page_is_accessible(opened: Open, key: Ed25519PrivateKey, theme: str, width: int) -> None:
    page = opened(color_scheme=theme, viewport={"width": width, "height": 800})
    assert axe_findings(page) == []
    page.get_by_label("File to check").set_input_files(
        {"name": "file.json", "mimeType": "application/json", "buffer": json.dumps(export(key)).encode()}
    )
    page.get_by_role("heading", name="Genuine: file.json").wait_for()
    assert axe_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("File to check").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "key"
