"""What the evaluations of a course say together: never of a group so small that a person could be told in it. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

FEWEST = 5
"""Fewer evaluations are not summed up by themselves."""

RATINGS = (5, 4, 3, 2, 1)


@dataclass(frozen=True)
class Said:
    """One evaluation, without a name: ratings and words by the items' ids, and the free comment."""

    ratings: Mapping[str, int]
    texts: Mapping[str, str]
    comment: str


@dataclass(frozen=True)
class Summary:
    """One item: how many rated it how (5 first), their mean, or the words given, in alphabetical order."""

    prompt: str
    kind: str
    answers: int
    counts: tuple[tuple[int, int], ...] = ()
    words: tuple[str, ...] = ()

    @property
    def mean(self) -> Fraction | None:
        """The exact mean of the ratings, None without any."""
        total = sum(rating * count for rating, count in self.counts)
        return Fraction(total, self.answers) if self.answers and self.counts else None

    @property
    def mean_text(self) -> str:
        """The mean with two decimals, cut and never rounded up."""
        if self.mean is None:
            return "none"
        hundredths = self.mean.numerator * 100 // self.mean.denominator
        return f"{hundredths // 100}.{hundredths % 100:02d}"


def summaries(items: Sequence[Mapping[str, str]], said: Sequence[Said]) -> list[Summary]:
    """Every item of the form summed up, and the free comments last; nothing while fewer than FEWEST have answered.

    Words stand in alphabetical order, which tells nobody who came first.
    """
    if len(said) < FEWEST:
        return []
    found = [_summary(item, said) for item in items]
    comments = sorted(each.comment for each in said if each.comment)
    return [*found, Summary("Anything else", "text", len(comments), words=tuple(comments))]


def _summary(item: Mapping[str, str], said: Sequence[Said]) -> Summary:
    if item["kind"] == "rating":
        times = Counter(each.ratings[item["id"]] for each in said if item["id"] in each.ratings)
        counts = tuple((rating, times[rating]) for rating in RATINGS)
        return Summary(item["prompt"], "rating", times.total(), counts)
    words = sorted(text for each in said if (text := each.texts.get(item["id"])))
    return Summary(item["prompt"], "text", len(words), words=tuple(words))


def table_of(found: Sequence[Summary]) -> list[list[str | int]]:
    """The rows of a table: item, answers, mean, how many gave each rating, and words one row each."""
    rows: list[list[str | int]] = []
    for each in found:
        if each.kind == "rating":
            rows.append([each.prompt, each.answers, each.mean_text, *(count for _, count in each.counts), ""])
        rows += [[each.prompt, each.answers, "", "", "", "", "", "", words] for words in each.words]
    return rows


HEADINGS = ("Item", "Answers", "Mean", "5", "4", "3", "2", "1", "In their own words")
