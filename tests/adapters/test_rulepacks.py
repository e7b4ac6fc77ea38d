"""Packs are read strictly; every mistake says the file, the line, what is wrong and how to mend it."""

import os
import shutil
from pathlib import Path

import pytest

from ceu.adapters.rulepacks import PackError, PackLibrary, load_coverage, load_pack

ROOT = Path(__file__).parents[2] / "ceu" / "rulepacks"

SMALL = """\
pack: xx/small
kind: experience
jurisdiction: XX
board: A board
license: L
title: A small pack
governed_by: [as_of]
sources:
  S1: {title: A statute, url: "https://example.org/statute", as_of: 2026-01-01, primary: true}
facts:
  person.started: {type: date, label: the start, question: When did you start?, not_yet: true}
policies:
  gap: {question: And then?, options: {yes: it counts, no: it does not}, default: no, reason: Silent., citation: § 9,
    source: [S1], status: assumed, as_of: 2026-01-01}
versions:
  - id: "1"
    begins: 2020-01-01
    covers_from: {day: 2020-01-01, sentence: Too old., citation: § 0, source: [S1], status: verified, as_of: 2026-01-01}
    definitions:
      work: {activity: work}
    gates:
      - id: started
        title: Started
        only_if: {day: {from: person.started}}
        lost: too early.
        citation: § 1
        source: [S1]
        status: verified
        as_of: 2026-01-01
    limits:
      - {id: week, title: A week, of: work, at_most: 40 hours, per: week, inside: total, citation: § 2, source: [S1],
        status: verified, as_of: 2026-01-01}
    requirements:
      - id: total
        title: In all
        of: work
        at_least: 7.5 hours
        noun: of work
        citation: § 3
        source: [S1]
        status: verified
        as_of: 2026-01-01
        quote: seven hours and a half
"""


def written(tmp_path, text):
    path = tmp_path / "xx" / "small.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_pack_is_read(tmp_path):
    pack = load_pack(written(tmp_path, SMALL))
    total = pack.versions[0].rule("total")
    assert (total.amount, total.unit, total.citation, total.status) == (450, "minutes", "§ 3", "verified")
    assert total.quote == "seven hours and a half"
    assert pack.policies["gap"].default == "no"  # YAML 1.1 would have read false


