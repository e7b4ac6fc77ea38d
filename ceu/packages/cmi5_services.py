"""What a part of a cmi5 package does through the xAPI: fetch its token, say something, keep documents."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from ceu.accounts.tokens import digest, new_token
from ceu.db.events import emit
from ceu.domain.errors import DomainError
from ceu.domain.events import PackageSatisfied
from ceu.packages.cmi5 import Sitting, heard, judge, satisfied, seconds_in
from ceu.packages.cmi5_queries import count_documents, find_document, manifest_of
from ceu.packages.models import PackageDocument, PackageLaunch
from ceu.packages.queries import list_parts
from ceu.packages.services import hold_open, keep_told

LARGEST_DOCUMENT = 512 * 1024
MOST_DOCUMENTS = 200
LONGEST_NAME, LONGEST_ACTIVITY, LONGEST_TYPE = 300, 600, 100


class TokenTaken(DomainError):
    """The one token of an opening has been fetched already."""


class Changed(DomainError):
    """The document is not as the package believes it to be; ``is_known`` when it said what it believes."""

    def __init__(self, message: str, *, is_known: bool) -> None:
        super().__init__(message)
        self.is_known = is_known


def take_token(session: Session, launch: PackageLaunch) -> str:
    """Give an open part the token by which it reports, once (8.2). Raises TokenTaken, or Superseded when it has ended."""
    hold_open(session, launch)
    if launch.token is not None:
        raise TokenTaken("The authorization token has already been returned.")
    token = new_token()
    launch.token = digest(token)
    session.flush()
    return token


def hear(
    session: Session, now: datetime, launch: PackageLaunch, sitting: Sitting, statement: Mapping[str, Any]
) -> None:
    """Let a well-formed statement count for what it says; raises NotAllowed when cmi5 does not allow it here.

    The opening must be held. Statements are heard one after the other, each with the sitting as the one before left it.
    """
    since = now - launch.heard_at if launch.heard_at and "terminated" in launch.said else None
    verb = judge(statement, sitting, since_terminated=since)
    if "terminated" not in launch.said:
        launch.heard_at = now
    if verb is not None:
        launch.said = {**launch.said, verb: statement["timestamp"]}
        launch.seconds = max(launch.seconds, seconds_in(verb, statement))
    told = heard(sitting.told, verb, statement)
    if told == sitting.told:
        session.flush()
        return
    attempt, manifest = launch.attempt, manifest_of(launch.attempt)
    before = {item: part.told for item, part in list_parts(session, attempt.id).items()}
    keep_told(session, now, attempt, sitting.item, told, {})
    new = satisfied(manifest, {**before, sitting.item.id: told}) - satisfied(manifest, before)
    if new:
        emit(session, PackageSatisfied(attempt.id, launch.id, tuple(sorted(new))))


def tag_of(content: bytes) -> str:
    """The entity tag of a document, by which a package says which state it means to change."""
    return f'"{sha256(content).hexdigest()[:40]}"'


def keep_document(
    session: Session,
    now: datetime,
    launch: PackageLaunch,
    place: tuple[str, str, str],
    media_type: str,
    content: bytes,
    *,
    merges: bool,
) -> PackageDocument:
    """Keep a document under its resource, activity and name, or ``merges`` its properties into the one that is there.

    Raises DomainError when it is too large, one too many, or cannot be merged.
    """
    resource, activity, name = place
    if (
        not name
        or len(name) > LONGEST_NAME
        or len(activity) > LONGEST_ACTIVITY
        or len(media_type) > LONGEST_TYPE
    ):
        raise DomainError("A name of this document is missing or too long.")
    found = find_document(session, launch.attempt_id, resource, activity, name)
    if merges and found is not None:
        content = _merged(found, media_type, content)
    if len(content) > LARGEST_DOCUMENT:
        raise DomainError(f"A document has at most {LARGEST_DOCUMENT:,} bytes.")
    if found is None:
        if count_documents(session, launch.attempt_id) >= MOST_DOCUMENTS:
            raise DomainError(f"A package keeps at most {MOST_DOCUMENTS} documents for each learner.")
        found = PackageDocument(attempt_id=launch.attempt_id, resource=resource, activity=activity, name=name)
        session.add(found)
    found.media_type, found.content, found.updated_at = media_type, content, now
    session.flush()
    return found


def _merged(found: PackageDocument, media_type: str, content: bytes) -> bytes:
    """Two objects of JSON as one; xAPI 1.0.3, part three, section 2.2."""
    documents = []
    for kind, data in ((found.media_type, found.content), (media_type, content)):
        try:
            documents.append(
                json.loads(data) if kind.partition(";")[0].strip() == "application/json" else None
            )
        except (ValueError, RecursionError):
            documents.append(None)
    old, new = documents
    if not isinstance(old, dict) or not isinstance(new, dict):
        raise DomainError("Only objects of JSON can be merged.")
    return json.dumps({**old, **new}).encode()


def check_unchanged(
    found: PackageDocument | None, if_match: str | None, if_none_match: str | None, *, asks: bool
) -> None:
    """Raise Changed unless the document is as the package says it believes; with ``asks`` it must say so to replace one."""
    tag = tag_of(found.content) if found else None
    if if_none_match == "*" and found is not None:
        raise Changed("There is a document already.", is_known=True)
    if if_match is not None and if_match not in {tag, "*" if found else None}:
        raise Changed("The document has changed since it was read.", is_known=True)
    if asks and found is not None and if_match is None and if_none_match is None:
        raise Changed(
            "There is a document already; say by If-Match which one is to be replaced.", is_known=False
        )
