"""Writing drafts, reviewing them, and publishing what was approved."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from ceu.adapters.courses import CourseContent, CourseSource, check_course
from ceu.audit.services import record
from ceu.authoring.checklist import CHECKLIST
from ceu.authoring.editing import seen, slug_of
from ceu.authoring.models import CourseDraft, CourseReview, DraftState
from ceu.authoring.queries import find_draft, list_reviews
from ceu.catalog.models import CourseVersion
from ceu.catalog.publishing import mergener_text
from ceu.catalog.services import publish_course
from ceu.domain.errors import DomainError
from ceu.providers.models import Provider

Change = Callable[[CourseContent], CourseContent]


class Overtaken(DomainError):
    """Somebody else saved the same part after the page was opened; ``stands`` is what stands now."""

    def __init__(self, who: str, stands: Any) -> None:
        super().__init__(
            f"{who} saved this part after you opened it. Below is how yours differs from theirs; nothing of either is "
            "lost. Take over what you want to keep, then save again."
        )
        self.stands = stands


def begin_draft(
    session: Session,
    now: datetime,
    provider: Provider,
    author_id: int,
    title: str,
    content: CourseContent | None = None,
) -> CourseDraft:
    """A new draft of a provider: empty, or with the content of a folder. Raises DomainError when it has one of that name."""
    course = {"title": title} if content is None else dict(content.course)
    slug = str(course.get("id") or slug_of(title))
    if not slug or slug_of(slug) != slug:
        raise DomainError(
            "Enter a title with letters or digits; it names the course's folder.", field="title"
        )
    if find_draft(session, provider.id, slug):
        raise DomainError(
            f"This provider has a draft “{slug}” already. Open that one: it takes a folder in its place. Or choose another title.",
            field="title",
        )
    draft = CourseDraft(
        provider_id=provider.id,
        slug=slug,
        title=_title({**course, "id": slug}),
        course={"id": slug, **course},
        lessons=dict(content.lessons) if content else {},
        assessment=dict(content.assessment) if content else {},
        assets=dict(content.assets) if content else {},
        author_ids=[author_id],
        saved_by_id=author_id,
        saved_at=now,
        created_at=now,
    )
    session.add(draft)
    session.flush()
    record(session, now, author_id, "draft.begun", draft, slug=slug)
    return draft


@dataclass(frozen=True)
class Seen:
    """What a page showed of the part it edits: how to find the part in a content, and the hash of it then."""

    part: Callable[[CourseContent], Any]
    hash: str


def save_draft(
    session: Session,
    now: datetime,
    draft: CourseDraft,
    author_id: int,
    change: Change,
    shown: Seen | None = None,
) -> None:
    """Change one part of a draft; mistakes in it may remain. What was reviewed is a draft again.

    Raises Overtaken when the part is no longer what the page had shown.
    """
    session.refresh(draft, with_for_update={"of": CourseDraft})
    before = draft.content
    if shown and seen(shown.part(before)) != shown.hash:
        raise Overtaken(draft.saved_by.name, shown.part(before))
    after = change(before)
    if after == before:
        return
    draft.course, draft.lessons = dict(after.course), dict(after.lessons)
    draft.assessment, draft.assets = dict(after.assessment), dict(after.assets)
    draft.title = _title(draft.course)
    if author_id not in draft.author_ids:
        draft.author_ids = [*draft.author_ids, author_id]
    draft.state = DraftState.DRAFT
    draft.revision += 1
    draft.saved_by_id, draft.saved_at = author_id, now
    session.flush()
    session.refresh(draft, ["saved_by"])


def replace_draft(
    session: Session, now: datetime, draft: CourseDraft, author_id: int, content: CourseContent, revision: int
) -> None:
    """Put the content of a folder in the place of everything in a draft, if nobody saved it since ``revision``.

    Raises DomainError on ``file`` for the folder of another course and for a draft that was saved meanwhile.
    """
    named = content.course.get("id", draft.slug)
    if named != draft.slug:
        raise DomainError(
            f"This is the folder of another course, “{named}”. Bring it in as a draft of its own.",
            field="file",
        )
    session.refresh(draft, with_for_update={"of": CourseDraft})
    if draft.revision != revision:
        raise DomainError(
            f"{draft.saved_by.name} saved this draft after you opened this page, and the folder would take the place of that. "
            "Look at the draft, then choose the folder again.",
            field="file",
        )
    save_draft(
        session,
        now,
        draft,
        author_id,
        lambda before: replace(content, course={"id": draft.slug, **content.course}),
    )


def _title(course: dict[str, Any]) -> str:
    title = course.get("title")
    return (title if isinstance(title, str) else str(course.get("id", "")))[:200]


def whole_course(draft: CourseDraft) -> CourseSource:
    """The draft as a course without mistakes; raises DomainError with the number of those it has."""
    source, faults = check_course(draft.content)
    if source is None:
        raise DomainError(f"The draft has {len(faults)} mistakes. Mend what is listed under “To mend” first.")
    return source


def submit_draft(session: Session, now: datetime, draft: CourseDraft, author_id: int) -> None:
    """Hand a draft without mistakes to review. Raises DomainError otherwise."""
    session.refresh(draft, with_for_update={"of": CourseDraft})
    if draft.state not in {DraftState.DRAFT, DraftState.RETURNED}:
        raise DomainError("This draft is not open any more: it was handed in, approved or published already.")
    source = whole_course(draft)
    draft.state = DraftState.IN_REVIEW
    record(session, now, author_id, "draft.submitted", draft, digest=source.digest, revision=draft.revision)
    session.flush()


@dataclass(frozen=True)
class Opinion:
    """What a reviewer says: who they are to say so, their interests, an answer for each item, and Mergener's difficulty."""

    qualification: str
    disclosure: str
    answers: Sequence[dict[str, Any]]
    difficulty: Fraction
    comment: str
    approved: bool


