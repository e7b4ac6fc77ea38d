"""Questions of every kind with awkward texts, for round trips."""

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from ceu.questions.model import Question, QuestionError, from_json

SIGNS = "aé ~={}#:\\%[]<>&*_`->/\n\"'.!1|$(){{}}--//"
words = (
    st.text(
        st.sampled_from(SIGNS) | st.characters(codec="utf-8", categories=("L", "N", "P", "S")),
        min_size=1,
        max_size=16,
    )
    .map(str.strip)
    .filter(bool)
)
maybe = st.just("") | words
ids = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
exact = st.fractions(-1000, 1000, max_denominator=40).map(str)
parts = st.sampled_from(
    [Fraction(1, 2), Fraction(1, 3), Fraction(3, 7), Fraction(0), Fraction(-1, 4), Fraction(17, 1000)]
)


def some(strategy: st.SearchStrategy[Any], at_least: int, at_most: int = 5) -> st.SearchStrategy[list[Any]]:
    return st.lists(strategy, min_size=at_least, max_size=at_most)


def named(texts: list[str], prefix: str) -> list[dict[str, Any]]:
    return [{"id": f"{prefix}{number}", "text": text} for number, text in enumerate(texts)]


@st.composite
def options(draw: st.DrawFn, single: bool | None = None) -> dict[str, Any]:
    texts = draw(st.lists(words, min_size=2, max_size=5, unique=True))
    several = draw(st.booleans()) if single is None else not single
    right = draw(st.integers(0, len(texts) - 1))
    found = [
        {**option, "correct": place == right, "feedback": draw(maybe)}
        for place, option in enumerate(named(texts, draw(st.sampled_from(["", "o"])) or "a"))
    ]
    if several:
        for option in found:
            option["correct"] = option["correct"] or draw(st.booleans())
        if draw(st.booleans()):
            rights = [option for option in found if option["correct"]]
            for option in found:
                share = Fraction(1, len(rights)) if option["correct"] else Fraction(-1, 3)
                option["fraction"] = str(share)
    elif draw(st.booleans()):
        wrong = found[(right + 1) % len(found)]
        wrong["fraction"] = str(draw(parts))
    return {
        "options": found,
        "several": several,
        "shuffle": draw(st.booleans()),
        "scoring": draw(st.sampled_from(["each", "all"])),
    }


@st.composite
def texts(draw: st.DrawFn) -> dict[str, Any]:
    patterns = draw(st.lists(words, min_size=1, max_size=4, unique=True))
    answers = [
        {"pattern": pattern, "fraction": str(draw(parts)), "feedback": draw(maybe)} for pattern in patterns
    ]
    answers[0]["fraction"] = "1"
    return {"answers": answers, "case_matters": draw(st.booleans())}


@st.composite
def numbers(draw: st.DrawFn) -> dict[str, Any]:
    kinds = st.one_of(
        st.fixed_dictionaries({"value": exact, "tolerance": st.sampled_from(["0", "1/2", "0.05", "1/3"])}),
        st.tuples(exact, exact).map(
            lambda ends: dict(zip(("low", "high"), sorted(ends, key=Fraction), strict=True))
        ),
        st.fixed_dictionaries({"low": exact}),
        st.just({}),
    )
    answers = [
        {**found, "fraction": str(draw(parts)), "feedback": draw(maybe)} for found in draw(some(kinds, 1, 3))
    ]
    answers[0]["fraction"] = "1"
    units = draw(
        st.lists(
            st.fixed_dictionaries({"name": words, "factor": st.sampled_from(["1", "1000", "1/60"])}),
            max_size=2,
        )
    )
    return {"answers": answers, "units": units, "unit_needed": bool(units) and draw(st.booleans())}


@st.composite
def matching(draw: st.DrawFn) -> dict[str, Any]:
    targets = named(draw(st.lists(words, min_size=2, max_size=4, unique=True)), "t")
    prompts = named(draw(st.lists(words, min_size=1, max_size=4, unique=True)), "p")
    for prompt in prompts:
        prompt["match"] = draw(st.sampled_from(targets))["id"]
        prompt["feedback"] = draw(maybe)
    return {"prompts": prompts, "targets": targets, "shuffle": draw(st.booleans())}


@st.composite
def cloze(draw: st.DrawFn) -> dict[str, Any]:
    kinds = {"choice": options(single=True), "short_text": texts(), "numeric": numbers()}
    gaps = []
    stem = draw(maybe)
    for number in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(sorted(kinds)))
        gaps.append(
            {
                "id": f"g{number}",
                "kind": kind,
                **draw(kinds[kind]),
                "weight": draw(st.sampled_from(["1", "2", "1/2"])),
            }
        )
        stem += f" {{{{g{number}}}}} {draw(maybe)}"
    return {"stem": stem, "gaps": gaps}


KINDS = {
    "choice": options(),
    "true_false": st.fixed_dictionaries({"answer": st.booleans(), "if_true": maybe, "if_false": maybe}),
    "short_text": texts(),
    "numeric": numbers(),
    "matching": matching(),
    "ordering": st.lists(words, min_size=2, max_size=5, unique=True).map(
        lambda found: {"items": named(found, "i")}
    ),
    "cloze": cloze(),
}


@st.composite
def any_question(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(KINDS)) -> Question | None:
    kind = draw(st.sampled_from(kinds))
    data = {
        "kind": kind,
        "id": draw(ids),
        "stem": draw(words),
        "name": draw(maybe),
        "weight": draw(st.sampled_from(["1", "2", "2/3", "0"])),
        "objective": draw(st.none() | ids),
        "tags": draw(st.lists(words, max_size=2)),
        "feedback": draw(maybe),
        "outcomes": draw(
            st.fixed_dictionaries({}, optional={"right": words, "partly": words, "wrong": words})
        ),
        **draw(KINDS[kind]),
    }
    try:
        return from_json(data)
    except QuestionError:
        return None  # braces of a text happened to name a gap, or two texts became one


def many(*kinds: str) -> st.SearchStrategy[list[Question]]:
    """Some questions, each with an id of its own."""
    one = any_question(kinds) if kinds else any_question()
    return st.lists(one.filter(bool), min_size=1, max_size=3, unique_by=lambda question: question.id)
