"""What holds for every pack: nothing is lost or made up, and neither order nor company changes an answer."""

from hypothesis import assume, given, settings, strategies as st

from ceu.rules.engine import assess, measure_people
from ceu.rules.ledger import Ledger
from tests.rules.packs import AS_OF, CALENDAR, FACTS, POLICIES, ROWS, logs, people, small_packs
from tests.rules.reference import NO, Case


def assert_conserved(assessment):
    """Every minute logged or granted is credited, open or cut, once; and what is open or cut says why."""
    for entry in assessment.entries.values():
        cut = sum(cut.minutes for cut in entry.cuts)
        assert entry.credited + entry.undetermined + cut == entry.logged + entry.granted
        assert min(entry.credited, entry.undetermined, entry.granted) >= 0
        assert all(cut.minutes > 0 for cut in entry.cuts)
        assert bool(entry.reasons) == (entry.undetermined > 0)
        assert all(each.sentence for each in (*entry.cuts, *entry.reasons))


@settings(max_examples=120, deadline=None)
@given(small_packs(), logs(), FACTS, POLICIES)
def test_every_minute_is_credited_open_or_cut(pack, rows, facts, policies):
    assessment = assess(pack, Ledger.from_rows(rows), facts, AS_OF, policies)
    assert_conserved(assessment)
    for result in assessment.requirements:
        assert 0 <= result.have <= result.have_at_most
        assert result.sentence


@settings(max_examples=120, deadline=None)
@given(small_packs(), logs(), FACTS, POLICIES, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(pack, rows, facts, policies, random):
    shuffled = random.sample(rows, len(rows))
    one, other = (assess(pack, Ledger.from_rows(each), facts, AS_OF, policies) for each in (rows, shuffled))
    assert one.entries == other.entries
    assert one.requirements == other.requirements
    assert one.weeks == other.weeks
    assert one.findings == other.findings
    assert one.good_until == other.good_until


def measured(pack, some, policies):
    """Some people's logs, together."""
    rows = [
        row | {"person": name, "id": f"{name}{row['id']}"} for name, (log, _) in some.items() for row in log
    ]
    facts = [its_facts for _, its_facts in some.values()]
    return measure_people(pack, pack.versions[0], Ledger.from_rows(rows), facts, AS_OF, policies=policies)


@settings(max_examples=120, deadline=None)
@given(small_packs(), people(), POLICIES)
def test_people_measured_together_are_the_same_as_alone(pack, everyone, policies):
    together, first = measured(pack, everyone, policies), 0
    for place, (name, (log, facts)) in enumerate(everyone.items()):
        alone, mine = measured(pack, {name: (log, facts)}, policies), slice(first, first + len(log))
        first += len(log)
        for column in ("credited", "undetermined", "granted"):
            assert getattr(together, column)[mine].tolist() == getattr(alone, column).tolist()
        for of_all, of_one in ((together.without, alone.without), (together.with_, alone.with_)):
            for rule, level in of_one.levels.items():
                here = of_all.levels[rule]
                assert (here.have[place], here.need[place]) == (level.have[0], level.need[0]), rule


def with_another(rows, another):
    return [*rows, another | {"id": len(rows)}]


ONE_LIMIT = small_packs(only="limits", most_limits=1, periods=CALENDAR)


@settings(max_examples=120, deadline=None)
@given(ONE_LIMIT, logs(), ROWS, FACTS, POLICIES)
def test_an_entry_takes_no_more_of_a_caps_room_than_its_own_minutes(pack, rows, another, facts, policies):
    """Of one cap. Where several overlap, an hour may push another out of one and so let a third into the next."""
    before, after = (
        assess(pack, Ledger.from_rows(each), facts, AS_OF, policies)
        for each in (rows, with_another(rows, another))
    )
    own = after.entries[len(rows)]
    for limit in pack.versions[0].limits:
        if not (limit.for_every or limit.in_any or limit.in_best or limit.once_per or limit.only_from):
            taken = after.requirement(limit.id).have - before.requirement(limit.id).have
            assert taken <= own.logged + own.granted


@st.composite
def packs_without_averages(draw):
    """Supervision and no limit. An average is left out: it may be met because a week lost its floor."""
    pack = draw(small_packs(only="supervision"))
    (version,) = pack.versions
    supervision = version.supervision and version.supervision.model_copy(update={"averages": ()})
    return pack.model_copy(update={"versions": (version.model_copy(update={"supervision": supervision}),)})


@settings(max_examples=120, deadline=None)
@given(st.one_of(ONE_LIMIT, packs_without_averages()), logs(), ROWS, FACTS, POLICIES)
def test_an_entry_makes_no_credit_but_its_own(pack, rows, another, facts, policies):
    """Unless it is supervision, or what others stand in proportion to, or begins the periods anew."""
    (version,) = pack.versions
    case = Case(pack, version, facts, AS_OF, policies)
    assume(not any(limit.for_every for limit in version.limits))
    if version.supervision:
        assume(version.supervision.per in CALENDAR)
        assume(all(case.truth(floor.of, another) is NO for floor in version.supervision.floors))
    before, after = (
        measured(pack, {"a": (each, facts)}, policies) for each in (rows, with_another(rows, another))
    )
    for less, more in ((before.without, after.without), (before.with_, after.with_)):
        own = more.counted.admitted[-1]
        assert more.credited.sum() <= less.credited.sum() + own
