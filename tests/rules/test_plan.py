"""Plans: the cheapest set by brute force, every cap and gate, and an honest sentence for what stays open."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings, strategies as st

from ceu.rules.engine import assess
from ceu.rules.facts import Facts
from ceu.rules.holding import Holding
from ceu.rules.ledger import Ledger
from ceu.rules.offers import Offer
from ceu.rules.pack import Pack
from ceu.rules.plan import plan

AS_OF = date(2026, 11, 24)
DUE = date(2027, 8, 31)
CITED = {"citation": "HC 1", "source": ["S"], "status": "verified", "as_of": "2026-01-01"}
FACT = {"label": "it", "question": "What is it?"}
FACTS = Facts(person={"cycle_begins": date(2025, 9, 1), "cycle_ends": DUE})


def cited(rule_id, **rule):
    return CITED | {"id": rule_id, "title": rule_id.title(), **rule}


def at_least(rule_id, amount=None, of="everything", **rule):
    asked = {"at_least": amount} if amount else {}
    return cited(rule_id, noun=f"of {rule_id}", of=of, **asked, **rule)


def at_most(rule_id, amount, of, **rule):
    return cited(rule_id, at_most=amount, of=of, **rule)


def pack(*requirements, limits=(), gates=(), conversions=(), policies=()):
    return Pack.model_validate(
        {
            "pack": "xx/small-ce",
            "kind": "ce",
            "jurisdiction": "XX",
            "board": "A board",
            "license": "L",
            "title": "A small pack",
            "governed_by": ["as_of"],
            "sources": {"S": {"title": "s", "url": "https://example.org"}},
            "facts": {
                "person.cycle_begins": {"type": "date", **FACT},
                "person.cycle_ends": {"type": "date", **FACT},
                "person.supervises": {"type": "yes_no", **FACT},
                "person.exam_passed": {"type": "yes_no", **FACT},
            },
            "policies": {},
            "versions": [
                {
                    "id": "v",
                    "begins": "2020-01-01",
                    "covers_from": CITED | {"day": "2000-01-01", "sentence": "Too long ago."},
                    "definitions": {"in_cycle": {"day": {"from": "person.cycle_begins", "until": "person.cycle_ends"}}},
                    "gates": list(gates),
                    "conversions": list(conversions),
                    "limits": list(limits),
                    "requirements": list(requirements),
                }
            ],
        }
    )  # fmt: skip


def credit(number, minutes, *topics, day=date(2026, 5, 1), delivery="in_person", body="A", course=None):
    return {
        "id": number, "day": day, "minutes": minutes, "activity": "course", "topic": topics, "delivery": delivery,
        "approval": body, "course": course or f"elsewhere/{number}",
    }  # fmt: skip


def holding(rules, *credits_, key="one", due=DUE, facts=FACTS):
    return Holding(key, rules, Ledger.from_rows(credits_), facts, due)


def offer(key, hours, *topics, price=0, delivery="in_person", bodies=("A",)):
    return Offer(key, round(hours * 60), topics, delivery, bodies, price)


def keys(found):
    return [pick.offer.key for pick in found.picks]


def sentences(found):
    return {one.result.id: one.sentence for outlook in found.outlooks for one in outlook.still_open}


TOTAL = at_least("total", "6 hours")
ETHICS = at_least("ethics", "2 hours", {"topic": "ethics"}, inside="total")
APPROVED = cited("approved", only_if={"approval": "A"}, lost="the provider is not approved.")


# ---- what is chosen --------------------------------------------------------------------------------------------------


def test_the_cheapest_set_is_taken_though_it_is_longer():
    catalog = [
        offer("dear", 6, "ethics", price=9000),
        offer("long", 4, price=2000),
        offer("short", 2, "ethics", price=1000),
        offer("other", 4, price=2500),
    ]
    found = plan([holding(pack(TOTAL, ETHICS))], catalog, AS_OF)
    assert keys(found) == ["long", "short"]
    assert (found.price, found.minutes, found.proven) == (3000, 360, True)
    (outlook,) = found.outlooks
    assert (outlook.before.answer, outlook.after.answer, outlook.still_open) == ("short", "met", ())


def test_the_aims_decide_between_few_courses_and_few_hours():
    catalog = [offer("one", 8), *(offer(f"small {number}", 2) for number in range(3))]
    few_hours = plan([holding(pack(TOTAL))], catalog, AS_OF)
    few_courses = plan([holding(pack(TOTAL))], catalog, AS_OF, ("price", "courses", "minutes"))
    assert keys(few_hours) == ["small 0", "small 1", "small 2"]
    assert keys(few_courses) == ["one"]


def test_one_course_counts_for_every_license_that_accepts_it():
    first = holding(pack(ETHICS, gates=[APPROVED]), key="first")
    second = holding(pack(at_least("risk", "2 hours", {"topic": "risk"})), key="second")
    catalog = [
        offer("both", 2, "ethics", "risk", price=150), offer("ethics", 2, "ethics", price=100),
        offer("risk", 2, "risk", price=100), offer("nobody", 2, "ethics", "risk", price=1, bodies=("B",)),
    ]  # fmt: skip
    found = plan([first, second], catalog, AS_OF)
    assert sorted(keys(found)) == [
        "ethics",
        "nobody",
    ]  # 101 cents; the unapproved serves the second license only
    assert {(gain.holding, gain.requirement) for gain in found.picks[1].gains} == {("second", "risk")}
    found = plan([first, second], [one for one in catalog if one.key != "nobody"], AS_OF)
    assert keys(found) == ["both"]
    assert {(gain.holding, gain.requirement) for gain in found.picks[0].gains} == {
        ("first", "ethics"), ("second", "risk"),
    }  # fmt: skip


def test_what_is_credited_is_not_planned_again():
    had = credit(1, 120, "ethics", course="course/1")
    catalog = [offer("course/1", 6, "ethics"), offer("course/2", 4)]
    found = plan([holding(pack(TOTAL, ETHICS), had)], catalog, AS_OF)
    assert keys(found) == ["course/2"]


def test_of_several_approvals_the_one_that_counts_is_taken():
    catalog = [offer("both", 6, bodies=("B", "A"))]
    assert keys(plan([holding(pack(TOTAL, gates=[APPROVED]))], catalog, AS_OF)) == ["both"]


def test_an_hour_by_the_rules_measure():
    fifty = cited("fifty", of="everything", minutes=50, count_as=60)
    catalog = [Offer("fifty", 300, (), "in_person", ("A",)), Offer("sixty", 360, (), "in_person", ("A",))]
    found = plan([holding(pack(TOTAL, conversions=[fifty]))], catalog, AS_OF)
    assert keys(found) == ["fifty"]


def test_what_each_course_adds_ends_at_what_is_needed():
    catalog = [offer("a", 5, "ethics"), offer("b", 4, "ethics")]
    found = plan([holding(pack(TOTAL, ETHICS))], catalog, AS_OF)
    gains = [(gain.requirement, gain.amount, gain.left) for pick in found.picks for gain in pick.gains]
    assert gains == [("total", 300, 60), ("ethics", 120, 0), ("total", 60, 0)]


# ---- caps --------------------------------------------------------------------------------------------------------------


def test_a_limit_on_delivery_leaves_room_for_so_much():
    capped = at_most("self_paced", "2 hours", {"delivery": "asynchronous_text"})
    reading = [offer(f"read {number}", 2, price=1, delivery="asynchronous_text") for number in range(4)]
    catalog = [*reading, offer("live", 4, price=5000)]
    found = plan([holding(pack(TOTAL, limits=[capped]))], catalog, AS_OF)
    assert sorted(keys(found)) == ["live", "read 0"]
    used = credit(1, 60, delivery="asynchronous_text")
    found = plan([holding(pack(TOTAL, limits=[capped]), used)], catalog, AS_OF)
    assert sorted(keys(found)) == ["live", "read 0"]  # an hour of the room is used: 1 + 4 + 1
    assert found.outlooks[0].after.requirement("total").have == 360


def test_a_capped_course_still_counts_where_hours_are_counted_as_admitted():
    """A one-time topic asks what was learned, not what is credited."""
    capped = at_most("self_paced", "1 hour", {"delivery": "asynchronous_text"})
    once = at_least("risk", "3 hours", {"topic": "risk"}, counting="admitted")
    catalog = [offer("read", 3, "risk", delivery="asynchronous_text"), offer("live", 2)]
    found = plan([holding(pack(at_least("total", "3 hours"), once, limits=[capped]))], catalog, AS_OF)
    assert sorted(keys(found)) == ["live", "read"]
    assert found.outlooks[0].after.answer == "met"


def test_courses_are_taken_in_an_order_in_which_limits_leave_what_is_needed():
    """Two self-paced courses share two hours; the one on ethics must come first to count."""
    capped = at_most("self_paced", "2 hours", {"delivery": "asynchronous_text"})
    once = at_least("risk", "2 hours", {"topic": "risk"}, counting="admitted")
    catalog = [
        offer("a", 2, "risk", delivery="asynchronous_text"), offer("b", 2, "ethics", delivery="asynchronous_text"),
    ]  # fmt: skip
    found = plan([holding(pack(once, ETHICS, limits=[capped]))], catalog, AS_OF)
    assert keys(found) == ["b", "a"]
    assert found.outlooks[0].after.answer == "met"


def test_one_course_a_day_so_that_a_daily_limit_leaves_them():
    daily = at_most("day", "3 hours", "everything", per="day")
    found = plan([holding(pack(TOTAL, limits=[daily]))], [offer("a", 3), offer("b", 3), offer("c", 6)], AS_OF)
    assert sorted(keys(found)) == ["a", "b"]
    assert found.outlooks[0].after.as_of == AS_OF + timedelta(days=2)


def test_nothing_counts_after_the_last_day():
    outside = at_most("outside", "0 hours", {"not": "in_cycle"}, lost="taken outside the cycle.")
    facts = Facts(person={"cycle_begins": date(2025, 9, 1), "cycle_ends": AS_OF})
    found = plan(
        [holding(pack(TOTAL, limits=[outside]), due=AS_OF, facts=facts)],
        [offer("a", 3), offer("b", 3)],
        AS_OF,
    )
    assert found.outlooks[0].after.answer == "met"


def test_a_proportion_the_program_does_not_know_is_found_by_the_engine():
    """Recorded courses count for at most as much as live ones do; the first proposal breaks that and is put aside."""
    half = at_most("half", "1 hour", {"delivery": "asynchronous_text"},
                   for_every={"amount": "1 hour", "of": {"delivery": "in_person"}})  # fmt: skip
    catalog = [
        *(offer(f"read {number}", 3, price=1, delivery="asynchronous_text") for number in range(2)),
        *(offer(f"live {number}", 3, price=100) for number in range(2)),
    ]
    found = plan([holding(pack(TOTAL, limits=[half]))], catalog, AS_OF)
    assert sorted(key.split()[0] for key in keys(found)) == ["live", "read"]
    assert found.outlooks[0].after.answer == "met"
    assert found.proven


# ---- several ways --------------------------------------------------------------------------------------------------------


def test_the_cheaper_of_several_ways_is_taken():
    ways = at_least("ways", any_of=["ethics_way", "three"])
    ethics = at_least("ethics_way", "4 hours", {"topic": "ethics"})
    three = at_least("three", "3 courses", distinct="course")
    small = [offer(f"small {number}", 1, price=100) for number in range(3)]
    found = plan(
        [holding(pack(ways, ethics, three))], [*small, offer("ethics", 4, "ethics", price=200)], AS_OF
    )
    assert keys(found) == ["ethics"]
    found = plan(
        [holding(pack(ways, ethics, three))], [*small, offer("ethics", 4, "ethics", price=400)], AS_OF
    )
    assert keys(found) == ["small 0", "small 1", "small 2"]
    assert found.outlooks[0].after.answer == "met"


# ---- what stays open -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "catalog", "said"),
    [
        (pack(at_least("x", status="unknown")), [offer("a", 2)], "How much the law asks is not known"),
        (
            pack(at_least("x", confirmed={"person.exam_passed": True})),
            [offer("a", 2)],
            "No course closes this. Record of x once it is done.",
        ),
        (
            pack(at_least("x", "2 hours", applies={"person.supervises": True})),
            [offer("a", 2)],
            "What is missing cannot be told, so nothing is planned for it. X: missing is it.",
        ),
        (pack(at_least("x", "2 hours", {"topic": "risk"})), [offer("a", 2)], "No course on offer counts toward it: 2 hours missing."),
        (
            pack(at_least("x", "2 hours"), gates=[APPROVED]),
            [offer("a", 2, bodies=("B",))],
            "Courses on offer for it: 1, but none of them counts. The provider is not approved. (HC 1)",
        ),
        (
            pack(at_least("x", "3 hours")),
            [offer("a", 2)],
            "All courses on offer that count make 2 hours of the 3 hours missing.",
        ),
        (
            pack(at_least("x", "3 hours"), limits=[at_most("cap", "2 hours", {"delivery": "in_person"})]),
            [offer("a", 2), offer("b", 2)],
            "Cap: courses can add 2 hours of the 3 hours missing. (HC 1)",
        ),
        (
            pack(at_least("x", "3 hours"), limits=[cited("cap", of="everything", status="unknown", remark="Silent.")]),
            [offer("a", 4)],
            "Courses on offer for it: 1, but none of them counts. Cap: what the law allows is not known. (HC 1)",
        ),
        (
            pack(at_least("x", "3 months", periods={"each": "month"})),
            [offer("a", 4)],
            "Courses of the days to come do not add up to this. 3 more months of x.",
        ),
        (
            pack(
                at_least("x", any_of=["y", "z"]),
                at_least("y", "2 hours", {"topic": "risk"}),
                at_least("z", "4 hours", {"topic": "ethics"}),
            ),
            [offer("a", 2, "ethics")],
            "Y: No course on offer counts toward it: 2 hours missing. "
            "Z: All courses on offer that count make 2 hours of the 4 hours missing.",
        ),
    ],
    ids=["unknown", "confirmed", "fact", "none", "gate", "few", "cap", "no amount", "periods", "ways"],
)  # fmt: skip
def test_why_it_stays_open(rules, catalog, said):
    found = plan([holding(rules)], catalog, AS_OF)
    assert sentences(found)["x"].startswith(said)
    assert found.proven


def test_what_cannot_be_closed_is_filled_as_far_as_it_goes():
    found = plan([holding(pack(TOTAL, ETHICS))], [offer("a", 2), offer("b", 1, "ethics")], AS_OF)
    assert keys(found) == ["a", "b"]
    assert [one.result.missing for one in found.outlooks[0].still_open] == [180, 60]


def test_two_requirements_that_no_set_meets_together():
    capped = at_most("cap", "3 hours", "everything")
    asked = [at_least(name, "2 hours", {"topic": name}) for name in ("ethics", "risk")]
    found = plan(
        [holding(pack(*asked, limits=[capped]))], [offer("a", 2, "ethics"), offer("b", 2, "risk")], AS_OF
    )
    (said,) = sentences(found).values()
    assert said == "No set of the courses on offer closes this together with the rest."


def test_without_rules_for_the_day_nothing_is_planned():
    early = holding(pack(TOTAL))
    found = plan([early], [offer("a", 6)], date(2019, 1, 1))
    assert (found.picks, found.outlooks[0].after.version_id) == ((), None)


def test_nothing_missing_asks_for_nothing():
    found = plan([holding(pack(TOTAL), credit(1, 360))], [offer("a", 6)], AS_OF)
    assert (found.picks, found.proven) == ((), True)
    assert plan([], [offer("a", 6)], AS_OF).picks == ()
    assert plan([holding(pack(TOTAL))], [], AS_OF).picks == ()


# ---- against brute force ------------------------------------------------------------------------------------------------

TOPICS = ("ethics", "risk")
HOURS = st.sampled_from([1, 2, 3])
OFFERS = st.lists(
    st.builds(
        offer,
        st.just(""),
        HOURS,
        st.sampled_from([*TOPICS, "other"]),
        price=st.sampled_from([0, 100, 100, 250]),
        delivery=st.sampled_from(["in_person", "asynchronous_text"]),
        bodies=st.sampled_from([("A",), ("B",)]),
    ),
    min_size=1,
    max_size=4,
).map(lambda found: [replace(one, key=f"c{number}") for number, one in enumerate(found)])
OF = st.sampled_from(
    [{"topic": "ethics"}, {"topic": "risk"}, {"delivery": "asynchronous_text"}, {"approval": "B"}]
)
CREDITS = st.lists(
    st.builds(
        credit, st.just(0), HOURS.map(lambda hours: hours * 60), st.sampled_from(TOPICS),
        delivery=st.sampled_from(["in_person", "asynchronous_text"]),
    ),
    max_size=2,
).map(lambda found: [one | {"id": number, "course": f"had/{number}"} for number, one in enumerate(found)])  # fmt: skip


@st.composite
def small_packs(draw):
    hours = HOURS.map(lambda number: f"{number} hours")
    asked = [at_least("total", f"{draw(st.integers(2, 7))} hours")]
    for number in range(draw(st.integers(0, 2))):
        counting = draw(st.sampled_from(["credited", "credited", "admitted"]))
        asked.append(at_least(f"topic{number}", draw(hours), draw(OF), counting=counting))
    if draw(st.booleans()):
        asked += [
            at_least("ways", any_of=["way0", "way1"], how_many=draw(st.sampled_from([1, 1, 2]))),
            at_least("way0", draw(hours), draw(OF)),
            at_least("way1", f"{draw(st.integers(1, 3))} courses", distinct="course"),
        ]
    limits = [
        at_most(f"cap{number}", draw(hours), draw(OF), **draw(st.sampled_from([{}, {}, {"per": "day"}])))
        for number in range(draw(st.integers(0, 2)))
    ]
    gates = [APPROVED] if draw(st.booleans()) else []
    return pack(*asked, limits=limits, gates=gates)


def worth(holdings, chosen):
    """The engine's measure of courses taken in this order: gaps open, minutes missing, price, minutes, courses."""
    still, missing = 0, 0
    for one in holdings:
        ledger = one.ledger
        for number, course in enumerate(chosen):
            day = AS_OF + timedelta(days=number + 1)
            row = credit(f"new {number}", course.minutes, *course.topics, day=day, delivery=course.delivery,
                         body=course.bodies[0], course=course.key)  # fmt: skip
            ledger = ledger.with_row(row)
        found = assess(one.pack, ledger, one.facts, AS_OF + timedelta(days=len(chosen)))
        left = [each for each in found.minimums if not each.option and each.answer != "met"]
        still += len(left)
        missing += sum(each.missing * (1 if each.unit == "minutes" else 60) for each in left)
    return (
        still,
        missing,
        sum(each.price for each in chosen),
        sum(each.minutes for each in chosen),
        len(chosen),
    )


@settings(max_examples=60, deadline=None)
@given(rules=st.lists(small_packs(), min_size=1, max_size=2), catalog=OFFERS, had=CREDITS)
def test_no_set_in_any_order_is_better(rules, catalog, had):
    holdings = [holding(each, *had, key=str(number)) for number, each in enumerate(rules)]
    found = plan(holdings, catalog, AS_OF)
    chosen = [pick.offer for pick in found.picks]
    reached = worth(holdings, chosen)
    best = min(
        worth(holdings, order) for size in range(len(catalog) + 1) for order in permutations(catalog, size)
    )
    assert found.proven
    assert reached == best
    after = [one.result for outlook in found.outlooks for one in outlook.still_open]
    assert len(after) == reached[0]


@settings(max_examples=20, deadline=None)
@given(rules=st.lists(small_packs(), min_size=1, max_size=2), catalog=OFFERS, order=st.randoms())
def test_the_same_question_has_the_same_answer(rules, catalog, order):
    holdings = [holding(each, key=str(number)) for number, each in enumerate(rules)]
    found = plan(holdings, catalog, AS_OF)
    shuffled = order.sample(catalog, len(catalog))
    assert keys(plan(holdings, shuffled, AS_OF)) == keys(found)