MISTAKES = [
    ("        noun: of work\n", "        noun: of work\n        colour: red\n", "“colour” is not a key", "spelling"),
    ("        citation: § 3\n", "", "“citation” is missing", "Add citation"),
    ("        source: [S1]\n        status: verified\n        as_of: 2026-01-01\n        quote", "        source: [S7]\n        status: verified\n        as_of: 2026-01-01\n        quote", "“S7” is not in the list of sources", "S1"),
    ("        source: [S1]\n        status: verified\n        as_of: 2026-01-01\n        quote", "        source: []\n        status: verified\n        as_of: 2026-01-01\n        quote", "“source” is empty", "at least one"),
    ("begins: 2020-01-01", "begins: 2020-02-30", "“2020-02-30” is not a date", "2026-01-31"),
    ("begins: 2020-01-01", "begins: 1 January", "“1 January” is not a date", "2026-01-31"),
    ("        title: In all\n", "        title: In all\n        title: Again\n", "already used", "Keep one"),
    ("        title: In all\n", "        title: NO\n        board: {a: 1}\n", "“board” is not a key", "spelling"),
    ("at_least: 7.5 hours", "at_least: 7.5 weeks", "“7.5 weeks” must be a whole number", "smaller unit"),
    ("at_least: 7.5 hours", "at_least: 7.51234 hours", "not a whole number of minutes", "minutes"),
    ("at_least: 7.5 hours", "at_least: 1:40", "“1:40” is no quantity", "1750 hours"),
    ("at_least: 7.5 hours", "at_least: lots", "“lots” is no quantity", "1750 hours"),
    ("        at_least: 7.5 hours\n", "", "A requirement needs an amount", "status: unknown"),
    ("at_most: 40 hours, per: week", "per: week", "A limit needs an amount", "status: unknown"),
    ("per: week", "per: week, in_any: 7 days", "A limit has one scope", "Keep one"),
    ("at_most: 40 hours, per: week", "only_from: 6 hours", "“only_from” counts what entries come from", "6 supervisors"),
    ("        status: verified\n        as_of: 2026-01-01\n        quote", "        status: certain\n        as_of: 2026-01-01\n        quote", "status", "Correct"),
    ("        of: work\n", "        of: work\n        confirmed: {person.started: {from: 2026-01-01}}\n", "may not have come yet", "until: as_of"),
    ("        of: work\n", "        of: works\n", "no definition “works”", "work"),
    ("        of: work\n", "        of: work\n        periods: {each: week, units: 1, of: works}\n", "no definition “works”", "work"),
    ("        of: work\n", "        of: {colour: red}\n", "“colour” is no attribute", "activity"),
    ("        of: work\n", "        of: {all: work}\n", "needs a list", "all: ["),
    ("        of: work\n", "        of: {}\n", "is not a condition", "activity"),
    ("        of: work\n", "        of: {activity: []}\n", "names no value", "activity: value"),
    ("        of: work\n", "        of: {head_count: {over: 8}}\n", "“over” is not known", "at_most"),
    ("        of: work\n", "        of: {head_count: {at_most: 8.5}}\n", "must be whole numbers", "at_most: 8"),
    ("        of: work\n", "        of: {course: {known: false}}\n", "can only be true", "known: true"),
    ("        of: work\n", "        of: {person.ended: true}\n", "“person.ended” is not declared", "facts"),
    ("        of: work\n", "        of: {policy.gaps: yes}\n", "“policy.gaps” is not declared", "policies"),
    ("{from: person.started}", "{from: 2026-13-01}", "“2026-13-01” is not a date", "2026-01-31"),
    ("{from: person.started}", "{from: {of: person.started, plus: 6 moons}}", "no length of time", "6 years"),
    ("{from: person.started}", "{from: {of: person.started, plus: 1 days, minus: 1 days}}", "moves one way", "Keep either"),
    ("{from: person.started}", "{from: {plus: 1 days}}", "no date to compare with", "as_of"),
    ("{from: person.started}", "{within: person.started, lapse_under: 2 weeks}", "must be in days", "90 days"),
    ("{from: person.started}", "{within: person.started, from: as_of}", "“from” is not known", "lapse_under"),
    ("inside: total", "inside: totals", "no rule “totals”", "total"),
    ("id: week", "id: total", "“total” is used twice", "own"),
    ("id: week", "id: A week", "id", "Correct"),
    ("default: no", "default: maybe", "“maybe” is no option", "yes, no"),
    ("versions:", "versions: []\nothers:", "“versions” is empty", "at least one"),
    ("    definitions:", "    week_start_policy: monday\n    definitions:", "no policy “monday”", "gap"),
    ("  work: {activity: work}", "  work: !python {activity: work}", "tag", "Remove"),
    ("board: A board", "board: [", "not valid YAML", "indentation"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "what", "remedy"), MISTAKES, ids=[m[2] for m in MISTAKES])
def test_a_mistake_is_refused_with_its_line_and_remedy(tmp_path, old, new, what, remedy):
    assert old in SMALL
    path = written(tmp_path, SMALL.replace(old, new, 1))
    with pytest.raises(PackError) as refused:
        load_pack(path)
    error = refused.value
    assert error.file == path
    assert what in error.what
    assert remedy in error.remedy
    assert str(error) == f"{path}, line {error.line}: {error.what} {error.remedy}"
    if "\n" not in new:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert error.line in range(1, len(lines) + 2)


