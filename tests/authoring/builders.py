"""Contents of courses that the tests of authoring share, and what a browser would send."""

from typing import Any

from ceu.adapters.courses import CourseContent
from ceu.questions.model import to_json
from tests.catalog.builders import make_source


def whole_content() -> CourseContent:
    """A course of two lessons without mistakes, as its folder holds it: 6,600 words, ten questions."""
    source = make_source()
    words = "word " * 3_299 + "end"
    return CourseContent(
        source.outline.model_dump(mode="json", exclude_defaults=True),
        {entry.file: words for entry in source.outline.lessons},
        {"questions": [to_json(question) for question in source.questions]},
        {},
    )


def values_of(tree: Any) -> dict[str, str]:
    """What a browser sends of the page's main form."""
    form = next(each for each in tree.iter("form") if each.get("data-keep"))
    sent = {}
    for control in form.iter():
        name = control.get("name")
        if not name or name in {"action", "once"}:
            continue
        if control.tag == "input" and control.get("type") in {"checkbox", "radio"}:
            if control.get("checked") is not None:
                sent[name] = control.get("value", "")
        elif control.tag == "input":
            sent[name] = control.get("value", "")
        elif control.tag == "textarea":
            sent[name] = (control.text or "").removeprefix("\n")
        elif control.tag == "select":
            chosen = [option for option in control.iter("option") if option.get("selected") is not None]
            sent[name] = chosen[0].get("value") if chosen else next(control.iter("option")).get("value")
    return sent
