"""Two clients differ, one is the same again, and neither two people's logs nor two sites can be laid side by side."""

from ceu.adapters.pseudonyms import LENGTH, Pseudonyms

SITE = Pseudonyms("a" * 64)


def test_one_client_is_the_same_again() -> None:
    assert SITE.of(1, "C-17") == SITE.of(1, " c-17 ")
    assert len(SITE.of(1, "C-17")) == LENGTH


def test_others_are_others() -> None:
    hashes = {SITE.of(1, "C-17"), SITE.of(1, "C-18"), SITE.of(2, "C-17"), Pseudonyms("b" * 64).of(1, "C-17")}
    assert len(hashes) == 4
