"""Text as an eye reads it: look-alike letters, wide forms, invisible signs and accents folded, places kept.

Somebody who hides a name, or a program that pastes one with odd signs, must not get past rules written for plain letters.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_LOOK_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеоѕіјрсухһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορυıɑɡ‐‑‒–—―−′’‘`´“”＠・․⁄∕",
    "ABESIJKMHOPCTYXaeosijpcyxhdqwABEZHIKMNOPTYXavopuiag-------'''''\"\"@../" + "/",
)
"""Cyrillic and Greek letters that look Latin, and the many dashes and quotation marks."""


@dataclass(frozen=True)
class Folded:
    """Plain text, and for each of its characters the place in the original it came from."""

    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original that a part of the plain text came from."""
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold a text, letter by letter.

    >>> fold("Ｍr․ Jo\u200bnеs").text
    'Mr. Jones'
    """
    if text.isascii() and text.isprintable():
        return Folded(text, range(len(text)))
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for plain in _plain(letter):
            letters.append(plain)
            places.append(place)
    return Folded("".join(letters), places)


def _plain(letter: str) -> str:
    """What one character looks like: nothing where it is invisible, a space for every kind of blank."""
    if letter in "\n\t":
        return letter
    if letter.isspace():
        return " "
    parts = unicodedata.normalize("NFKD", letter.translate(_LOOK_ALIKE)).translate(_LOOK_ALIKE)
    return "".join(
        str(unicodedata.decimal(part)) if part.isdecimal() else part
        for part in parts
        if unicodedata.category(part) not in {"Cf", "Mn", "Me", "Cc"}
    )
