"""What a signed-in person may do, and for whom."""

from ceu.domain.permissions import Permission, Role
from ceu.domain.principal import Principal


def principal(**roles: Role) -> Principal:
    by_id = {int(name.removeprefix("org")): role for name, role in roles.items()}
    return Principal(1, "Alice Example", "alice@example.org", "America/Los_Angeles", by_id)


def test_everyone_may_look_after_their_own_records() -> None:
    assert principal().may(Permission.LOG_EXPERIENCE)


def test_without_a_role_nobody_acts_for_an_organization() -> None:
    assert not principal().may(Permission.MANAGE_PROVIDER)
    assert not principal().may(Permission.MANAGE_PROVIDER, 7)


def test_a_role_counts_in_its_own_organization_only() -> None:
    director = principal(org7=Role.CE_DIRECTOR, org8=Role.MEMBER)
    assert director.may(Permission.MANAGE_PROVIDER)
    assert director.may(Permission.MANAGE_PROVIDER, 7)
    assert not director.may(Permission.MANAGE_PROVIDER, 8)
    assert not director.may(Permission.MANAGE_MEMBERS)


def test_it_names_the_organizations_a_person_may_act_for() -> None:
    several = principal(org1=Role.ADMINISTRATOR, org2=Role.MEMBER, org3=Role.CE_DIRECTOR)
    assert several.organizations_with(Permission.PUBLISH_COURSES) == {1, 3}
    assert several.organizations_with(Permission.MANAGE_MEMBERS) == {1}
