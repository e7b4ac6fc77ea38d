"""Small packs of the whole format, made up at random, with the logs and the facts that go with them.

Activities are single letters: ``a`` and ``b`` are supervision (60 and 120 minutes a unit), ``c`` and ``d`` are work. Days
are few and close together, so that weeks, windows and caps collide, with some at the ends of months and years.
"""

from datetime import date, timedelta

from hypothesis import strategies as st

from ceu.rules.facts import NOT_YET, Facts
from ceu.rules.pack import Pack

AS_OF = date(2026, 5, 20)
CITED = {"citation": "§ 1", "source": ["S"], "status": "verified", "as_of": "2026-01-01"}
POLICIES = st.fixed_dictionaries(
    {"open": st.sampled_from(["wide", "narrow"]), "starts": st.sampled_from(["monday", "sunday"])}
)
PERIODS = ["day", "week", "fortnight", "month", "quarter", "year", "year_of_experience", "year_of_cycle"]
CALENDAR = ["day", "week", "month", "quarter", "year"]
"""Periods that do not hang on the first entry."""


CALIFORNIA_ACCEPTS = {
    "ca_practiced_recently": True,
    "ca_restricted": (),
    "ca_trained": True,
    "ca_video_suits": True,
    "ca_belongs_to_practice": True,
}
"""What California asks about a supervisor beyond the license, answered as it should be (BPC 4980.03(g))."""


def maybe(*values):
    return st.sampled_from([*values, None])


def numbered(rows):
    return [{"id": number, **row} for number, row in enumerate(rows)]


# -- conditions ----------------------------------------------------------------------------------------------------------

_PERSON = [
    {"person.done": True},
    {"person.done": {"known": True}},
    {"person.grade": {"at_most": 2}},
    {"person.grade": {"divided_by": 2, "leaves": 1}},
    {"person.turned": {"before": "2026-05-20"}},
    {"person.turned": {"until": {"of": "as_of", "minus": "1 weeks"}}},
    {"policy.open": "wide"},
]
_OF_ENTRIES = [
    {"activity": "a"},
    {"activity": ["a", "b"]},
    {"activity": "c"},
    {"activity": ["c", "d"]},
    {"delivery": "video"},
    {"minutes": {"at_least": 60}},
    {"minutes": 60},
    {"minutes": {"divided_by": 60, "leaves": 0}},
    {"head_count": {"at_least": 2, "at_most": 5}},
    {"head_count": {"divided_by": 2, "leaves": 1}},
    {"day": {"before": "person.turned"}},
    {"day": {"from": {"of": "person.turned", "minus": "1 months"}, "until": {"of": "person.turned", "plus": "1 weeks"}}},
    {"day": {"after": {"of": "person.turned", "otherwise": "as_of", "end_of_month": True, "minus": "30 days"}}},
    {"day": {"within": "person.terms", "lapse_under": "5 days", "followed_by": "person.turned"}},
    {"day": {"known": True}},
    {"person.turned": {"after": {"of": "day", "minus": "1 months"}}},
    {"setting.kind": ["good", "fair"]},
    {"supervisor.grade": {"at_least": 2}},
    {"topic": "x"},
    {"course": {"known": True}},
    {"client": "m"},
    {"practicum": True},
]  # fmt: skip
_PLAIN = ["everything", "work", "giving", {"activity": "c"}, {"activity": "a"}]


def _combined(atoms):
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
            inner.map(lambda part: {"not": part}),
        ),
        max_leaves=4,
    )


ATOMS = st.sampled_from([*_OF_ENTRIES, *_PERSON])
PLAIN = st.sampled_from(_PLAIN)
# Most of the time something plain, so that one rule does not undo everything the others would do.
CONDITIONS = st.one_of(PLAIN, PLAIN, ATOMS, _combined(st.one_of(ATOMS, st.just("named"))))
OF_PERSON = st.one_of(st.sampled_from(_PERSON), _combined(st.sampled_from(_PERSON)))


# -- rules ---------------------------------------------------------------------------------------------------------------