def test_the_line_is_that_of_the_mistake(tmp_path):
    path = written(
        tmp_path, SMALL.replace("        noun: of work\n", "        noun: of work\n        colour: red\n")
    )
    with pytest.raises(PackError) as refused:
        load_pack(path)
    assert path.read_text(encoding="utf-8").splitlines()[refused.value.line - 1].strip() == "colour: red"


def test_all_mistakes_are_told_at_once(tmp_path):
    path = written(tmp_path, SMALL.replace("begins: 2020-01-01", "begins: soon").replace("7.5 hours", "lots"))
    with pytest.raises(PackError) as refused:
        load_pack(path)
    assert [error.what for error in refused.value.all] == ["“soon” is not a date.", "“lots” is no quantity."]
    assert refused.value.line < refused.value.all[1].line


def test_versions_may_not_overlap(tmp_path):
    second = SMALL[SMALL.index('  - id: "1"') :].replace('id: "1"', 'id: "2"')
    with pytest.raises(PackError, match="begins before the one above it ends"):
        load_pack(written(tmp_path, SMALL + second))


def test_a_pack_is_a_mapping(tmp_path):
    with pytest.raises(PackError, match="mapping of keys"):
        load_pack(written(tmp_path, "- a\n"))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(PackError, match="cannot be read"):
        load_pack(tmp_path / "none.yaml")


def test_the_library_holds_every_pack():
    library = PackLibrary(ROOT)
    assert library.refused == {}
    files = {f"{path.parent.name}/{path.stem}" for path in ROOT.glob("*/*.yaml") if path.stem != "coverage"}
    assert {pack.id for pack in library.all()} == files
    assert library.get("us-ca/lmft").license == "LMFT"


def test_a_broken_pack_leaves_the_others_usable(tmp_path):
    shutil.copytree(ROOT, tmp_path / "packs")
    broken = tmp_path / "packs" / "us-ca" / "lmft-ce.yaml"
    broken.write_text(broken.read_text(encoding="utf-8").replace("kind: ce", "kind: magic"), encoding="utf-8")
    library = PackLibrary(tmp_path / "packs")
    assert library.get("us-ca/lmft").title
    assert set(library.refused) == {"us-ca/lmft-ce"}
    with pytest.raises(PackError, match=r"lmft-ce\.yaml"):
        library.get("us-ca/lmft-ce")


@pytest.fixture
def shelf(tmp_path):
    """One good pack, already kept by the site."""
    written(tmp_path / "packs", SMALL)
    PackLibrary(tmp_path / "packs", tmp_path / "kept").keep()
    return tmp_path


def break_pack(shelf):
    file = shelf / "packs" / "xx" / "small.yaml"
    file.write_text("pack: xx/small\nkind: magic\n", encoding="utf-8")
    return PackLibrary(shelf / "packs", shelf / "kept")


def test_the_last_good_text_stays_in_use_while_the_file_is_broken(shelf):
    good = PackLibrary(shelf / "packs").get("xx/small")
    library = break_pack(shelf)
    assert library.get("xx/small").digest == good.digest
    assert [pack.id for pack in library.all()] == ["xx/small"]
    found = library.last_good["xx/small"]
    assert found.error is library.refused["xx/small"]
    assert found.since.tzinfo is not None
    library.keep()
    assert PackLibrary(shelf / "packs", shelf / "kept").get("xx/small").digest == good.digest, (
        "never overwritten"
    )


def test_a_mended_file_is_used_and_kept_again(shelf):
    break_pack(shelf)
    written(shelf / "packs", SMALL.replace("title: ", "title: The new ", 1))
    library = PackLibrary(shelf / "packs", shelf / "kept")
    library.keep()
    assert (dict(library.refused), dict(library.last_good)) == ({}, {})
    assert break_pack(shelf).get("xx/small").title == library.get("xx/small").title


