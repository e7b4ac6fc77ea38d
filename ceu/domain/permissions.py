"""What a person may do. Grammar: ``room:verb_object``; alphabetical."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing a person may do, on their own record or for an organization."""

    MANAGE_ACCOUNT = "accounts:manage_account"
    MANAGE_MEMBERS = "accounts:manage_members"
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
            Permission.SEE_COHORT,
            Permission.SEE_COMPLETIONS,
        }
    ),
    Role.CE_DIRECTOR: frozenset(
        {
            Permission.MANAGE_EVENTS,
            Permission.MANAGE_PROVIDER,
            Permission.PUBLISH_COURSES,
            Permission.SEE_COMPLETIONS,
        }
    ),
    Role.PROGRAM_DIRECTOR: frozenset({Permission.SEE_COHORT}),
    Role.MEMBER: frozenset(),
}

ROLE_LABELS: dict[Role, str] = {
    Role.ADMINISTRATOR: "Administrator",
    Role.CE_DIRECTOR: "CE director",
    Role.PROGRAM_DIRECTOR: "Program director",
    Role.MEMBER: "Member",
}