def keys(required, **optional):
    """A mapping of strategies; the optional keys are there or not."""
    return st.fixed_dictionaries(required, optional=optional)


def seldom(some):
    """Mostly none of it, so that what comes after is seen too."""
    return st.one_of(st.just([]), st.just([]), some)


def listed(prefix, rule, most, least=0):
    """Some rules, each cited and with an id of its own."""
    return st.lists(rule, min_size=least, max_size=most).map(
        lambda found: [
            CITED | {"id": f"{prefix}{at}", "title": "A rule"} | each for at, each in enumerate(found)
        ]
    )


HOURS = st.integers(0, 12).map(lambda hours: f"{hours} hours")
FEW_HOURS = st.sampled_from(["30 minutes", "1 hour", "2 hours", "3 hours"])
STATUS = st.sampled_from(["verified", "verified", "verified", "unknown"])
LENGTH = st.sampled_from(["1 day", "3 days", "7 days", "2 weeks", "1 month", "2 months", "1 year"])
EVERY = st.fixed_dictionaries(
    {
        "amount": st.one_of(FEW_HOURS, st.sampled_from(["1 day", "1 week", "2 weeks", "1 month", "1 year"])),
        "of": CONDITIONS,
    }
)


def instead(amounts):
    other = st.fixed_dictionaries({"when": OF_PERSON, "amount": amounts, "citation": st.just("§ 2")})
    return st.lists(other, min_size=1, max_size=2)


CONSEQUENCES = st.one_of(
    st.fixed_dictionaries({"consequence": st.sampled_from(["forfeit", "forfeit", "cap", "warn"])}),
    st.fixed_dictionaries(
        {
            "policy": st.just("open"),
            "consequences": st.fixed_dictionaries({each: st.sampled_from(["forfeit", "cap", "warn"]) for each in ("wide", "narrow")}),
        }
    ),
)  # fmt: skip
FLOOR_CONSEQUENCES = st.one_of(
    st.fixed_dictionaries({"consequence": st.sampled_from(["forfeit", "forfeit", "forfeit", "warn"])}),
    st.just({"policy": "open", "consequences": {"wide": "warn", "narrow": "forfeit"}}),
)


def merged(*parts):
    return st.tuples(*parts).map(lambda found: {key: value for part in found for key, value in part.items()})


GATES = keys({"applies": CONDITIONS, "only_if": CONDITIONS, "lost": st.just("no")}, status=STATUS)
CONVERSIONS = keys(
    {
        "of": CONDITIONS,
        "minutes": st.sampled_from([45, 50, 60, 180]),
        "count_as": st.sampled_from([0, 30, 60, 90]),
    },
    whole=st.booleans(),
)
SERVING = st.sampled_from(
    ["everything", "giving", "giving", {"activity": "a"}, {"head_count": {"at_most": 3}}]
)


def floors(amounts):
    at_least = st.one_of(
        st.sampled_from(amounts).map(lambda amount: {"at_least": amount}),
        keys(
            {"at_least": st.sampled_from(["1 meeting", "2 meetings"])},
            each=st.sampled_from(["30 minutes", "60 minutes", "100 minutes"]),
            in_different_weeks=st.booleans(),
        ),
    )
    return merged(at_least, keys({"of": SERVING}, applies=CONDITIONS), FLOOR_CONSEQUENCES)


def steps(found, extras):
    """Steps of the floors there are; a step adds what its floor counts."""
    of_floor = [floor for floor in found if not floor["at_least"].endswith(("meeting", "meetings"))]
    if not of_floor:
        return st.just([])
    named = st.sampled_from(of_floor).map(
        lambda floor: {
            "floor": floor["id"],
            "extra": extras["unit" if "unit" in floor["at_least"] else "hour"],
        }
    )
    first = (
        []
        if of_floor[0] is not found[0]
        else [
            named.filter(lambda part: part["floor"] == found[0]["id"]).map(
                lambda part: {"extra": part["extra"]}
            )
        ]
    )
    step = merged(
        keys({"performed": CONDITIONS, "over": FEW_HOURS}, applies=CONDITIONS),
        CONSEQUENCES,
        st.one_of(named, *first),
    )
    return listed("step", step, 2, least=1)  # fmt: skip


