"""Reading what a cmi5 package needs to report: the opening behind its token, its documents."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.tokens import digest
from ceu.adapters.content import Manifest, manifest_from_json
from ceu.adapters.lrs import Account
from ceu.domain.errors import NotFound
from ceu.packages.cmi5 import Sitting, part_number
from ceu.packages.models import PackageAttempt, PackageDocument, PackageLaunch
from ceu.packages.queries import LAUNCH_LASTS, find_part, part_of, whole_launch
from ceu.packages.told import Told


def launch_by_token(session: Session, token: str, now: datetime) -> PackageLaunch:
    """The opening whose part was given this token, with all that is around it; raises NotFound, also after half a day.

    One that has ended since is found too: what is said in it is refused with a reason.
    """
    found = session.scalar(
        whole_launch().where(
            PackageLaunch.token == digest(token), PackageLaunch.opened_at > now - LAUNCH_LASTS
        )
    )
    if found is None:
        raise NotFound
    return found


def manifest_of(attempt: PackageAttempt) -> Manifest:
    """What the package of an attempt holds."""
    return manifest_from_json(attempt.package.manifest)


def package_path(attempt: PackageAttempt) -> str:
    """The path on this site by which the package of an attempt is known in statements."""
    version = attempt.enrollment.version
    return f"/courses/{version.course.slug}-{version.course_id}/packages/{attempt.package.digest}"


def sitting_of(session: Session, launch: PackageLaunch, account: Account) -> Sitting:
    """An opening of a part as the part knows it. Raises NotFound for a part the package does not have."""
    item = part_of(launch)
    part = find_part(session, launch.attempt_id, launch.item)
    place = part_number(manifest_of(launch.attempt), item.id)
    return Sitting(
        agent=account.as_agent(),
        registration=launch.attempt.registration,
        session_id=launch.session_id,
        activity_id=f"{account.home_page}{package_path(launch.attempt)}/{place}",
        item=item,
        mode=launch.mode or "Normal",
        said=launch.verbs,
        told=part.told if part else Told(),
    )


def find_document(
    session: Session, attempt_id: int, resource: str, activity: str, name: str
) -> PackageDocument | None:
    """One document of an attempt, or None."""
    return session.scalar(
        select(PackageDocument).where(
            PackageDocument.attempt_id == attempt_id,
            PackageDocument.resource == resource,
            PackageDocument.activity == activity,
            PackageDocument.name == name,
        )
    )


def list_documents(
    session: Session, attempt_id: int, resource: str, activity: str, since: datetime | None = None
) -> list[str]:
    """The names of an attempt's documents on an activity, those changed after ``since``."""
    wanted = select(PackageDocument.name).where(
        PackageDocument.attempt_id == attempt_id,
        PackageDocument.resource == resource,
        PackageDocument.activity == activity,
    )
    if since is not None:
        wanted = wanted.where(PackageDocument.updated_at > since)
    return list(session.scalars(wanted.order_by(PackageDocument.id)))


def count_documents(session: Session, attempt_id: int) -> int:
    """How many documents an attempt keeps."""
    wanted = select(func.count()).where(PackageDocument.attempt_id == attempt_id)
    return session.scalar(wanted) or 0
