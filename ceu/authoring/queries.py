"""Reading drafts and their reviews."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload, undefer

from ceu.authoring.models import CourseDraft, CourseReview
from ceu.catalog.models import Course, CourseVersion
from ceu.domain.errors import NotFound
from ceu.domain.permissions import Permission
from ceu.domain.principal import Principal
from ceu.providers.models import Provider


def list_drafts(session: Session, principal: Principal) -> list[CourseDraft]:
    """The drafts of the organizations in which this person takes part in authoring, the last saved first."""
    organizations = principal.organizations_with(Permission.SEE_DRAFTS)
    return list(
        session.scalars(
            select(CourseDraft)
            .join(CourseDraft.provider)
            .where(Provider.organization_id.in_(organizations))
            .options(joinedload(CourseDraft.provider), joinedload(CourseDraft.saved_by))
            .order_by(CourseDraft.saved_at.desc(), CourseDraft.id.desc())
            .limit(200)
        )
    )


def list_writing_for(session: Session, principal: Principal) -> list[Provider]:
    """The providers for which this person may write courses."""
    organizations = principal.organizations_with(Permission.WRITE_COURSES)
    return list(
        session.scalars(
            select(Provider).where(Provider.organization_id.in_(organizations)).order_by(Provider.legal_name)
        )
    )


def draft_for(
    session: Session, principal: Principal, draft_id: int, permission: Permission = Permission.SEE_DRAFTS
) -> CourseDraft:
    """A draft with its content, for those who have this permission in its organization; raises NotFound."""
    draft = session.scalar(
        select(CourseDraft)
        .where(CourseDraft.id == draft_id)
        .options(
            undefer(CourseDraft.course),
            undefer(CourseDraft.lessons),
            undefer(CourseDraft.assessment),
            undefer(CourseDraft.assets),
            joinedload(CourseDraft.saved_by),
            joinedload(CourseDraft.provider).options(selectinload(Provider.approvals)),
        )
    )
    if draft is None or not principal.may(permission, draft.provider.organization_id):
        raise NotFound
    return draft


def find_draft(session: Session, provider_id: int, slug: str) -> CourseDraft | None:
    """The draft of a course of a provider."""
    return session.scalar(
        select(CourseDraft).where(CourseDraft.provider_id == provider_id, CourseDraft.slug == slug)
    )


def list_reviews(session: Session, draft_id: int) -> list[CourseReview]:
    """The reviews of a draft, the latest first, with who gave them."""
    wanted = select(CourseReview).where(CourseReview.draft_id == draft_id)
    return list(
        session.scalars(wanted.options(joinedload(CourseReview.reviewer)).order_by(CourseReview.id.desc()))
    )


def find_latest_version(session: Session, draft: CourseDraft) -> CourseVersion | None:
    """The latest version that was published of a draft's course, on offer or not, with what its folder held."""
    return session.scalar(
        select(CourseVersion)
        .join(CourseVersion.course)
        .where(Course.provider_id == draft.provider_id, Course.slug == draft.slug)
        .options(undefer(CourseVersion.content))
        .order_by(CourseVersion.number.desc())
        .limit(1)
    )