@st.composite
def supervisions(draw):
    with_units = draw(st.booleans())
    amounts = ["30 minutes", "1 hour", "2 hours", *(["1 unit", "1 unit", "2 units"] if with_units else [])]
    found = draw(st.one_of(listed("floor", floors(amounts), 2, least=1), st.just([])))
    average = merged(
        keys(
            {"performed": CONDITIONS, "one_unit_per": st.sampled_from(["1 hour", "2 hours", "5 hours"])},
            applies=CONDITIONS,
            of=SERVING,
            across=st.sampled_from(["setting", "everything"]),
        ),
        CONSEQUENCES,
    )
    supervision = {
        "per": draw(st.sampled_from(["week", "week", *PERIODS])),
        "where": draw(st.sampled_from(["each_setting", "anywhere"])),
        "exempt": draw(st.one_of(st.just({"activity": "e"}), CONDITIONS)),
        "floors": found,
        "steps": draw(steps(found, {"unit": "1 unit", "hour": "1 hour"})),
        "averages": draw(st.one_of(listed("average", average, 1, least=1), st.just([]))),
    }
    if with_units:
        supervision["units"] = CITED | {"id": "units", "title": "Units", "minutes": {"a": 60, "b": 120}}
    return supervision


def limits(periods):
    """Limits of every scope; ``periods`` are those they may be taken per."""
    per = keys({}, per=st.sampled_from(periods))
    return st.one_of(
        merged(keys({"of": CONDITIONS, "at_most": HOURS}, status=STATUS), per),
        merged(keys({"of": CONDITIONS, "at_most": FEW_HOURS, "for_every": EVERY}), per),
        merged(keys({"of": CONDITIONS, "at_most": HOURS, "instead": instead(HOURS)}), per),
        keys({"of": CONDITIONS, "at_most": HOURS, "in_any": LENGTH}),
        keys({"of": CONDITIONS, "in_best": LENGTH}),
        keys({"of": CONDITIONS, "once_per": st.sampled_from(["course", "setting", "supervisor"])}),
        keys(
            {
                "of": CONDITIONS,
                "only_from": st.sampled_from(["1 supervisor", "2 supervisors", "1 setting", "2 courses"]),
            }
        ),
    )


NUMBERS = st.integers(0, 5)
COMMON = {"applies": OF_PERSON, "satisfied_if": OF_PERSON}
MINUTES = keys(
    {"of": CONDITIONS, "at_least": HOURS, "noun": st.just("of it")},
    counting=st.sampled_from(["credited", "admitted"]),
    status=STATUS,
    **COMMON,
)
_OTHER = [
    keys({"of": CONDITIONS, "at_least": FEW_HOURS, "for_every": EVERY}, counting=st.sampled_from(["credited", "admitted"])),
    keys({"of": CONDITIONS, "at_least": HOURS, "instead": instead(HOURS)}),
    keys({"of": CONDITIONS, "at_least": st.builds("{} {}".format, NUMBERS, st.sampled_from(["days", "weeks", "months", "years"])),
          "span": st.just(True)}, **COMMON),
    keys({"of": CONDITIONS, "at_least": NUMBERS.map("{} courses".format),
          "distinct": st.sampled_from(["course", "setting", "supervisor", "client", "day"])}),
    keys({"confirmed": OF_PERSON}, **COMMON),
]  # fmt: skip


def periods_requirement(with_units):
    measure = keys(
        {"each": st.sampled_from(["week", *PERIODS])},
        minutes=FEW_HOURS,
        **({"units": st.integers(0, 2), "of": SERVING} if with_units else {}),
    )
    return keys({"of": CONDITIONS, "at_least": NUMBERS.map("{} weeks".format), "periods": measure}, **COMMON)


