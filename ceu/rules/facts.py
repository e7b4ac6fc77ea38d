"""What is known of a person, the settings worked in and the supervisors: dated facts, never hours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

NOT_YET = "not_yet"
"""The value of a date that is known not to have come yet. A missing date, or None, is unknown."""

Period = tuple[date, date | None]
Fact = date | int | bool | str | tuple[str, ...] | list[str] | tuple[Period, ...] | list[Period] | None


@dataclass(frozen=True)
class Facts:
    """Facts by the names a pack declares, without the owner's prefix: ``person["degree_awarded_on"]``.

    ``settings`` and ``supervisors`` are keyed by the ids the ledger's entries use. A fact that is missing or None is
    unknown, and whatever rests on it is answered "cannot tell". The key ``name`` of a setting or a supervisor is how
    sentences call it.
    """

    person: Mapping[str, Fact] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)
    supervisors: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)

    def setting_name(self, setting: str | None) -> str:
        """How to call a setting in a sentence."""
        if setting is None:
            return "an unnamed setting"
        return str(self.settings.get(setting, {}).get("name") or setting)
