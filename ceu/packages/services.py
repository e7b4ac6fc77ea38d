"""Opening packages, and keeping what they say."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ceu.accounts.tokens import new_token
from ceu.adapters.content import Item, Manifest, manifest_from_json
from ceu.catalog.models import ContentPackage, Lesson
from ceu.db.events import emit
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.events import PackageAbandoned, PackageOpened, PackageSatisfied, PackageTold
from ceu.learning.models import Enrollment
from ceu.learning.services import check_may_read, mark_package_done
from ceu.packages.cmi5 import launch_mode, satisfied
from ceu.packages.models import PackageAttempt, PackageLaunch, PackagePart
from ceu.packages.queries import find_attempt, find_part, list_parts
from ceu.packages.told import Told, is_done, merged, of_earlier_sittings, parse_state, read_told


class Superseded(DomainError):
    """The package has been opened again since, in another window."""


def open_part(
    session: Session,
    now: datetime,
    enrollment: Enrollment,
    lesson: Lesson,
    package: ContentPackage,
    item_id: str,
) -> PackageLaunch:
    """Open a part of a package; whatever window had the package open before saves nothing more.

    Raises NotFound for a part the package does not have, DomainError while a pre-test must come first.
    """
    item = manifest_from_json(package.manifest).part(item_id)
    if item is None:
        raise NotFound
    check_may_read(session, enrollment)
    attempt = _attempt(session, now, enrollment, lesson, package)
    hold(session, attempt)
    _end_earlier(session, now, attempt)
    launch = PackageLaunch(
        attempt_id=attempt.id,
        item=item.id,
        key=new_token(),
        opened_at=now,
        seconds=0,
        said={},
        attempt=attempt,
    )
    if item.kind == "au":
        part = find_part(session, attempt.id, item.id)
        launch.mode = launch_mode(item, part.told if part else None, lesson.done_when or "")
    session.add(launch)
    session.flush()
    emit(session, PackageOpened(launch.id))
    if item.kind == "asset":  # it has no run-time to speak with: to have opened it is all there is
        _keep_and_say(session, now, launch, item, Told(completion="completed"), {})
    return launch


def _end_earlier(session: Session, now: datetime, attempt: PackageAttempt) -> None:
    """End whatever is open, and note parts of a cmi5 package that were left without a word (9.3.6)."""
    for launch in session.scalars(
        select(PackageLaunch).where(PackageLaunch.attempt_id == attempt.id, PackageLaunch.ended_at.is_(None))
    ):
        launch.ended_at = now
        if launch.mode is not None and "terminated" not in launch.said:
            emit(session, PackageAbandoned(launch.id))


def _attempt(
    session: Session, now: datetime, enrollment: Enrollment, lesson: Lesson, package: ContentPackage
) -> PackageAttempt:
    if found := find_attempt(session, enrollment.id, lesson.id):
        return found
    attempt = PackageAttempt(
        enrollment_id=enrollment.id,
        lesson_id=lesson.id,
        package_id=package.id,
        registration=str(uuid4()),
        started_at=now,
        enrollment=enrollment,
        lesson=lesson,
        package=package,
    )
    try:
        with session.begin_nested():
            session.add(attempt)
    except IntegrityError:  # another tab opened it at the same moment
        return session.scalars(
            select(PackageAttempt).where(
                PackageAttempt.enrollment_id == enrollment.id, PackageAttempt.lesson_id == lesson.id
            )
        ).one()
    if package.standard == "cmi5" and (blocks := satisfied(manifest_from_json(package.manifest), {})):
        emit(
            session, PackageSatisfied(attempt.id, None, tuple(sorted(blocks)))
        )  # 9.6.1: evaluated when it begins
    return attempt


def keep_state(session: Session, now: datetime, launch: PackageLaunch, text: str) -> PackagePart:
    """Keep what a package says has changed in the part that is open.

    Raises Superseded when the package has been opened again since, DomainError for what no run-time would send.
    """
    hold_open(session, launch)
    manifest = manifest_from_json(launch.attempt.package.manifest)
    item = manifest.part(launch.item)
    if item is None:
        raise NotFound
    if item.kind == "au":
        raise DomainError("This package reports by itself. What it says in another way is not kept.")
    part = find_part(session, launch.attempt_id, item.id)
    kept = part.cmi if part else {}
    if launch.heard_at is None:  # the first word of this sitting
        kept = of_earlier_sittings(manifest.standard, kept)
    cmi = merged(kept, parse_state(text))
    launch.heard_at = now
    told = read_told(manifest.standard, item, cmi)
    launch.seconds = told.seconds
    return _keep_and_say(session, now, launch, item, told, cmi)


def _keep_and_say(
    session: Session, now: datetime, launch: PackageLaunch, item: Item, told: Told, cmi: dict[str, str]
) -> PackagePart:
    part, before = keep_told(session, now, launch.attempt, item, told, cmi)
    emit(session, PackageTold(part.id, before.completion, before.success))
    return part


def keep_told(
    session: Session, now: datetime, attempt: PackageAttempt, item: Item, told: Told, cmi: dict[str, str]
) -> tuple[PackagePart, Told]:
    """Keep what a part says in place of what it said before, which comes back too; settle the lesson if that does it."""
    part = find_part(session, attempt.id, item.id)
    before = part.told if part is not None else Told()
    if part is None:
        part = PackagePart(attempt_id=attempt.id, item=item.id)
        session.add(part)
    part.cmi = cmi
    part.completion, part.success, part.suspended = told.completion, told.success, told.suspended
    part.score, part.progress, part.location = told.score, told.progress, told.location
    part.saved_at = now
    session.flush()
    _settle(session, now, attempt, manifest_from_json(attempt.package.manifest))
    return part, before


def _settle(session: Session, now: datetime, attempt: PackageAttempt, manifest: Manifest) -> None:
    """Note the lesson as done once every part says what the course asks; what was done once stays done."""
    if attempt.done_at is not None:
        return
    parts = list_parts(session, attempt.id)
    told = [(item, parts[item.id].told if item.id in parts else None) for item in manifest.parts]
    if is_done(attempt.lesson.done_when or "", told):
        attempt.done_at = now
        mark_package_done(session, now, attempt.enrollment, attempt.lesson)
        session.flush()


def hold(session: Session, attempt: PackageAttempt) -> None:
    """Let nobody else act on this attempt until the transaction ends."""
    session.refresh(attempt, ["done_at"], with_for_update=True)


def hold_open(session: Session, launch: PackageLaunch) -> None:
    """Hold the attempt of an open launch; raises Superseded when it has ended."""
    hold(session, launch.attempt)
    session.refresh(launch, ["ended_at", "token", "said", "heard_at", "seconds"])
    if launch.ended_at is not None:
        raise Superseded(
            "This package has been opened again since, in another window or tab. What happens here is not saved any more."
        )
