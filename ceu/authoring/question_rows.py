"""Questions as the fields and rows of a form, and back. Pure: plain data in, plain data out.

A form shows every question whose fields have the shapes that its kind knows, finished or not; ``fits`` says which. What the
form left alone comes back exactly as it was.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ceu.questions.model import KINDS

Data = Mapping[str, Any]

_SHARED = frozenset({"id", "name", "kind", "stem", "weight", "objective", "lesson", "feedback"})
_CHOICE = frozenset({"several", "shuffle", "scoring"})
_NUMBERS = frozenset({"unit_needed", "unit_penalty"})
_SCALARS: dict[str, frozenset[str]] = {
    "choice": _CHOICE,
    "true_false": frozenset({"answer", "if_true", "if_false"}),
    "short_text": frozenset({"case_matters"}),
    "numeric": _NUMBERS,
    "matching": frozenset({"shuffle", "scoring"}),
    "ordering": frozenset({"scoring"}),
    "cloze": frozenset(),
}
_OPTION = frozenset({"id", "text", "correct", "fraction", "feedback"})
_NUMBER = frozenset({"value", "tolerance", "low", "high", "fraction", "feedback"})
_ROWS: dict[str, dict[str, frozenset[str]]] = {
    "choice": {"options": _OPTION},
    "true_false": {},
    "short_text": {"answers": frozenset({"pattern", "fraction", "feedback"})},
    "numeric": {"answers": _NUMBER, "units": frozenset({"name", "factor"})},
    "matching": {
        "prompts": frozenset({"id", "text", "match", "feedback"}),
        "targets": frozenset({"id", "text"}),
    },
    "ordering": {"items": frozenset({"id", "text", "feedback"})},
    "cloze": {},
}
_GAP_KINDS = ("choice", "short_text", "numeric")
_RANGE = re.compile(r"\s*(\S*?)\s*\.\.\s*(\S*)\s*")
ANY_NUMBER = "*"
"""What stands in a form for an answer that is every other number."""


def kind_of(data: Data) -> str:
    """The kind of a question; without one it is a choice."""
    return str(data.get("kind", "choice"))


def fits(data: object) -> bool:
    """Whether a form can show all of a question."""
    if not isinstance(data, dict) or kind_of(data) not in KINDS:
        return False
    kind, rest = kind_of(data), dict(data)
    outcomes, tags, gaps = rest.pop("outcomes", {}), rest.pop("tags", []), rest.pop("gaps", [])
    rest.pop("media", None)
    return (
        _has_shape(rest, _SHARED | _SCALARS[kind], _ROWS[kind])
        and isinstance(outcomes, dict)
        and _has_shape(outcomes, frozenset({"right", "partly", "wrong"}), {})
        and isinstance(tags, list)
        and all(isinstance(tag, str) and "," not in tag for tag in tags)
        and ("gaps" not in data or kind == "cloze")
        and isinstance(gaps, list)
        and all(_gap_fits(gap) for gap in gaps)
    )


def _gap_fits(gap: object) -> bool:
    if not isinstance(gap, dict) or gap.get("kind") not in _GAP_KINDS:
        return False
    kind = gap["kind"]
    rows = {name: keys for name, keys in _ROWS[kind].items() if name != "units"}
    rest = {name: value for name, value in gap.items() if name != "units"}
    return _has_shape(rest, frozenset({"id", "kind", "label", "weight"}) | _SCALARS[kind], rows)


def _has_shape(data: Data, scalars: frozenset[str], rows: Mapping[str, frozenset[str]]) -> bool:
    return all(
        (name in scalars and not isinstance(value, list | dict))
        or (
            name in rows
            and isinstance(value, list)
            and all(isinstance(row, dict) and _has_shape(row, rows[name], {}) for row in value)
        )
        for name, value in data.items()
    )


def to_form(data: Data) -> dict[str, Any]:
    """What the form of its kind shows of a question that fits."""
    kind = kind_of(data)
    shown = {
        **{name: _text(data.get(name)) for name in ("id", "name", "stem", "objective", "lesson", "feedback")},
        "weight": _text(data.get("weight")),
        "tags": ", ".join(data.get("tags", [])),
        "outcomes": {name: _text(value) for name, value in data.get("outcomes", {}).items()},
    }
    return shown | _SHOW[kind](data)


def from_form(kind: str, typed: Data, before: Data) -> dict[str, Any]:
    """The question that a form gives; fields that say nothing are left out. ``before`` is what the form showed."""
    found: dict[str, Any] = {
        "id": typed["id"],
        "name": typed["name"],
        "kind": "" if kind == "choice" else kind,
        "objective": typed["objective"],
        "lesson": typed["lesson"],
        "stem": typed["stem"],
        **_READ[kind](typed, before),
        "weight": _number(typed["weight"]),
        "tags": [tag.strip() for tag in typed["tags"].split(",") if tag.strip()],
        "feedback": typed["feedback"],
        "outcomes": {name: text for name, text in typed["outcomes"].items() if text},
    }
    if before.get("media"):
        found["media"] = before["media"]
    return _saying(found)


def as_typed(kind: str, typed: Data, untouched: Data, before: Data) -> dict[str, Any]:
    """The question as it shall stand: exactly what it was, where nothing was typed."""
    data = from_form(kind, typed, before)
    return dict(before) if before and data == from_form(kind, untouched, before) else data


def _saying(data: Data) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in ("", None, [], {})}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() and len(text) < 13 else text


def _rows(typed: Sequence[Data], *names: str) -> list[Data]:
    """The rows in which anything was typed into one of these fields."""
    return [row for row in typed if any(row.get(name) for name in names)]


def _named(rows: Sequence[Data], prefix: str) -> list[str]:
    """An id for each row: its own, or for a new one the first that no other has."""
    taken = {row["id"] for row in rows if row["id"]}
    names = []
    for row in rows:
        name = row["id"]
        if not name:
            name = next(each for each in _ids(prefix) if each not in taken)
            taken.add(name)
        names.append(name)
    return names


def _ids(prefix: str) -> list[str]:
    if prefix:
        return [f"{prefix}{number}" for number in range(1, 1000)]
    return [*(chr(ord("a") + place) for place in range(26)), *(f"o{number}" for number in range(27, 1000))]


def _show_options(data: Data) -> list[dict[str, Any]]:
    return [
        {
            **{name: _text(row.get(name)) for name in ("id", "text", "fraction", "feedback")},
            "correct": bool(row.get("correct")),
        }
        for row in data.get("options", [])
    ]


def _read_options(typed: Sequence[Data], text: str = "text", right: str = "correct") -> list[dict[str, Any]]:
    rows = _rows(typed, text, "feedback", "fraction", right)
    return [
        _saying(
            {
                "id": name,
                "text": row[text],
                "correct": True if row[right] else None,
                "fraction": _number(row["fraction"]),
                "feedback": row["feedback"],
            }
        )
        for name, row in zip(_named(rows, ""), rows, strict=True)
    ]


def _show_choice(data: Data) -> dict[str, Any]:
    return {
        "options": _show_options(data),
        "several": bool(data.get("several")),
        "keep_order": data.get("shuffle", True) is False,
        "scoring": _text(data.get("scoring")) or "each",
    }


def _read_choice(typed: Data, _: Data) -> dict[str, Any]:
    return {
        "several": True if typed["several"] else None,
        "shuffle": False if typed["keep_order"] else None,
        "scoring": "all" if typed["scoring"] == "all" else None,
        "options": _read_options(typed["options"]),
    }


def _show_true_false(data: Data) -> dict[str, Any]:
    answer = {True: "true", False: "false"}.get(data.get("answer", ""), "")
    return {"answer": answer, **{name: _text(data.get(name)) for name in ("if_true", "if_false")}}


def _read_true_false(typed: Data, _: Data) -> dict[str, Any]:
    answer = {"true": True, "false": False}.get(typed["answer"] or "")
    return {"answer": answer, "if_true": typed["if_true"], "if_false": typed["if_false"]}


def _show_short_text(data: Data) -> dict[str, Any]:
    answers = [
        {name: _text(row.get(name)) for name in ("pattern", "fraction", "feedback")}
        for row in data.get("answers", [])
    ]
    return {"answers": answers, "case_matters": bool(data.get("case_matters"))}


def _read_short_text(typed: Data, _: Data) -> dict[str, Any]:
    rows = _rows(typed["answers"], "pattern", "fraction", "feedback")
    return {
        "answers": [_saying({**row, "fraction": _number(row["fraction"])}) for row in rows],
        "case_matters": True if typed["case_matters"] else None,
    }


def number_shown(row: Data) -> str:
    """The numbers that an answer accepts, as a form spells them: "3", a range "3..5", "..5", or "*" for every other.

    >>> number_shown({"value": 3}), number_shown({"low": "0.5"}), number_shown({"low": 1, "high": 2}), number_shown({})
    ('3', '0.5..', '1..2', '*')
    """
    if "value" in row:
        return _text(row["value"])
    low, high = _text(row.get("low")), _text(row.get("high"))
    return f"{low}..{high}" if low or high else ANY_NUMBER


def number_read(text: str) -> dict[str, Any]:
    """What such a spelling says of an answer.

    >>> number_read("3"), number_read("0.5 .."), number_read("1..2"), number_read("*")
    ({'value': 3}, {'low': '0.5'}, {'low': 1, 'high': 2}, {})
    """
    if found := _RANGE.fullmatch(text):
        return _saying({"low": _number(found[1]), "high": _number(found[2])})
    return {} if text == ANY_NUMBER else {"value": _number(text)}


def _show_numeric(data: Data) -> dict[str, Any]:
    answers = [
        {
            "number": number_shown(row),
            **{name: _text(row.get(name)) for name in ("tolerance", "fraction", "feedback")},
        }
        for row in data.get("answers", [])
    ]
    units = [{name: _text(row.get(name)) for name in ("name", "factor")} for row in data.get("units", [])]
    return {
        "answers": answers,
        "units": units,
        "unit_needed": bool(data.get("unit_needed")),
        "unit_penalty": _text(data.get("unit_penalty")),
    }


def _read_number(row: Data, name: str) -> dict[str, Any]:
    return {
        **number_read(row[name]),
        **_saying({each: _number(row[each]) for each in ("tolerance", "fraction")}),
        **_saying({"feedback": row["feedback"]}),
    }


def _read_numeric(typed: Data, _: Data) -> dict[str, Any]:
    units = _rows(typed["units"], "name", "factor")
    return {
        "answers": [_read_number(row, "number") for row in _rows(typed["answers"], "number")],
        "units": [_saying({"name": row["name"], "factor": _number(row["factor"])}) for row in units],
        "unit_needed": True if typed["unit_needed"] else None,
        "unit_penalty": _number(typed["unit_penalty"]),
    }


def _show_matching(data: Data) -> dict[str, Any]:
    targets = {row.get("id"): _text(row.get("text")) for row in data.get("targets", [])}
    matched = {row.get("match") for row in data.get("prompts", [])}
    return {
        "prompts": [
            {
                **{name: _text(row.get(name)) for name in ("id", "text", "feedback")},
                "match": targets.get(row.get("match"), _text(row.get("match"))),
            }
            for row in data.get("prompts", [])
        ],
        "others": "\n".join(text for name, text in targets.items() if name not in matched),
        "keep_order": data.get("shuffle", True) is False,
        "scoring": _text(data.get("scoring")) or "each",
    }


def _read_matching(typed: Data, before: Data) -> dict[str, Any]:
    """Targets are the matches of the prompts and then the others, each once, by the id that its text had before."""
    rows = _rows(typed["prompts"], "text", "match", "feedback")
    others = [line.strip() for line in typed["others"].split("\n")]
    texts = list(dict.fromkeys(text for text in (*(row["match"] for row in rows), *others) if text))
    known = {_text(row.get("text")): _text(row.get("id")) for row in before.get("targets", [])}
    names = _named([{"id": known.get(text, "")} for text in texts], "t")
    targets = dict(zip(texts, names, strict=True))
    return {
        "prompts": [
            _saying(
                {
                    "id": name,
                    "text": row["text"],
                    "match": targets.get(row["match"]),
                    "feedback": row["feedback"],
                }
            )
            for name, row in zip(_named(rows, "p"), rows, strict=True)
        ],
        "targets": [{"id": name, "text": text} for text, name in targets.items()],
        "shuffle": False if typed["keep_order"] else None,
        "scoring": "all" if typed["scoring"] == "all" else None,
    }


def _show_ordering(data: Data) -> dict[str, Any]:
    return {
        "items": [
            {name: _text(row.get(name)) for name in ("id", "text", "feedback")}
            for row in data.get("items", [])
        ],
        "scoring": _text(data.get("scoring")) or "position",
    }


def _read_ordering(typed: Data, _: Data) -> dict[str, Any]:
    rows = _rows(typed["items"], "text", "feedback")
    return {
        "items": [
            _saying({"id": name, "text": row["text"], "feedback": row["feedback"]})
            for name, row in zip(_named(rows, "i"), rows, strict=True)
        ],
        "scoring": typed["scoring"] if typed["scoring"] != "position" else None,
    }


_WITHOUT_FORM = ("units", "unit_needed", "unit_penalty", "case_matters", "several", "shuffle", "scoring")
"""What a blank may have and its form does not show: it stays as long as the blank keeps its kind."""


def _show_cloze(data: Data) -> dict[str, Any]:
    return {
        "gaps": [
            {
                **{name: _text(gap.get(name)) for name in ("id", "kind", "label", "weight")},
                "was": _text(gap.get("id")),
                "answers": _show_gap(gap),
            }
            for gap in data.get("gaps", [])
        ]
    }


def _show_gap(gap: Data) -> list[dict[str, Any]]:
    if gap["kind"] == "choice":
        return [
            {
                **{name: row[name] for name in ("id", "text", "fraction", "feedback")},
                "right": row["correct"],
                "tolerance": "",
            }
            for row in _show_options(gap)
        ]
    if gap["kind"] == "short_text":
        shown = _show_short_text(gap)["answers"]
        return [{**row, "text": row["pattern"], "right": False, "tolerance": "", "id": ""} for row in shown]
    return [{**row, "text": row["number"], "right": False, "id": ""} for row in _show_numeric(gap)["answers"]]


def _read_cloze(typed: Data, before: Data) -> dict[str, Any]:
    old = {_text(gap.get("id")): gap for gap in before.get("gaps", [])}
    return {
        "gaps": [
            _read_gap(gap, old.get(gap["was"], {}))
            for gap in typed["gaps"]
            if gap["id"] or gap["label"] or _rows(gap["answers"], "text")
        ]
    }


def _read_gap(gap: Data, before: Data) -> dict[str, Any]:
    kind, rows = gap["kind"] or "short_text", gap["answers"]
    found = {"id": gap["id"], "kind": kind, "label": gap["label"], "weight": _number(gap["weight"])}
    if kind == "choice":
        found["options"] = _read_options(rows, right="right")
    elif kind == "short_text":
        found["answers"] = [
            _saying(
                {"pattern": row["text"], "fraction": _number(row["fraction"]), "feedback": row["feedback"]}
            )
            for row in _rows(rows, "text", "feedback")
        ]
    else:
        found["answers"] = [_read_number(row, "text") for row in _rows(rows, "text")]
    kept = {name: before[name] for name in _WITHOUT_FORM if name in before and before.get("kind") == kind}
    return _saying({**found, **kept})


_SHOW: dict[str, Callable[[Data], dict[str, Any]]] = {
    "choice": _show_choice,
    "true_false": _show_true_false,
    "short_text": _show_short_text,
    "numeric": _show_numeric,
    "matching": _show_matching,
    "ordering": _show_ordering,
    "cloze": _show_cloze,
}
_READ: dict[str, Callable[[Data, Data], dict[str, Any]]] = {
    "choice": _read_choice,
    "true_false": _read_true_false,
    "short_text": _read_short_text,
    "numeric": _read_numeric,
    "matching": _read_matching,
    "ordering": _read_ordering,
    "cloze": _read_cloze,
}
