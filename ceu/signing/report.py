"""The answer to "is this file genuine?" as lines for a person and an exit code for a script."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ceu.signing.export import CheckedRecord, verify_file
from ceu.signing.keys import KeyRing
from ceu.signing.records import Answer

EXIT_CODES = {Answer.GENUINE: 0, Answer.ALTERED: 1, Answer.CANNOT_TELL: 2}

WORDS = {Answer.GENUINE: "genuine", Answer.ALTERED: "ALTERED", Answer.CANNOT_TELL: "cannot tell"}

CLOSING = {
    Answer.GENUINE: "Genuine: nothing was changed, removed or reordered since it was signed.",
    Answer.ALTERED: "Altered: do not rely on this file. Ask the site that issued it for a fresh copy.",
    Answer.CANNOT_TELL: "Cannot tell: the check could not be completed. This is neither a yes nor a no.",
}


_A_PDF = (
    "This is a PDF. Compare it on the page whose address it prints (/verify/ and its number), and download the signed "
    "record there to check that here."
)


@dataclass(frozen=True)
class Report:
    """Lines to print, and the exit code: 0 genuine, 1 altered, 2 cannot tell."""

    lines: tuple[str, ...]
    exit_code: int


def report_file(data: bytes, keys: KeyRing) -> Report:
    """Check a file of signed records against the site's public keys and say what was found.

    Where the file is a single record, its content is listed too, to be compared with the paper at hand.
    """
    if data.startswith(b"%PDF"):
        return Report((_A_PDF, CLOSING[Answer.CANNOT_TELL]), EXIT_CODES[Answer.CANNOT_TELL])
    checked = verify_file(data, keys)
    answer = checked.verification.answer
    later = _later_records(checked.records)
    lines = []
    for number, item in enumerate(checked.records, start=1):
        lines.append(_line(number, item))
        lines += [f"   {sentence}" for sentence in later.get(item.record.sha256, ())]
    if len(checked.records) == 1:
        lines += [f"   {line}" for line in _content(checked.records[0].record.body)]
    lines += [f"- {finding}" for finding in checked.verification.findings]
    lines.append(CLOSING[answer])
    if answer is Answer.GENUINE:
        lines.append("A file cannot show what was signed after its last record; the site can.")
    return Report(tuple(_printable(line) for line in lines), EXIT_CODES[answer])


def _later_records(records: Sequence[CheckedRecord]) -> dict[str, list[str]]:
    """By a record's hash, what later records of the file say about it: that they withdraw or replace it."""
    said: dict[str, list[str]] = {}
    for number, item in enumerate(records, start=1):
        for name, word in (("amends", "replaced"), ("withdraws", "withdrawn")):
            earlier = item.record.body.get(name)
            if isinstance(earlier, dict):
                said.setdefault(str(earlier.get("sha256")), []).append(f"It was {word} by record {number}.")
    return said


def _line(number: int, item: CheckedRecord) -> str:
    record = item.record
    license_ = f", {record.signer.license}" if record.signer.license else ""
    kind = record.kind.replace("_", " ").capitalize()
    word = WORDS[item.verification.answer]
    return f"{number}. {kind}, signed by {record.signer.name}{license_} at {record.signed_at}: {word}"


def _content(value: object, place: str = "") -> Iterator[str]:
    """The leaves of a body, one a line, each with its place."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _content(item, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for number, item in enumerate(value, start=1):
            yield from _content(item, f"{place} {number}")
    else:
        yield f"{place}: {value}"


def _printable(line: str) -> str:
    # A forged name could hold line breaks or terminal commands, and so write "Genuine" below the real answer.
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line
    )
