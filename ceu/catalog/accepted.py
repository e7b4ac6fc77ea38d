"""For which of a person's licenses courses are accepted, by the engine's own admission of each taken alone. Pure."""

from collections.abc import Sequence
from datetime import date

from ceu.adapters.rulepacks import PackLibrary
from ceu.catalog.models import CourseVersion
from ceu.catalog.offers import offer_of
from ceu.licenses.models import License
from ceu.licenses.progress import accepts
from ceu.providers.queries import approvals_on


def accepted_for(
    packs: PackLibrary, licenses: Sequence[License], versions: Sequence[CourseVersion], today: date
) -> list[tuple[str, ...]]:
    """For each course, the names of the licenses whose rules let it in today, however much of it still counts.

    A license whose rules are not at hand, or cannot tell, is not among them.
    """
    offers = [offer_of(version, approvals_on(version.course.provider, today)) for version in versions]
    names: list[list[str]] = [[] for _ in versions]
    for license_ in licenses if offers else ():
        label, answers = accepts(packs, license_, offers, today)
        for found, is_accepted in zip(names, answers, strict=True):
            if is_accepted and label not in found:
                found.append(label)
    return [tuple(found) for found in names]
