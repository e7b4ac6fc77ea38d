"""What pages show of a draft: its parts as forms take them, and each mistake beside the field it is about."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ceu.adapters.courses import ASSESSMENT, COURSE, Fault
from ceu.authoring.editing import PARTS

PART_LABELS = {
    "facts": "Facts",
    "people": "Authors and planners",
    "objectives": "Objectives",
    "references": "References",
    "evaluation": "Evaluation form",
    "recordings": "Recordings",
    "rules": "Rules of the test",
}
TEXT_PARTS = ("evaluation", "recordings", "rules")


def part_of_fault(fault: Fault) -> str:
    """On which page a mistake is mended: a part, a lesson's file, questions or lessons."""
    field = fault.place[0] if fault.place else ""
    if fault.file == COURSE:
        return next(
            (part for part, fields in PARTS.items() if field in fields),
            "lessons" if field == "lessons" else "facts",
        )
    if fault.file == ASSESSMENT:
        return "rules" if field == "rules" else "questions"
    return fault.file


def faults_by_part(faults: Iterable[Fault]) -> dict[str, list[Fault]]:
    """The mistakes by the page on which they are mended."""
    found: dict[str, list[Fault]] = {}
    for fault in faults:
        found.setdefault(part_of_fault(fault), []).append(fault)
    return found


def for_form(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A part as the form shows it: every value as text, and one empty row at the end of each list."""
    shown: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "audience" and isinstance(value, list):
            shown[name] = "\n".join(map(str, value))
        elif isinstance(value, list):
            shown[name] = [_row(each) for each in value if isinstance(each, dict)]
        else:
            shown[name] = _text(value)
    return shown


def _row(entry: Mapping[str, Any]) -> dict[str, str]:
    return {key: _text(value) for key, value in entry.items()}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def mark(form: Any, faults: Sequence[Fault]) -> None:
    """Put each mistake beside its field; what belongs to no field of this form stands above it."""
    for fault in faults:
        field = _field(form, fault.place)
        if field is None:
            form.form_errors.append(str(fault))
        else:
            field.errors = [*field.errors, str(fault)]


def _field(form: Any, place: Sequence[str | int]) -> Any:
    here = form
    for step in place:
        if isinstance(step, int):
            entries = getattr(here, "entries", [])
            if step >= len(entries):
                return None
            here = entries[step].form
        elif step in getattr(here, "_fields", {}):
            here = here[step]
        else:
            break
    return (
        here if hasattr(here, "errors") and hasattr(here, "label") and not hasattr(here, "entries") else None
    )
