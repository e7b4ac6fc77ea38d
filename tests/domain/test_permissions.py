"""The grammar of permissions, and that every role says what it may do."""

import re

from ceu.domain.permissions import PERMISSIONS_OF, PERSONAL, ROLE_LABELS, Permission, Role


def test_permissions_follow_the_grammar_and_the_alphabet() -> None:
    values = [permission.value for permission in Permission]
    assert all(re.fullmatch(r"[a-z]+:[a-z]+_[a-z]+", value) for value in values)
    assert values == sorted(values)


def test_every_role_is_described() -> None:
    assert set(PERMISSIONS_OF) == set(ROLE_LABELS) == set(Role)


def test_what_is_personal_needs_no_role() -> None:
    assert not PERSONAL & frozenset().union(*PERMISSIONS_OF.values())


def test_every_permission_can_be_had() -> None:
    assert PERSONAL | frozenset().union(*PERMISSIONS_OF.values()) == set(Permission)
