"""What people keep about an entry for themselves: tags, a practice focus, a reflection.

None of it is part of the week that is signed, and no supervisor sees it. A signature attests to hours; tags and focus sort
them for the trainee, and a focus beside a day and a place could point at a client. A reflection is written for learning,
and only who need not show it writes it honestly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ceu.deidentify.screening import Kind, screen
from ceu.domain.errors import DomainError
from ceu.domain.practice import FOCUS_LABELS

LONGEST_TAG = 40
MOST_TAGS = 10
LONGEST_REASON = 200
LONGEST_REFLECTION = 4000


@dataclass(frozen=True)
class OwnWords:
    """Tags, the code of a practice focus (``ceu.domain.practice``) and a reflection; all may be missing.

    ``kept_because`` says why words stay that look like a client's identifier.
    """

    tags: tuple[str, ...] = ()
    focus: str | None = None
    reflection: str = ""
    kept_because: str = ""


NO_WORDS = OwnWords()


class ClientIdentifiers(DomainError):
    """Words that could tell who a client is; they may stay for a stated reason."""


def split_tags(text: str) -> list[str]:
    """Tags as people type them, between commas, with or without a number sign.

    >>> split_tags("CBT, #teens ,, grief  work")
    ['CBT', 'teens', 'grief work']
    """
    parts = (" ".join(part.strip().lstrip("#").split()) for part in text.replace(";", ",").split(","))
    return [part for part in parts if part]


def tidy_tags(tags: Iterable[str], used: Sequence[str] = ()) -> tuple[str, ...]:
    """Each tag once, whatever its capitals, spelled as it was ``used`` before.

    >>> tidy_tags(["cbt", "Grief", "CBT"], ["CBT"])
    ('CBT', 'Grief')
    """
    tags = list(tags)
    spelled: dict[str, str] = {}
    for tag in (*used, *tags):
        spelled.setdefault(tag.casefold(), tag)
    return tuple(dict.fromkeys(spelled[tag.casefold()] for tag in tags))


def check_own_words(own: OwnWords) -> None:
    """Refuse what cannot be kept, with a sentence and the field."""
    if len(own.tags) > MOST_TAGS:
        raise DomainError(
            f"An entry takes at most {MOST_TAGS} tags; these are {len(own.tags)}. Leave out the least useful.",
            field="new_tags",
        )
    for tag in own.tags:
        if len(tag) > LONGEST_TAG:
            raise DomainError(
                f"“{tag[:LONGEST_TAG]}…” is too long for a tag: use at most {LONGEST_TAG} characters, "
                "and commas between tags.",
                field="new_tags",
            )
    if own.focus is not None and own.focus not in FOCUS_LABELS:
        raise DomainError("Choose the focus from the list, or none.", field="focus")
    if len(own.reflection) > LONGEST_REFLECTION:
        raise DomainError(
            f"Use at most {LONGEST_REFLECTION:,} characters for the reflection.", field="reflection"
        )


def check_identifiers(note: str, own: OwnWords) -> bool:
    """Whether the words about an entry hold what looks like a client's identifier, kept for a stated reason.

    Raises ClientIdentifiers with every finding of a field where no reason is given.
    """
    _check_reason(own.kept_because)
    texts = {"note": note, "new_tags": ", ".join(own.tags), "reflection": own.reflection}
    return any(_holds_identifiers(field, text, own.kept_because) for field, text in texts.items())


def check_free_text(field: str, text: str, kept_because: str = "") -> None:
    """Refuse words between people about a week, or about hours, as those of a note are refused, but for plain dates.

    Such words name the days they speak of, which the log holds anyway; a date of birth is refused here too.
    """
    _check_reason(kept_because)
    _holds_identifiers(field, text, kept_because, may_hold=frozenset({Kind.DATE}))


def _check_reason(kept_because: str) -> None:
    if screen(kept_because):
        raise ClientIdentifiers(
            "The reason must not hold the identifier itself. Say in general why the words may stay.",
            field="kept_because",
        )


def _holds_identifiers(
    field: str, text: str, kept_because: str, may_hold: frozenset[Kind] = frozenset()
) -> bool:
    found = [finding for finding in screen(text) if finding.kind not in may_hold]
    if found and not kept_because:
        said = " ".join(dict.fromkeys(finding.sentence for finding in found))
        raise ClientIdentifiers(
            f"{said} Hours hold nothing that tells who a client is. Rephrase it, or say below why it may stay.",
            field=field,
        )
    return bool(found)