@st.composite
def requirements(draw, with_units):
    one = st.one_of(MINUTES, MINUTES, periods_requirement(with_units), *_OTHER).map(
        lambda rule: rule | {"noun": "of it"}
    )
    found = draw(listed("q", one, 4, least=1))
    if draw(st.booleans()):
        some = draw(st.lists(st.sampled_from([rule["id"] for rule in found]), min_size=1, unique=True))
        how_many = draw(st.integers(1, len(some)))
        choice = {
            "id": "options",
            "title": "Options",
            "any_of": some,
            "how_many": how_many,
            "noun": "of them",
        }
        found.insert(draw(st.integers(0, len(found))), CITED | choice)
    return found


def grants(found):
    """Hours without entries, to the requirements that count hours."""
    to = [
        rule["id"]
        for rule in found
        if "minutes" in str(rule.get("at_least")) or "hour" in str(rule.get("at_least"))
    ]
    if not to:
        return st.just([])
    amount = st.one_of(
        keys({"add": FEW_HOURS}),
        keys({"add_hours_of": st.just("person.carried")}, at_most=FEW_HOURS),
    )
    listed_to = st.lists(st.sampled_from(to), min_size=1, max_size=2, unique=True)
    return listed("grant", merged(keys({"when": OF_PERSON, "to": listed_to}), amount), 1)


# -- packs, logs and facts -----------------------------------------------------------------------------------------------

FACT = {"label": "it", "question": "What is it?"}


def _policy(options):
    return CITED | {"question": "?", "options": options, "default": next(iter(options)), "reason": "silent"}


VERSION = {
    "id": "1",
    "begins": "2020-01-01",
    "covers_from": {"day": "2020-01-01", "sentence": "Too old.", **CITED},
    "definitions": {
        "named": "everything",
        "giving": {"activity": ["a", "b"]},
        "work": {"activity": ["c", "d"]},
    },
    "order": {"wide": ["named", "giving"], "narrow": []},
    "order_policy": "open",
    "week_start_policy": "starts",
}


def pack_of(version, carried=None, delivery=None):
    """A pack of one version, these parts of it and the rest plain, and what it assumes of two facts."""
    return Pack.model_validate(
        {
            "pack": "xx/small",
            "kind": "experience",
            "jurisdiction": "XX",
            "board": "A board",
            "license": "L",
            "title": "A small pack",
            "governed_by": ["as_of"],
            "sources": {"S": {"title": "s", "url": "https://example.org"}},
            "facts": {
                "person.turned": {"type": "date", "not_yet": True, **FACT},
                "person.terms": {"type": "periods", **FACT},
                "person.grade": {"type": "number", **FACT},
                "person.done": {"type": "yes_no", **FACT},
                "person.carried": {"type": "number", "assume": carried, **FACT},
                "person.cycle_begins": {"type": "date", **FACT},
                "setting.kind": {"type": "word", **FACT},
                "supervisor.grade": {"type": "number", **FACT},
                "delivery": {"type": "word", "assume": delivery, **FACT},
            },
            "policies": {
                "open": _policy({"wide": "w", "narrow": "n"}),
                "starts": _policy({"monday": "m", "sunday": "s"}),
            },
            "versions": [VERSION | version],
        }
    )


@st.composite
def small_packs(draw, only=None, most_limits=3, periods=PERIODS):
    """A pack of one version; where ``only`` names supervision, limits or requirements, with hardly anything else."""

    def part(name, strategy, otherwise):
        return draw(strategy if only in (None, name) else otherwise)

    nothing = st.just([])
    supervised = part(
        "supervision", supervisions() if only else st.one_of(st.none(), supervisions()), st.none()
    )
    found = part(
        "requirements",
        requirements(bool(supervised and "units" in supervised)),
        listed("q", MINUTES, 1, least=1),
    )
    least = int(only == "limits")
    contradiction = ATOMS.map(lambda when: [{"id": "doubt", "when": when, "sentence": "Both cannot be."}])
    version = {
        "covers_from": VERSION["covers_from"]
        | {"day": draw(st.sampled_from(["2020-01-01", "2020-01-01", "2026-05-01"]))},
        "definitions": VERSION["definitions"] | {"named": draw(ATOMS)},
        "gates": part("gates", seldom(listed("gate", GATES, 2)), nothing),
        "sessions": part("sessions", seldom(listed("session", GATES, 1)), nothing),
        "doubts": part("doubts", seldom(contradiction), nothing),
        "conversions": draw(seldom(listed("conversion", CONVERSIONS, 2))),
        "supervision": supervised,
        "limits": part("limits", listed("limit", limits(periods), most_limits, least=least), nothing),
        "grants": draw(grants(found)),
        "requirements": found,
    }
    return pack_of(
        version,
        carried=draw(st.sampled_from([None, None, 1])),
        delivery=draw(st.sampled_from([None, "video"])),
    )


