"""What is asked in an evaluation, and what the evaluations of a course say together: never of a group so small that a person
could be told in it. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ceu.domain.errors import DomainError

FEWEST = 5
"""Fewer evaluations are not summed up by themselves, and anonymous ones reach the report only so many together."""

RATINGS = (5, 4, 3, 2, 1)
YES_NO = ("yes", "no")

Answer = int | str

Sheet = Mapping[str, Answer]
"""One evaluation without a name: answers by the items' ids."""


@dataclass(frozen=True)
class Item:
    """One item of a form as it was asked; ``subject`` is the presenter it is about. See ``ceu.adapters.courses.AskedItem``."""

    id: str
    kind: str
    prompt: str
    options: tuple[str, ...] = ()
    subject: str = ""

    @property
    def label(self) -> str:
        """What is asked, and of whom."""
        return f"{self.subject}: {self.prompt}" if self.subject else self.prompt

    @property
    def offered(self) -> tuple[Answer, ...]:
        """What may be answered, the best or first one first; nothing where words are asked for."""
        every: dict[str, tuple[Answer, ...]] = {"rating": RATINGS, "yes_no": YES_NO, "choice": self.options}
        return every.get(self.kind, ())


COMMENT = Item("", "text", "Anything else you want the provider to know?")
"""The item that ends every form; no item of a course has an empty id."""


def form_items(outline: Mapping[str, Any]) -> list[Item]:
    """The whole form of a published version, from its outline."""
    asked = (
        Item(
            each["id"],
            each["kind"],
            each["prompt"],
            tuple(each.get("options", ())),
            each.get("subject") or "",
        )
        for each in outline["evaluation"]
    )
    return [*asked, COMMENT]


def is_anonymous(outline: Mapping[str, Any]) -> bool:
    """Whether a version promises that nobody learns who answered what; versions from before that choice do not."""
    return bool(outline.get("anonymous_evaluation"))


def check_answers(items: Iterable[Item], answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers worth keeping: every item that offers answers has one of them, words may be left out.

    Raises DomainError for anything else.
    """
    known = {item.id: item for item in items}
    if answers.keys() - known.keys():
        raise DomainError("This evaluation has an answer to something that was not asked.")
    for item in known.values():
        given = answers.get(item.id)
        if item.offered and (isinstance(given, bool) or given not in item.offered):
            raise DomainError("Rate every item from 1 to 5, and answer every question.")
        if not item.offered and not isinstance(given, str | None):
            raise DomainError("Answer this in words.")
    return {item: given for item, given in answers.items() if given != ""}


@dataclass(frozen=True)
class Told:
    """The evaluations of one version: its form, how many were sent, and those that may be told of."""

    number: int
    items: Sequence[Item]
    sent: int
    sheets: Sequence[Sheet]

    @property
    def waiting(self) -> int:
        """How many were sent that are not told of yet."""
        return self.sent - len(self.sheets)


def told(number: int, items: Sequence[Item], sent: int, sheets: Sequence[Sheet]) -> Told:
    """What may be told of one version: nothing while it is of fewer than FEWEST people."""
    return Told(number, items, sent, sheets if len(sheets) >= FEWEST else ())


@dataclass(frozen=True)
class Summary:
    """One item: how many gave which answer, or the words that were given, in alphabetical order."""

    item: Item
    answers: int
    counts: tuple[tuple[Answer, int], ...] = ()
    words: tuple[str, ...] = field(default=(), repr=False)

    @property
    def mean(self) -> Fraction | None:
        """The exact mean of ratings, None without any."""
        if self.item.kind != "rating" or not self.answers:
            return None
        return Fraction(sum(int(rating) * count for rating, count in self.counts), self.answers)

    @property
    def mean_text(self) -> str:
        """The mean with two decimals, cut and never rounded up."""
        if self.mean is None:
            return "none"
        hundredths = self.mean.numerator * 100 // self.mean.denominator
        return f"{hundredths // 100}.{hundredths % 100:02d}"


def summaries(versions: Iterable[Told]) -> list[Summary]:
    """Every item summed up over these versions, in the order of the first form that has it; nothing without evaluations.

    Items count as one where they ask the same of the same presenter. Words stand in alphabetical order, which tells
    nobody who came first.
    """
    sheets: dict[Item, list[Answer | None]] = {}
    for version in versions:
        if version.sheets:
            for item in version.items:
                sheets.setdefault(item, []).extend(sheet.get(item.id) for sheet in version.sheets)
    return [_summary(item, given) for item, given in sheets.items()]


def _summary(item: Item, given: Sequence[Answer | None]) -> Summary:
    there = [each for each in given if each is not None]
    if not item.offered:
        return Summary(item, len(there), words=tuple(sorted(map(str, there))))
    times = Counter(there)
    return Summary(item, len(there), tuple((each, times[each]) for each in item.offered))


def table_of(version: str, found: Iterable[Summary]) -> list[list[Answer]]:
    """The rows of a table under HEADINGS: one for each answer that an item offers, and one for each text."""
    return [
        [version, each.item.prompt, each.item.subject, each.answers, mean, answer, count]
        for each in found
        for mean in (each.mean_text if each.mean is not None else "",)
        for answer, count in (*each.counts, *((words, 1) for words in each.words))
    ]


HEADINGS = ("Version", "Item", "About", "Answers", "Mean", "Answer", "Given by")


def means_by_version(versions: Sequence[Told]) -> list[tuple[str, list[str]]]:
    """The mean of every rated item in each version, side by side; a dash where it was not asked or may not be told."""
    by_version = [{each.item: each.mean_text for each in summaries([one])} for one in versions]
    rated = [each.item for each in summaries(versions) if each.item.kind == "rating"]
    return [(item.label, [found.get(item, "–") for found in by_version]) for item in rated]
