"""Cases as files: what they share is filled in, and what is wrong with one is said by line."""

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from ceu.adapters.rulecases import CaseLibrary, load_cases, missing_thresholds, thresholds
from ceu.adapters.rulepacks import PackError, PackLibrary
from ceu.settings import ROOT

GOOD = """
    pack: us-xx/test
    as_of: 2026-11-24
    facts:
      person: {degree_awarded_on: 2024-05-15, enrollments: [[2022-01-10, 2024-05-15]]}
      settings: {clinic: {name: Bayview, kind: school}}
    entry: {day: 2026-11-16, setting: clinic}
    cases:
      - name: a week of work
        facts: {settings: {clinic: {kind: hospital}}}
        log:
          - {counseling: "28:00", times: 2, every: 7 days}
          - {course: 90m, title: Ethics at work, topic: [ethics]}
        expect: {credited: ["1:00"], good_until: 2026-12-01}
"""


def write(folder: Path, text: str, name: str = "us-xx/test.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(dedent(text))
    return path


def test_what_cases_share_is_filled_in(tmp_path: Path) -> None:
    [case] = load_cases(write(tmp_path, GOOD))
    assert case.facts.person["degree_awarded_on"] == date(2024, 5, 15)
    assert case.facts.person["enrollments"] == ((date(2022, 1, 10), date(2024, 5, 15)),)
    assert case.facts.settings["clinic"] == {"name": "Bayview", "kind": "hospital"}
    assert case.own_facts == {"settings": {"clinic": {"kind": "hospital"}}}
    assert case.expect.good_until == date(2026, 12, 1)


def test_a_line_is_as_many_entries_as_it_says(tmp_path: Path) -> None:
    [case] = load_cases(write(tmp_path, GOOD))
    rows = list(case.rows())
    assert [(row["id"], row["day"], row["minutes"]) for row in rows] == [
        (1, date(2026, 11, 16), 1680),
        (2, date(2026, 11, 23), 1680),
        (3, date(2026, 11, 16), 90),
    ]
    assert (rows[2]["activity"], rows[2]["course"], rows[2]["topic"]) == (
        "course",
        "Ethics at work",
        ("ethics",),
    )


@pytest.mark.parametrize(
    ("good", "wrong", "line", "what"),
    [
        ('counseling: "28:00"', 'counseling: "28:99"', 9, "is not a time"),
        ('counseling: "28:00"', 'counseling: "28:00", notes: "1:00"', 9, "names 2 activities"),
        ('credited: ["1:00"], good_until', "credit: 1, good_until", 14, "“credit” is not a key"),
        ('{credited: ["1:00"], good_until: 2026-12-01}', "{}", 14, "expects nothing"),
        ("day: 2026-11-16, ", "", 2, "has no day"),
        ("as_of: 2026-11-24", "as_of: soon", 3, "is not a date"),
    ],
)
def test_a_mistake_is_said_with_its_line(tmp_path: Path, good: str, wrong: str, line: int, what: str) -> None:
    assert good in GOOD
    path = write(tmp_path, GOOD.replace(good, wrong))
    with pytest.raises(PackError) as refused:
        load_cases(path)
    assert what in str(refused.value)
    assert refused.value.line == line


def test_a_library_finds_the_cases_of_a_pack_in_all_its_files(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD, "us-xx/test-more.yaml")
    write(tmp_path, GOOD.replace("us-xx/test", "us-xx/test-ce"), "us-xx/test-ce.yaml")
    library = CaseLibrary(tmp_path)
    assert [case.file for case in library.of("us-xx/test")] == ["test.yaml", "test-more.yaml"]
    assert [case.file for case in library.of("us-xx/test-ce")] == ["test-ce.yaml"]
    assert CaseLibrary(tmp_path / "nowhere").of("us-xx/test") == ()


def test_rules_that_are_not_tried_are_named() -> None:
    pack = PackLibrary(ROOT / "ceu" / "rulepacks").get("us-ca/lmft")
    cases = CaseLibrary(ROOT / "tests" / "rulepacks").of("us-ca/lmft")
    assert missing_thresholds(pack, cases) == ()
    without = [case for case in cases if case.threshold != "hours.direct"]
    assert missing_thresholds(pack, without) == ("hours.direct",)
    assert "log.retention" not in thresholds(pack)
