"""What an amended week changes in the one that is signed, told line by line from the two documents alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from json import dumps
from typing import Any

from ceu.domain.dates import day_text
from ceu.domain.minutes import clock_text

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One line of the difference, in words; ``before`` is empty for what is new, ``after`` for what is gone."""

    where: str
    before: str
    after: str


def changes_between(signed: Mapping[str, Any], amended: Mapping[str, Any]) -> list[Change]:
    """The differences of two signed documents of one week: entries by day, then setting, supervisor and total.

    Lines that are equal in both are left out; of the others, those of one day and activity are told as one change.
    """
    gone = _without(signed["entries"], amended["entries"])
    new = _without(amended["entries"], signed["entries"])
    pairs: list[tuple[Line | None, Line | None]] = []
    for likeness in (("day", "activity"), ("day",)):
        for line in list(gone):
            twin = next((one for one in new if all(one[key] == line[key] for key in likeness)), None)
            if twin is not None:
                pairs.append((line, twin))
                gone.remove(line)
                new.remove(twin)
    pairs += [(line, None) for line in gone] + [(None, line) for line in new]
    changes = [
        Change(_day(before or after or {}), _text(before), _text(after)) for before, after in _by_day(pairs)
    ]
    return changes + _around(signed, amended)


def _without(lines: Iterable[Line], others: Iterable[Line]) -> list[Line]:
    left = Counter(dumps(line, sort_keys=True) for line in others)
    found = []
    for line in lines:
        spelled = dumps(line, sort_keys=True)
        if left[spelled]:
            left[spelled] -= 1
        else:
            found.append(line)
    return found


def _by_day(pairs: Iterable[tuple[Line | None, Line | None]]) -> list[tuple[Line | None, Line | None]]:
    return sorted(pairs, key=lambda pair: str((pair[0] or pair[1] or {})["day"]))


def _day(line: Line) -> str:
    return day_text(date.fromisoformat(line["day"]))


def _text(line: Line | None) -> str:
    if line is None:
        return ""
    parts = [
        line["activity_label"]
        + (f", {line['client_unit_label'].lower()}" if line["client_unit_label"] else ""),
        clock_text(line["minutes"]) + (f" from {line['start']}" if line["start"] else ""),
        line["delivery_label"],
    ]
    if line["supervisees"]:
        parts.append(f"{line['supervisees']} supervised")
    return " · ".join([*parts, *([line["note"]] if line["note"] else [])])


def _around(signed: Mapping[str, Any], amended: Mapping[str, Any]) -> list[Change]:
    told = (
        ("Setting", _setting),
        ("Supervisor", _supervisor),
        ("Total", lambda body: clock_text(body["totals"]["minutes"])),
    )
    pairs = ((name, words(signed), words(amended)) for name, words in told)
    return [Change(name, before, after) for name, before, after in pairs if before != after]


def _setting(body: Mapping[str, Any]) -> str:
    setting = body["setting"]
    return f"{setting['name']} · {setting['kind']} · {setting['employment']}"


def _supervisor(body: Mapping[str, Any]) -> str:
    supervisor = body["supervisor"]
    license_ = supervisor["license"]
    relative = " · relative or partner of the trainee" if supervisor["relative_of_trainee"] else ""
    return f"{supervisor['name']} · {license_['type']} {license_['number']}, expires {license_['expires_on']}{relative}"
