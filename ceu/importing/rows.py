"""A row of an import as it is kept until it is decided: plain texts of when, how long, what and how; never who."""

from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """What one line, event or resource of a file tells; empty where it tells nothing.

    ``client`` is a pseudonym. ``problem`` is a sentence when the line could not be read. A text of "?" is what stood
    there and was no time, "=" a formula without its result.
    """

    line: int
    day: str = ""
    start: str = ""
    end: str = ""
    length: str = ""
    kind: str = ""
    status: str = ""
    delivery: str = ""
    head_count: str = ""
    client: str = ""
    problem: str = ""
    setting: str = ""

    def as_list(self) -> list[str | int]:
        """The row as it is stored."""
        return list(astuple(self))
