"""The files of a lesson, as its published text shows them."""

import pytest

from ceu.adapters.course_assets import address
from ceu.adapters.markdown import render_markdown
from ceu.learning.lesson_files import LessonFile, files_of

TEXT = """# One
![The plan](assets/plan.png) and [A *worksheet*](assets/sheet.pdf), and again [the sheet](assets/sheet.pdf).

![A talk](assets/talk.mp4)

![A sound](assets/sound.mp3) and [elsewhere](https://example.org/a.pdf)
"""


def _where(name: str) -> str:
    return address(f"{len(name):064x}{name}"[:64], name) if name.startswith("assets/") else name


def test_every_file_a_lesson_shows_is_found_once_by_what_it_is_called() -> None:
    found = files_of(render_markdown(TEXT, _where))
    assert [(file.label, file.name) for file in found] == [
        ("The plan", "the-plan.png"),
        ("A worksheet", "a-worksheet.pdf"),
        ("A talk", "a-talk.mp4"),
        ("A talk, captions", "a-talk-captions.vtt"),
        ("A sound", "a-sound.mp3"),
    ]
    assert {file.address for file in found} == {
        _where(f"assets/{name}") for name in ("plan.png", "sheet.pdf", "talk.mp4", "talk.vtt", "sound.mp3")
    }


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>Nothing</p>",
        '<a href="/courses/files/x.pdf">x</a>',
        "<a href",
        '<img src="//x/courses/files/' + "a" * 64 + '.png">',
    ],
)
def test_what_is_no_file_of_this_site_is_none(html: str) -> None:
    assert files_of(html) == []


@pytest.mark.parametrize(
    ("label", "name"),
    [("", "file.pdf"), ("../../etc", "etc.pdf"), ("x" * 99, "x" * 60 + ".pdf"), ("Ä/b: c", "ä-b-c.pdf")],
)
def test_a_file_is_called_safely(label: str, name: str) -> None:
    assert LessonFile(label, "pdf", "/x").name == name
