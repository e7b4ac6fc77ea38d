"""Taking content packages in."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ceu.adapters.content_store import KeptPackage
from ceu.audit.services import record
from ceu.catalog.models import ContentPackage
from ceu.catalog.package_queries import find_package
from ceu.providers.models import Provider


def add_package(
    session: Session, now: datetime, provider: Provider, kept: KeptPackage, uploaded_by_id: int
) -> ContentPackage:
    """Enter an unpacked package among a provider's; the same package again is the one that is there."""
    if found := find_package(session, provider.id, kept.sha256):
        return found
    package = ContentPackage(
        provider_id=provider.id,
        title=kept.manifest.title,
        standard=kept.manifest.standard,
        digest=kept.sha256,
        manifest=kept.manifest.as_json(),
        files=kept.files,
        size=kept.size,
        uploaded_by_id=uploaded_by_id,
        uploaded_at=now,
    )
    try:
        with session.begin_nested():
            session.add(package)
    except IntegrityError:  # another tab sent it at the same moment
        found = find_package(session, provider.id, kept.sha256)
        if found is None:
            raise
        return found
    record(session, now, uploaded_by_id, "package.uploaded", package, digest=package.digest)
    return package
