"""Item analysis against numbers others have published, and what it must not say."""

from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

from ceu.questions.analysis import (
    FEWEST,
    Sitting,
    analyze_item,
    analyze_test,
    correlation,
    count_options,
    cronbach_alpha,
    discrimination_index,
    mean,
    variance,
)

# Ten students and ten questions: Karl L. Wuensch, "The Kuder-Richardson 20" (core.ecu.edu/wuenschk/StatHelp/KR20.txt).
WUENSCH = {
    "A": "1111110110", "B": "1011011101", "C": "1111011001", "D": "0010001000", "E": "0000010010",
    "F": "1110111111", "G": "1101110111", "H": "1111111101", "I": "0101111101", "J": "1101101110",
}  # fmt: skip
ROWS = [[Fraction(int(mark)) for mark in marks] for marks in WUENSCH.values()]


def test_kr_20_of_a_published_example() -> None:
    assert variance([sum(row, Fraction(0)) for row in ROWS]) == Fraction(584, 100)
    assert [mean(column) for column in zip(*ROWS, strict=True)] == [
        Fraction(tenths, 10) for tenths in (7, 7, 6, 7, 6, 8, 7, 7, 5, 6)
    ]
    assert cronbach_alpha(ROWS) == Fraction(10, 9) * (1 - Fraction(218, 584))


def test_alpha_of_a_published_example() -> None:
    """Ten answers to three questions: statology.org, "How to Calculate Cronbach's Alpha in Python", which finds 0.7734."""
    columns = ([1, 2, 2, 3, 2, 2, 3, 3, 2, 3], [1, 1, 1, 2, 3, 3, 2, 3, 3, 3], [1, 1, 2, 1, 2, 3, 3, 3, 2, 3])
    alpha = cronbach_alpha([[Fraction(value) for value in row] for row in zip(*columns, strict=True)])
    assert alpha is not None
    assert round(float(alpha), 4) == 0.7734


def test_the_corrected_point_biserial_by_hand() -> None:
    """Own marks 1, 1, 0, 0 beside rests 4, 2, 3, 1: covariance 1/4, variances 1/4 and 5/4, so 1 / square root of 5."""
    own, rest = [Fraction(mark) for mark in (1, 1, 0, 0)], [Fraction(mark) for mark in (4, 2, 3, 1)]
    found = correlation(own, rest)
    assert found is not None
    assert found**2 == pytest.approx(1 / 5)
    assert correlation(own, [Fraction(1)] * 4) is None


def test_the_discrimination_index() -> None:
    rest = [Fraction(value) for value in range(100)]
    assert discrimination_index([Fraction(value >= 73) for value in range(100)], rest) == 1
    assert discrimination_index([Fraction(value < 27) for value in range(100)], rest) == -1
    assert discrimination_index([Fraction(1)] * 100, rest) == 0


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 5)), min_size=4, max_size=30),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_records_does_not_matter(pairs: list[tuple[int, int]], chance: object) -> None:
    def index(pairs: list[tuple[int, int]]) -> Fraction:
        return discrimination_index(
            [Fraction(own) for own, _ in pairs], [Fraction(rest) for _, rest in pairs]
        )

    assert index(pairs) == index(sorted(pairs))
    assert -1 <= index(pairs) <= 1


def sittings(people: int) -> list[Sitting]:
    """People who know ever more: person n has right what is easier than their number."""
    weights = {f"q{number}": Fraction(1 + number % 2) for number in range(4)}
    return [
        Sitting({f"q{number}": Fraction(person * 4 >= number * people) for number in range(4)}, weights)
        for person in range(people)
    ]


def test_too_few_to_tell() -> None:
    item = analyze_item("q1", sittings(FEWEST - 1))
    assert (item.answers, item.facility, item.discrimination, item.correlation, item.flags) == (
        FEWEST - 1,
        None,
        None,
        None,
        (),
    )
    assert analyze_test(sittings(FEWEST - 1)).mean is None
    assert analyze_test([]).sittings == 0


def test_a_good_question_and_a_question_everybody_knows() -> None:
    people = sittings(40)
    good = analyze_item("q2", people)
    assert (good.facility, good.discrimination, good.flags) == (Fraction(1, 2), Fraction(10, 11), ())
    easy = analyze_item("q0", people)
    assert easy.facility == 1
    assert easy.correlation is None
    assert easy.flags == ("Nearly everybody earns it, so it tells little.",)
    whole = analyze_test(people)
    assert whole.alpha is not None
    assert whole.error is not None
    assert 0 < whole.alpha < 1


def test_a_wrong_key_is_flagged() -> None:
    people = [
        Sitting({**each.fractions, "q2": 1 - each.fractions["q2"]}, each.weights) for each in sittings(40)
    ]
    assert analyze_item("q2", people).flags == ("Those who do well otherwise do worse here: check the key.",)


def test_reliability_is_not_told_where_questions_were_drawn() -> None:
    people = sittings(40)
    some = [
        Sitting({name: each.fractions[name] for name in ("q0", "q1")}, each.weights) for each in people[:5]
    ]
    assert analyze_test(people + some).alpha is None
    assert analyze_test(people + some).mean is not None


def test_what_options_attract() -> None:
    chosen = [["a"]] * 6 + [["b"]] * 3 + [["a", "c"]]
    counted = {
        row.option: row
        for row in count_options(("a", "b", "c", "d"), chosen, [Fraction(n) for n in range(10)])
    }
    assert [(row.chosen, row.best, row.last) for row in counted.values()] == [
        (7, 1, 3),
        (3, 2, 0),
        (1, 1, 0),
        (0, 0, 0),
    ]
    assert count_options(("a",), [], ())[0].chosen == 0
