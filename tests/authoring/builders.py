"""Contents of courses that the tests of authoring share."""

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
