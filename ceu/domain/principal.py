"""The person on whose behalf a request runs, and what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ceu.domain.permissions import PERMISSIONS_OF, PERSONAL, Permission, Role


@dataclass(frozen=True)
class Principal:
    """A signed-in person: who they are and their role in each organization they belong to.

    Whoever came on a learning platform's word, without a password, may take courses and nothing else: ``only_courses``.
    """

    person_id: int
    name: str
    email: str
    time_zone: str
    roles: Mapping[int, Role] = field(default_factory=dict)
    only_courses: bool = False

    def may(self, permission: Permission, organization_id: int | None = None) -> bool:
        """Whether the person may do this: with their own records, for this organization, or for any of theirs."""
        if self.only_courses:
            return permission is Permission.TAKE_COURSES
        if permission in PERSONAL:
            return True
        if organization_id is None:
            return bool(self.organizations_with(permission))
        return organization_id in self.organizations_with(permission)

    def organizations_with(self, permission: Permission) -> frozenset[int]:
        """The organizations for which the person may do this."""
        return frozenset(
            organization_id
            for organization_id, role in self.roles.items()
            if permission in PERMISSIONS_OF[role]
        )
