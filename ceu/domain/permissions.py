"""What a person may do. Grammar: ``room:verb_object``; alphabetical."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing a person may do, on their own record or for an organization."""

    MANAGE_ACCOUNT = "accounts:manage_account"
    MANAGE_MEMBERS = "accounts:manage_members"
    REVIEW_COURSES = "authoring:review_courses"
    SEE_DRAFTS = "authoring:see_drafts"
    WRITE_COURSES = "authoring:write_courses"
    PUBLISH_COURSES = "catalog:publish_courses"
    LOG_EXPERIENCE = "experience:log_experience"
    SIGN_EXPERIENCE = "experience:sign_experience"
    SEE_COMPLETIONS = "learning:see_completions"
    TAKE_COURSES = "learning:take_courses"
    MANAGE_LICENSES = "licenses:manage_licenses"
    MANAGE_EVENTS = "live:manage_events"
    MANAGE_PLATFORMS = "lti:manage_platforms"
    SEE_COHORT = "programs:see_cohort"
    MANAGE_PROVIDER = "providers:manage_provider"


class Role(StrEnum):
    """A person's part in an organization."""

    ADMINISTRATOR = "administrator"
    CE_DIRECTOR = "ce_director"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    PROGRAM_DIRECTOR = "program_director"
    MEMBER = "member"


PERSONAL = frozenset(
    {
        Permission.MANAGE_ACCOUNT,
        Permission.LOG_EXPERIENCE,
        Permission.SIGN_EXPERIENCE,
        Permission.TAKE_COURSES,
        Permission.MANAGE_LICENSES,
    }
)
"""What everyone with a confirmed address may do with their own records: one account serves all a person's parts."""

PERMISSIONS_OF: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.MANAGE_EVENTS,
            Permission.MANAGE_MEMBERS,
            Permission.MANAGE_PLATFORMS,
            Permission.MANAGE_PROVIDER,
            Permission.PUBLISH_COURSES,
            Permission.REVIEW_COURSES,
            Permission.SEE_COHORT,
            Permission.SEE_COMPLETIONS,
            Permission.SEE_DRAFTS,
            Permission.WRITE_COURSES,
        }
    ),
    Role.CE_DIRECTOR: frozenset(
        {
            Permission.MANAGE_EVENTS,
            Permission.MANAGE_PROVIDER,
            Permission.PUBLISH_COURSES,
            Permission.REVIEW_COURSES,
            Permission.SEE_COMPLETIONS,
            Permission.SEE_DRAFTS,
            Permission.WRITE_COURSES,
        }
    ),
    Role.AUTHOR: frozenset({Permission.SEE_DRAFTS, Permission.WRITE_COURSES}),
    Role.REVIEWER: frozenset({Permission.SEE_DRAFTS, Permission.REVIEW_COURSES}),
    Role.PROGRAM_DIRECTOR: frozenset({Permission.SEE_COHORT}),
    Role.MEMBER: frozenset(),
}

ROLE_LABELS: dict[Role, str] = {
    Role.ADMINISTRATOR: "Administrator",
    Role.CE_DIRECTOR: "CE director",
    Role.AUTHOR: "Author",
    Role.REVIEWER: "Reviewer",
    Role.PROGRAM_DIRECTOR: "Program director",
    Role.MEMBER: "Member",
}