LAST_WEEKS = st.integers(-25, 1).map(lambda offset: AS_OF + timedelta(days=offset))
# A month, a year or the last day of a month before others; a day earlier or later is another period.
FAR_DAYS = st.sampled_from(
    [date(2024, 2, 29), date(2025, 2, 28), date(2025, 5, 19), date(2025, 5, 20), date(2025, 5, 21), date(2026, 1, 31),
     date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 19), date(2026, 4, 20), date(2026, 4, 21)]
)  # fmt: skip
DAYS = st.one_of(LAST_WEEKS, LAST_WEEKS, FAR_DAYS)
ROWS = st.fixed_dictionaries(
    {
        "day": DAYS,
        "minutes": st.sampled_from([60, 120, 300, 90, 45, 601, 1, 0]),
        "activity": st.sampled_from(["c", "c", "a", "a", "b", "d", "e", None]),
        "setting": st.sampled_from(["one", "one", "one", "two", "two", None]),
        "supervisor": maybe("u", "v"),
        "delivery": maybe("video", "phone"),
        "head_count": st.sampled_from([1, 1, 3, 7, None]),
        "topic": maybe((), ("x",), ("x", "y")),
        "course": maybe("k", "l"),
        "client": maybe("m", "n"),
        "practicum": maybe(True, False),
    }
)
BUSY_ROWS = st.fixed_dictionaries(
    {
        "day": st.one_of(st.integers(-9, 0).map(lambda offset: AS_OF + timedelta(days=offset)), FAR_DAYS),
        "minutes": st.sampled_from([60, 120, 90, 30, 300]),
        "activity": st.sampled_from(["c", "a", "d", "b"]),
        "setting": st.sampled_from(["one", "one", "two"]),
        "supervisor": st.sampled_from(["u", "v"]),
        "delivery": st.just("video"),
        "head_count": st.sampled_from([1, 3]),
        "topic": st.just(("x",)),
        "course": st.sampled_from(["k", "l"]),
        "client": st.just("m"),
        "practicum": st.just(True),
    }
)
"""Full weeks with nothing unknown, so that supervision is there and what comes after it is seen."""
PLACES = {
    "settings": st.fixed_dictionaries({"one": st.sampled_from([{}, {"kind": "good"}]), "two": st.just({"kind": "bad"})}),
    "supervisors": st.just({"u": {"grade": 2}, "v": {}}),
}  # fmt: skip
PERSONS = st.fixed_dictionaries(
    {
        "turned": st.sampled_from([None, NOT_YET, date(2026, 5, 8), date(2026, 5, 31)]),
        "terms": st.sampled_from([None, (), ((date(2026, 5, 1), date(2026, 5, 5)), (date(2026, 5, 9), date(2026, 5, 12)))]),
        "grade": maybe(1, 2, 3),
        "done": maybe(True, False),
        "carried": maybe(0, 2),
        "cycle_begins": st.sampled_from([None, date(2024, 2, 29), date(2026, 5, 6)]),
    }
)  # fmt: skip
FACTS = st.builds(Facts, person=PERSONS, **PLACES)


def logs(rows=ROWS, most=16):
    return st.lists(rows, min_size=most // 4, max_size=most).map(numbered)


@st.composite
def people(draw, rows=ROWS):
    """Some people by name, each with a log and facts; they work in the same places."""
    places = draw(st.fixed_dictionaries(PLACES))
    return {
        name: (draw(logs(rows, most=8)), Facts(person=draw(PERSONS), **places))
        for name in draw(st.sampled_from(["ab", "abc"]))
    }
