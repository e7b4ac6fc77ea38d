"""The public rule library: readable without an account, at no query, and standing when a pack is broken."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.rulecases import CaseLibrary
from ceu.adapters.rulepacks import PackLibrary
from ceu.licenses.services import choose_goal
from ceu.settings import ROOT
from tests.client import InspectingClient, text_of
from tests.factories import FROZEN_NOW

PACKS = ROOT / "ceu" / "rulepacks"
IDS = [pack.id for pack in PackLibrary(PACKS).all()]


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder of packs of this test's own: one good pack and the register."""
    (tmp_path / "us-ca").mkdir()
    for name in ("us-ca/lmft.yaml", "us-ca/coverage.yaml"):
        (tmp_path / name).write_text((PACKS / name).read_text())
    return tmp_path


def use(app: Flask, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = replace(app.extensions["ceu.outside"], packs=PackLibrary(shelf))
    monkeypatch.setitem(app.extensions, "ceu.outside", outside)


def test_places_are_named_by_their_tables(client: InspectingClient) -> None:
    captions = client.get("/rules").texts("caption")
    assert {"Nationwide: rules", "California: rules"} <= set(captions)


def test_a_visitor_finds_the_rules(client: InspectingClient, statements: list[str]) -> None:
    page = client.get("/rules")
    assert page.h1 == "Rules"
    assert {"United States", "Canada"} <= set(page.texts("h2"))
    assert "California" in page.texts("h3")
    assert "Supervised experience, LMFT" in page.main
    navigation = [text_of(link) for nav in page.tree.iter("nav") for link in nav.iter("a")]
    assert navigation[:2] == ["Courses", "Rules"]
    assert statements == []


def test_a_visitor_sees_one_kind_of_rules(client: InspectingClient) -> None:
    page = client.get("/rules?kind=ce")
    assert "Continuing education, LMFT" in page.main
    assert "Supervised experience, LMFT" not in page.main
    assert client.get("/rules?kind=cooking").status_code == 404


def test_how_far_the_rules_can_be_trusted_is_public(client: InspectingClient, statements: list[str]) -> None:
    page = client.get("/rules/coverage")
    assert page.h1 == "How far the rules can be trusted"
    assert "What follows when the second unit is missing" in page.main
    assert "California LMFT, supervised experience" in page.texts("h3")
    ids = {element.get("id") for element in page.tree.iter()}
    links = {link.get("href", "") for link in page.tree.iter("a")}
    assert {link[1:] for link in links if link.startswith("#")} <= ids
    assert statements == []


@pytest.mark.parametrize("pack_id", IDS)
def test_every_pack_has_its_page(client: InspectingClient, statements: list[str], pack_id: str) -> None:
    page = client.get(f"/rules/{pack_id}")
    assert page.status_code == 200
    ids = {element.get("id") for element in page.tree.iter()}
    links = {link.get("href", "") for link in page.tree.iter("a")}
    assert {link[1:] for link in links if link.startswith("#")} <= ids
    assert statements == []


def test_a_rule_leads_to_the_examples_that_try_it(client: InspectingClient) -> None:
    page = client.get("/rules/us-ca/lmft")
    rule = next(element for element in page.tree.iter() if element.get("id") == "hours.direct")
    assert "#examples-hours.direct" in {link.get("href") for link in rule.iter("a")}
    group = text_of(
        next(element for element in page.tree.iter() if element.get("id") == "examples-hours.direct")
    )
    assert "1749:59 direct" in group
    assert "24:59 Direct counseling on 27 Jan 2025 (individual)" in group
    assert "“Direct clinical counseling”: 1,749:59, not met." in group


def test_worked_examples_say_why_and_what_is_known(client: InspectingClient) -> None:
    page = client.get("/rules/us-ca/lmft")
    group = text_of(next(element for element in page.tree.iter() if element.get("id") == "examples-worked"))
    assert "17 direct hours need 2 units and have 1" in group
    assert "9:00 Direct counseling on 16 Nov 2026 (individual)" in group


def test_a_site_without_examples_shows_none(
    client: InspectingClient, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = replace(app.extensions["ceu.outside"], cases=CaseLibrary(tmp_path / "nowhere"))
    monkeypatch.setitem(app.extensions, "ceu.outside", outside)
    page = client.get("/rules/us-ca/lmft")
    assert page.status_code == 200
    assert "examples" not in page.main.lower()


def test_examples_that_cannot_be_read_are_said(
    client: InspectingClient, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "us-ca").mkdir()
    (tmp_path / "us-ca" / "lmft.yaml").write_text("pack: us-ca/lmft\n")
    outside = replace(app.extensions["ceu.outside"], cases=CaseLibrary(tmp_path))
    monkeypatch.setitem(app.extensions, "ceu.outside", outside)
    assert "The examples cannot be read" in client.get("/rules/us-ca/lmft").texts("h3")


def test_a_rule_stands_beside_its_law(client: InspectingClient) -> None:
    page = client.get("/rules/us-ca/lmft")
    rule = text_of(next(element for element in page.tree.iter() if element.get("id") == "hours.total"))
    for part in (
        "At least 3,000 hours of supervised experience.",
        "BPC 4980.43(c)(1).",
        "Verified, as of 17 Sep 2026.",
        "“A minimum of 3,000 hours completed during a period of at least 104 weeks”",
    ):
        assert part in rule
    assert "This reading is the default." in page.main


def test_a_link_to_a_rule_unfolds_it(client: InspectingClient) -> None:
    """Browsers open the fold that holds the place a link leads to, so the place must lie inside its fold."""
    page = client.get("/rules/us-ca/lmft")
    folds = [fold for fold in page.tree.iter("details") if "fold" in (fold.get("class") or "").split()]
    inside = {element.get("id") for fold in folds for element in fold.iter()} - {
        fold.get("id") for fold in folds
    }
    assert {"hours.direct", "policy-week_start", "term-counseling", "sources-read"} <= inside
    assert not any("open" in fold.attrib for fold in folds)
    summary = next(
        text_of(fold.find("summary"))
        for fold in folds
        if "hours.direct" in {e.get("id") for e in fold.iter()}
    )
    assert "At least 1,750 hours of direct counseling" in summary


def test_all_rules_are_unfolded_without_a_script(client: InspectingClient) -> None:
    page = client.get("/rules/us-ca/lmft?version=2026")
    link = next(link.get("href") for link in page.tree.iter("a") if text_of(link) == "Unfold all rules")
    page = client.get(link)
    folds = [fold for fold in page.tree.iter("details") if "fold" in (fold.get("class") or "").split()]
    assert folds
    assert all("open" in fold.attrib for fold in folds)
    back = next(link.get("href") for link in page.tree.iter("a") if text_of(link) == "Fold the rules again")
    assert back == "/rules/us-ca/lmft?version=2026"


def test_links_that_leave_the_site_say_nothing_of_the_reader(client: InspectingClient) -> None:
    page = client.get("/rules/us-ca/lmft")
    outside = [link for link in page.tree.iter("a") if (link.get("href") or "").startswith("http")]
    assert outside
    assert {link.get("rel") for link in outside} == {"noopener noreferrer"}


def test_a_version_is_shown_by_its_name(client: InspectingClient) -> None:
    assert client.get("/rules/us-ca/lmft?version=2026").status_code == 200
    assert client.get("/rules/us-ca/lmft?version=1066").status_code == 404


@pytest.mark.parametrize(
    "path", ["/rules/us-xx/none", "/rules/us-ca/coverage", "/rules/../settings", "/rules/"]
)
def test_a_pack_that_is_not_there_is_not_found(client: InspectingClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_broken_pack_is_named_and_the_others_stay(
    client: InspectingClient, app: Flask, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shelf / "us-ca" / "broken.yaml").write_text("pack: us-ca/broken\n")
    use(app, shelf, monkeypatch)
    page = client.get("/rules")
    assert "Some rules cannot be read" in page.texts("h2")
    assert "us-ca/broken" in page.texts("li")
    assert str(shelf) not in page.get_data(as_text=True)
    assert client.get("/rules/us-ca/lmft").status_code == 200
    refused = client.get("/rules/us-ca/broken")
    assert (refused.status_code, refused.h1) == (503, "These rules cannot be read")


def test_a_broken_pack_with_a_last_good_text_is_read_in_it(
    client: InspectingClient,
    app: Flask,
    shelf: Path,
    session: Session,
    alice: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    goal = choose_goal(session, FROZEN_NOW, alice.id, PackLibrary(shelf).get("us-ca/lmft"))
    PackLibrary(shelf, shelf / "kept").keep()
    (shelf / "us-ca" / "lmft.yaml").write_text("pack: us-ca/lmft\nkind: magic\n")
    packs = PackLibrary(shelf, shelf / "kept")
    monkeypatch.setitem(app.extensions, "ceu.outside", replace(app.extensions["ceu.outside"], packs=packs))
    client.sign_in(alice)
    for path in (
        "/rules",
        "/rules/us-ca/lmft",
        f"/goals/{goal.id}",
        f"/hours/requirements/{goal.id}",
        f"/hours/requirements/{goal.id}/hours.total",
    ):
        page = client.get(path)
        assert page.status_code == 200, path
        assert "The newest file of these rules cannot be read (line " in page.main, path
        assert "the last good text is in use" in page.main, path
        assert str(shelf) not in page.get_data(as_text=True)


def test_a_broken_register_is_said(
    client: InspectingClient, app: Flask, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shelf / "us-ca" / "coverage.yaml").write_text("coverage: []\n")
    use(app, shelf, monkeypatch)
    assert "The register cannot be read" in client.get("/rules/coverage").texts("h2")
    assert client.get("/rules/us-ca/lmft").status_code == 200


def test_no_pack_at_all_is_said(
    client: InspectingClient, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(app, tmp_path, monkeypatch)
    assert "No rules can be read" in client.get("/rules").texts("h2")


def test_two_versions_are_told_apart(
    client: InspectingClient, app: Flask, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shelf / "us-ca" / "lmft.yaml"
    head, newest = path.read_text().split('  - id: "2026"\n')
    versions = f'  - id: "2026"\n{newest}'
    old = (
        versions.replace('id: "2026"', 'id: "2021"', 1)
        .replace("begins: 2026-01-01", "begins: 2021-01-01\n    ends: 2025-12-31", 1)
        .replace("at_least: 1750 hours", "at_least: 1800 hours", 1)
    )
    head = (
        head.partition("\ngaps:")[0] + "\n\nversions:\n"
    )  # the earlier version fills what the gap says is missing
    path.write_text(f"{head}{old.rstrip()}\n{versions}")
    use(app, shelf, monkeypatch)
    page = client.get("/rules/us-ca/lmft")
    assert "Before: At least 1,800 hours of direct counseling." in page.main
    links = {link.get("href") for link in page.tree.iter("a")}
    assert {f"/rules/us-ca/lmft?version={one}#hours.direct" for one in (2021, 2026)} <= links
    earlier = client.get("/rules/us-ca/lmft?version=2021")
    assert "This is not the version in force today" in earlier.texts("h2")
    assert "At least 1,800 hours" in earlier.main


def test_an_error_is_reported_to_the_operator_if_there_is_one(
    client: InspectingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Report an error" not in client.get("/rules/us-ca/lmft").main
    monkeypatch.setitem(app.config, "OPERATOR_EMAIL", "rules@example.org")
    links = [link.get("href", "") for link in client.get("/rules/us-ca/lmft").tree.iter("a")]
    [address] = [link for link in links if link.startswith("mailto:")]
    assert address.startswith("mailto:rules@example.org?subject=Error%20in%20the%20rules%20us-ca/lmft")


def test_a_signed_in_person_finds_the_rules_in_the_footer(client: InspectingClient, alice: Person) -> None:
    page = client.sign_in(alice).get("/rules")
    footer = next(page.tree.iter("footer"))
    assert [link.get("href") for link in footer.iter("a")] == ["/rules"]


def test_a_person_s_own_requirement_leads_to_its_rule(
    client: InspectingClient, session: Session, app: Flask, alice: Person
) -> None:
    packs = app.extensions["ceu.outside"].packs
    goal = choose_goal(session, FROZEN_NOW, alice.id, packs.get("us-ca/lmft"))
    own = client.sign_in(alice).get(f"/hours/requirements/{goal.id}/hours.total")
    [address] = [link.get("href", "") for link in own.tree.iter("a") if "in the library" in text_of(link)]
    path, _, anchor = address.partition("#")
    assert anchor in {element.get("id") for element in client.get(path).tree.iter()}