def review_draft(
    session: Session, now: datetime, draft: CourseDraft, reviewer_id: int, revision: int, opinion: Opinion
) -> CourseReview:
    """Approve a draft or return it, as a second person; ``revision`` is what the reviewer read. Raises DomainError."""
    session.refresh(draft, with_for_update={"of": CourseDraft})
    if draft.state != DraftState.IN_REVIEW:
        raise DomainError("This draft does not wait for a review.")
    if draft.revision != revision:
        raise DomainError("The draft was changed while you read it. Look at it again.")
    if reviewer_id in draft.author_ids:
        raise DomainError("You wrote part of this course, so somebody else must review it.")
    denied = [answer["item"] for answer in opinion.answers if not answer["yes"]]
    if opinion.approved and (denied or {answer["item"] for answer in opinion.answers} != set(CHECKLIST)):
        raise DomainError(
            "A course is approved when every item is answered with yes. Return it, and say what is missing.",
            field="verdict",
        )
    if not opinion.approved and not opinion.comment:
        raise DomainError("Say what should be changed, so that the authors can.", field="comment")
    source = whole_course(draft)
    review = CourseReview(
        draft_id=draft.id,
        reviewer_id=reviewer_id,
        revision=draft.revision,
        digest=source.digest,
        qualification=opinion.qualification,
        disclosure=opinion.disclosure,
        answers=list(opinion.answers),
        difficulty=str(opinion.difficulty),
        comment=opinion.comment,
        approved=opinion.approved,
        reviewed_at=now,
    )
    session.add(review)
    draft.state = DraftState.APPROVED if opinion.approved else DraftState.RETURNED
    action = "draft.approved" if opinion.approved else "draft.returned"
    record(session, now, reviewer_id, action, draft, digest=source.digest, revision=draft.revision)
    session.flush()
    return review


def publish_draft(
    session: Session,
    now: datetime,
    draft: CourseDraft,
    publisher_id: int,
    minutes: int,
    dropped: Collection[str],
) -> CourseVersion:
    """Publish an approved draft exactly as it was reviewed. Raises DomainError with all that stands against it."""
    session.refresh(draft, with_for_update={"of": CourseDraft})
    source = whole_course(draft)
    review = next(iter(list_reviews(session, draft.id)), None)
    if (
        draft.state != DraftState.APPROVED
        or review is None
        or not review.approved
        or review.digest != source.digest
    ):
        raise DomainError(
            "Only what a second person has reviewed and approved is published. Hand it in for review."
        )
    version = publish_course(
        session, now, draft.provider, source, minutes,
        dropped=dropped, review=_kept(review, source), published_by_id=publisher_id,
    )  # fmt: skip
    draft.state = DraftState.PUBLISHED
    session.flush()
    return version


def _kept(review: CourseReview, source: CourseSource) -> dict[str, Any]:
    """What a version keeps of its review, with Mergener's minutes by the reviewer's difficulty."""
    return {
        "reviewer": review.reviewer.name,
        "qualification": review.qualification,
        "disclosure": review.disclosure,
        "answers": review.answers,
        "comment": review.comment,
        "reviewed_at": review.reviewed_at.isoformat(),
        "mergener": {
            "difficulty": review.difficulty,
            "words": source.words,
            "questions": source.rules.asked(source.questions),
            "exact": mergener_text(
                source.words, source.rules.asked(source.questions), Fraction(review.difficulty)
            ),
        },
    }
