"""What pages show of the rules' verdicts on a week: per entry what counts and why not, per setting what to mend.

The documents read here are described in ``ceu.experience.assessing``.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ceu.licenses.packs import pack_name
from ceu.rules.pack import Pack


@dataclass(frozen=True)
class Finding:
    """A sentence of the rules; ``severity`` is lost, mend, note or cannot_tell, ``remedy`` the smallest fix, if any."""

    severity: str
    sentence: str
    remedy: str = ""


@dataclass(frozen=True)
class Count:
    """What one entry is worth: minutes logged, credited, and such as the rules cannot tell yet; and why."""

    logged: int
    credited: int
    undetermined: int
    reasons: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Every minute counts."""
        return self.credited == self.logged

    @property
    def is_open(self) -> bool:
        """Nothing of it counts yet because a fact is missing."""
        return self.credited == 0 and self.undetermined > 0


@dataclass(frozen=True)
class Reading:
    """One goal's rules on one shown week. ``label`` is the license as people call it: "LMFT"."""

    goal_id: int
    label: str
    counts: Mapping[int, Count] = field(default_factory=dict)
    findings: Mapping[int, tuple[Finding, ...]] = field(default_factory=dict)

    def count_of(self, entry_id: int) -> Count | None:
        """What an entry is worth, or None while it is not assessed."""
        return self.counts.get(entry_id)

    def findings_of(self, setting_id: int) -> tuple[Finding, ...]:
        """What is to be said about the week in a setting."""
        return self.findings.get(setting_id, ())

    def reasons_beside(self, entry_id: int, week: Sequence[int]) -> tuple[str, ...]:
        """Why this entry does not count whole, without what is to be said of the whole week anyway."""
        of_all = self.reasons_of_all(week)
        return tuple(reason for reason in self._reasons(entry_id) if reason not in of_all)

    def reasons_of_all(self, week: Sequence[int]) -> tuple[str, ...]:
        """The reasons that hold for every entry of a week alike."""
        if not week:
            return ()
        first, *others = (self._reasons(entry_id) for entry_id in week)
        return tuple(reason for reason in first if all(reason in other for other in others))

    def _reasons(self, entry_id: int) -> tuple[str, ...]:
        return self.counts[entry_id].reasons if entry_id in self.counts else ()

    def credited(self, entry_ids: Iterable[int]) -> int:
        """Minutes credited for these entries together."""
        return sum(self.counts[entry_id].credited for entry_id in entry_ids if entry_id in self.counts)


def read_week(goal_id: int, label: str, verdicts: Iterable[Mapping[str, Any]]) -> Reading:
    """Read the verdicts on the one or two calendar weeks that a shown week touches."""
    counts: dict[int, Count] = {}
    findings: dict[int, tuple[Finding, ...]] = {}
    for verdict in verdicts:
        counts.update({int(entry_id): _count(entry) for entry_id, entry in verdict["entries"].items()})
        for setting in verdict["settings"]:
            if setting["setting"] is not None:
                number = int(setting["setting"])
                findings[number] = findings.get(number, ()) + _findings(setting["findings"])
    return Reading(goal_id, label, counts, findings)


def labels_of(packs: Sequence[Pack]) -> list[str]:
    """What to call the licenses of one person's goals: each by the shortest name that tells it from the others."""
    names = [(pack.license, pack_name(pack), pack.title) for pack in packs]
    common = [Counter(column) for column in zip(*names, strict=True)]
    return [
        next((name for name, seen in zip(each, common, strict=True) if seen[name] == 1), each[-1])
        for each in names
    ]


def _count(entry: Mapping[str, Any]) -> Count:
    said = [*entry["cuts"], *entry["reasons"]]
    return Count(
        entry["logged"],
        entry["credited"],
        entry["undetermined"],
        tuple(dict.fromkeys(str(one["sentence"]) for one in said)),
    )


def _findings(found: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    return tuple(Finding(one["severity"], one["sentence"], one["fix"] or "") for one in found)