def test_what_is_kept_is_written_only_when_it_differs(shelf):
    kept = shelf / "kept" / "xx" / "small.yaml"
    os.utime(kept, (1, 1))
    PackLibrary(shelf / "packs", shelf / "kept").keep()
    assert kept.stat().st_mtime == 1
    assert [path.name for path in kept.parent.iterdir()] == ["small.yaml"], "nothing half-written is left"


def test_a_kept_text_that_is_broken_too_is_refused_and_logged(shelf, caplog):
    (shelf / "kept" / "xx" / "small.yaml").write_text("pack: [", encoding="utf-8")
    library = break_pack(shelf)
    assert dict(library.last_good) == {}
    with pytest.raises(PackError, match="jurisdiction"):
        library.get("xx/small")
    assert "cannot be used" in caplog.text


def test_a_pack_whose_file_is_gone_is_not_brought_back(shelf):
    (shelf / "packs" / "xx" / "small.yaml").unlink()
    with pytest.raises(KeyError):
        PackLibrary(shelf / "packs", shelf / "kept").get("xx/small")


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), OSError(28, "No space left on device")]
)
def test_a_folder_that_cannot_be_written_is_logged_and_nothing_breaks(tmp_path, monkeypatch, caplog, error):
    written(tmp_path / "packs", SMALL)

    def refuse(*_args):
        raise error

    monkeypatch.setattr("ceu.adapters.rulepacks.os.replace", refuse)
    library = PackLibrary(tmp_path / "packs", tmp_path / "kept")
    library.keep()
    assert library.get("xx/small").title
    assert error.strerror in caplog.text
    assert list((tmp_path / "kept" / "xx").iterdir()) == [], "nothing half-written is left"


def test_a_kept_folder_that_cannot_be_read_is_logged_and_the_pack_refused(shelf, monkeypatch, caplog):
    kept = shelf / "kept"
    read = Path.read_bytes

    def refuse(path, *args, **words):
        if kept in path.parents:
            raise PermissionError(13, "Permission denied")
        return read(path, *args, **words)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    library = break_pack(shelf)
    assert set(library.refused) == {"xx/small"}
    assert dict(library.last_good) == {}
    assert "Permission denied" in caplog.text


def test_an_unknown_pack_is_no_pack():
    with pytest.raises(KeyError):
        PackLibrary(ROOT).get("us-zz/lmft")


def test_a_pack_is_called_by_its_file(tmp_path):
    written(tmp_path, SMALL.replace("xx/small", "xx/other"))
    assert "pack: xx/small" in PackLibrary(tmp_path).refused["xx/small"].remedy


def test_coverage_names_every_pack_and_only_those():
    library = PackLibrary(ROOT)
    assert {entry.pack for entry in library.coverage() if entry.state != "planned"} == {
        pack.id for pack in library.all()
    }


def test_coverage_is_read_strictly(tmp_path):
    path = tmp_path / "coverage.yaml"
    path.write_text(
        "coverage:\n  - {pack: a, state: magic, verified_on: 2026-01-01, verified: [], open: []}\n"
    )
    with pytest.raises(PackError) as refused:
        load_coverage(path)
    assert refused.value.line == 2


@pytest.mark.parametrize("pack", PackLibrary(ROOT).all(), ids=lambda pack: pack.id)
def test_every_quoted_value_is_verified_or_says_who_said_it(pack):
    """A rule called verified was read in a primary source."""
    for version in pack.versions:
        for rule in version.rules():
            primary = any(pack.sources[source].primary for source in rule.source)
            assert primary or rule.status != "verified", rule.id


@pytest.mark.parametrize("pack", PackLibrary(ROOT).all(), ids=lambda pack: pack.id)
def test_every_declared_fact_policy_and_source_is_used(pack):
    text = (ROOT / f"{pack.id}.yaml").read_text(encoding="utf-8")
    for name in (*pack.facts, *pack.policies, *pack.sources):
        if name != "person.license_issued_on":  # asked for the first cycle; no rule computes with it
            assert text.count(name) > 1, name
