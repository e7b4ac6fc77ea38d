"""What stands behind the number of a requirement."""

from datetime import date

from ceu.rules.about import About, about
from ceu.rules.facts import Facts
from ceu.rules.ledger import Ledger
from ceu.rules.pack import Requirement
from tests.licenses.packs import cited, pack_of, total, version

COUNSELING = {"activity": "counseling"}
PACK = pack_of(
    version(
        requirements=[
            total("10 hours", of=COUNSELING),
            total("3 months", id="months", of=COUNSELING, periods={"each": "month"}, noun="of work"),
        ],
        gates=[cited("early", only_if={"day": {"from": "2026-03-01"}}, lost="too early.")],
    )
)


def entry(number: int, day: date, activity: str = "counseling") -> dict[str, object]:
    return {"id": number, "day": day, "minutes": 60, "activity": activity}


def found(rule_id: str, *rows: dict[str, object]) -> About:
    version_ = PACK.versions[0]
    rule = version_.rule(rule_id)
    assert isinstance(rule, Requirement)
    return about(PACK, version_, rule, Ledger.from_rows(rows), Facts(), date(2026, 6, 1), {})


def test_only_hours_that_belong_to_the_requirement_are_said_to_be_taken() -> None:
    rows = [entry(1, date(2026, 2, 2)), entry(2, date(2026, 2, 3), "notes"), entry(3, date(2026, 4, 6))]
    assert found("hours", *rows).taken == {"early": 60}


def test_periods_are_told_newest_first_with_what_was_taken_in_each() -> None:
    rows = [entry(1, date(2026, 2, 2)), entry(2, date(2026, 4, 6)), entry(3, date(2026, 4, 7), "notes")]
    newest, oldest = found("months", *rows).periods
    assert (newest.begins, newest.ends, newest.answer, newest.credited) == (
        date(2026, 4, 1),
        date(2026, 4, 30),
        "met",
        60,
    )
    assert (oldest.begins, oldest.answer, oldest.credited, oldest.taken) == (
        date(2026, 2, 1),
        "short",
        0,
        {"early": 60},
    )


def test_it_reaches_from_the_first_credited_entry_to_the_last() -> None:
    rows = [entry(1, date(2026, 2, 2)), entry(2, date(2026, 3, 3)), entry(3, date(2026, 4, 6))]
    one = found("hours", *rows)
    assert (one.first, one.last) == (date(2026, 3, 3), date(2026, 4, 6))


def test_an_empty_log_has_nothing_behind_its_numbers() -> None:
    one = found("months")
    assert (one.taken, one.untold, one.periods, one.first) == ({}, {}, (), None)
