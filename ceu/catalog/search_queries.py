"""Finding courses on offer: full text by the database's own index, behind functions that say the same on both databases."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    bindparam,
    column,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import Session, joinedload

from ceu.catalog.models import Course, CourseVersion
from ceu.catalog.search_models import INDEX, CourseListing
from ceu.providers.models import Provider

MOST_WORDS = 12
OPENING, CLOSING = "\x02", "\x03"
"""They stand around the words of an excerpt that were looked for; no text of a course holds them."""

_HITS = {
    "sqlite": f"SELECT rowid AS version_id, CAST(round(-bm25({INDEX}, 8.0, 1.0) * 1000000) AS INTEGER) AS score"
    f" FROM {INDEX} WHERE {INDEX} MATCH :terms",
    "postgresql": "SELECT version_id, CAST(round(CAST(ts_rank(document, terms) AS numeric) * 1000000) AS BIGINT) AS score"
    f" FROM {INDEX}, websearch_to_tsquery('english', :terms) AS terms WHERE document @@ terms",
}
"""How well each course fits, in whole millionths, so that the key of a page is exact; a word in the title says most."""

_EXCERPTS = {
    "sqlite": f"SELECT rowid AS version_id, snippet({INDEX}, 1, :opening, :closing, '…', 28) AS excerpt"
    f" FROM {INDEX} WHERE {INDEX} MATCH :terms AND rowid IN :versions",
    "postgresql": "SELECT version_id, ts_headline('english', body, websearch_to_tsquery('english', :terms),"
    " 'MaxWords=28, MinWords=14, StartSel=\"' || :opening || '\", StopSel=\"' || :closing || '\"') AS excerpt"
    f" FROM {INDEX} WHERE version_id IN :versions",
}


@dataclass(frozen=True)
class Wanted:
    """What is looked for; what is left out narrows nothing. ``minutes`` are the least and the most, both included."""

    text: str = ""
    level: str = ""
    topic: str = ""
    delivery: str = ""
    minutes: tuple[int, int] | None = None
    is_free: bool | None = None


@dataclass(frozen=True, order=True)
class Key:
    """Where a course stands in a list: by its score, 0 where no words are looked for, then the newest first."""

    score: int
    version_id: int

    def __str__(self) -> str:
        return f"{self.score}-{self.version_id}"


def key_from(text: str | None) -> Key | None:
    """The key that an address names, or None when it names none.

    >>> key_from("12-7"), key_from("nonsense")
    (Key(score=12, version_id=7), None)
    """
    found = re.fullmatch(r"(\d{1,15})-(\d{1,9})", text or "", re.ASCII)
    return Key(int(found[1]), int(found[2])) if found else None


def terms_of(text: str) -> list[str]:
    """The terms of what somebody typed: parts between blanks that hold a letter or a digit, without quotation marks.

    >>> terms_of('c++ "self-harm" % OR')
    ['c++', 'self-harm', 'OR']
    """
    parts = (part.replace('"', "") for part in text.split())
    return [part for part in parts if any(sign.isalnum() for sign in part)][:MOST_WORDS]


def find_courses(session: Session, wanted: Wanted, after: Key | None, limit: int) -> list[Key]:
    """The courses on offer that fit, the best first and then the newest: at most ``limit`` of them, behind ``after``.

    Every term of the text must stand in the title, the summary, the objectives, the lessons' titles or the authors' names.
    """
    terms = terms_of(wanted.text)
    if wanted.text and not terms:
        return []
    listed = _listed(session, terms).where(*_narrowed(wanted)).subquery()
    page = select(listed.c.score, listed.c.version_id)
    if after is not None:
        page = page.where(
            tuple_(listed.c.score, listed.c.version_id)
            < tuple_(literal(after.score), literal(after.version_id))
        )
    page = page.order_by(listed.c.score.desc(), listed.c.version_id.desc()).limit(limit)
    return [Key(score, version_id) for score, version_id in session.execute(page)]


def _listed(session: Session, terms: Sequence[str]) -> Select[int, int]:
    """The score and the version of every listing in which all terms stand."""
    if not terms:
        return select(literal(0).label("score"), CourseListing.version_id)
    hits = (
        text(_HITS[session.get_bind().dialect.name])
        .bindparams(terms=_quoted(terms))
        .columns(column("version_id", Integer), column("score", BigInteger))
        .subquery()
    )
    return select(hits.c.score, CourseListing.version_id).join(
        CourseListing, CourseListing.version_id == hits.c.version_id
    )


def _narrowed(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.level:
        yield CourseListing.level == wanted.level
    if wanted.topic:
        yield CourseListing.topics.contains(f" {wanted.topic} ", autoescape=True)
    if wanted.delivery:
        yield CourseListing.delivery == wanted.delivery
    if wanted.minutes:
        yield CourseListing.minutes.between(*wanted.minutes)
    if wanted.is_free is not None:
        yield CourseListing.price_cents == 0 if wanted.is_free else CourseListing.price_cents > 0


def excerpts_of(
    session: Session, wanted: Wanted, versions: Collection[int]
) -> dict[int, list[tuple[str, bool]]]:
    """What of each course answers the search, in pieces; True marks the words that were looked for."""
    terms = terms_of(wanted.text)
    if not terms or not versions:
        return {}
    rows = session.execute(
        text(_EXCERPTS[session.get_bind().dialect.name]).bindparams(bindparam("versions", expanding=True)),
        {"terms": _quoted(terms), "versions": list(versions), "opening": OPENING, "closing": CLOSING},
    )
    return {version_id: _pieces(excerpt) for version_id, excerpt in rows}


def _pieces(excerpt: str) -> list[tuple[str, bool]]:
    first, *marked = excerpt.split(OPENING)
    pieces = [(first, False)]
    for part in marked:
        found, _, rest = part.partition(CLOSING)
        pieces += [(found, True), (rest, False)]
    return [(words, is_found) for words, is_found in pieces if words]


def _quoted(terms: Sequence[str]) -> str:
    """Each term in quotation marks, in which neither database reads operators."""
    return " ".join(f'"{term}"' for term in terms)


def get_versions(session: Session, keys: Sequence[Key]) -> list[CourseVersion]:
    """The versions of these keys in their order, with course, provider and its approvals: two queries."""
    found = session.scalars(
        select(CourseVersion)
        .where(CourseVersion.id.in_([key.version_id for key in keys]))
        .options(
            joinedload(CourseVersion.course).joinedload(Course.provider).selectinload(Provider.approvals)
        )
    )
    by_id = {version.id: version for version in found}
    return [by_id[key.version_id] for key in keys]
