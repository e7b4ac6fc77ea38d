"""Text is folded to what an eye reads, and every place leads back to the original."""

from hypothesis import given, strategies as st

from ceu.deidentify.folding import fold


@given(st.text(max_size=200))
def test_every_folded_letter_has_its_place(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.places)
    assert list(folded.places) == sorted(folded.places)
    assert all(0 <= place < len(text) for place in folded.places)


@given(st.text(max_size=200))
def test_folding_again_changes_nothing(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=100))
def test_plain_text_stays(text: str) -> None:
    assert fold(text).text == text
    assert fold(text).span(0, len(text)) == (0, len(text)) if text else True
