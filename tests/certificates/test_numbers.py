"""Certificate numbers: readable, and read back however they are typed."""

from hypothesis import given, strategies as st

from ceu.certificates.numbers import ALPHABET, new_number, read_number


def test_it_works() -> None:
    assert read_number(new_number(2026)) is not None


def test_numbers_do_not_repeat() -> None:
    assert len({new_number(2026) for _ in range(1_000)}) == 1_000


CODES = st.text(ALPHABET, min_size=8, max_size=8)


@given(CODES, st.integers(2000, 2199), st.sampled_from(["", " ", "-", " - ", "."]))
def test_blanks_dashes_and_case_do_not_matter(code: str, year: int, between: str) -> None:
    number = f"CEU-{year}-{code[:4]}-{code[4:]}"
    typed = between.join(["ceu", str(year), code[:4].lower(), code[4:]])
    assert read_number(typed) == read_number(number) == number


@given(CODES)
def test_letters_that_look_like_digits_are_read_as_digits(code: str) -> None:
    number = f"CEU-2026-{code[:4]}-{code[4:]}"
    for misread in (number.replace("0", "O"), number.replace("1", "I"), number.replace("1", "l")):
        assert read_number(misread) == number


@given(st.text(max_size=40))
def test_anything_else_is_no_number_or_one_in_its_one_spelling(typed: str) -> None:
    number = read_number(typed)
    assert number is None or read_number(number) == number
