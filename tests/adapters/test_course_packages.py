"""A course goes out as a folder in a ZIP file and comes in as the same content, whatever it holds."""

from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings, strategies as st

from ceu.adapters.course_assets import look_at_asset
from ceu.adapters.course_packages import Keep, read_package, write_package
from ceu.adapters.courses import (
    CourseContent,
    CourseShelf,
    check_course,
    content_of,
    read_course,
    write_content,
)
from ceu.adapters.files import MemoryFiles
from ceu.domain.errors import DomainError

COURSES = Path(__file__).parents[2] / "courses"
PNG = b"\x89PNG\r\n\x1a\n"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
lines = texts.map(lambda text: text.replace("\r", "").removeprefix("\ufeff"))
data = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
mappings: st.SearchStrategy[dict[str, Any]] = st.dictionaries(texts, data, max_size=5)
names = st.from_regex(r"[0-9]{2}-[a-z0-9-]{1,10}", fullmatch=True).map(lambda name: f"lessons/{name}.md")
pictures = st.dictionaries(
    st.from_regex(r"[A-Za-z0-9_-]{1,10}", fullmatch=True)
    .filter(lambda name: name[0].isalnum())
    .map(lambda name: f"assets/{name}.png"),
    st.binary(max_size=20).map(lambda more: PNG + more),
    max_size=3,
)


def into(store: MemoryFiles) -> Keep:
    """Keeps each file of a course in a store."""
    return lambda name, each: store.take(each, partial(look_at_asset, name))


@settings(deadline=None)
@given(mappings, st.dictionaries(names, lines, max_size=3), mappings, pictures)
def test_what_goes_out_comes_in_the_same(
    course: dict[str, Any], lessons: dict[str, str], assessment: dict[str, Any], files: dict[str, bytes]
) -> None:
    """Also of drafts that are anything but finished."""
    store, other = MemoryFiles(), MemoryFiles()
    kept = {
        name: store.take(BytesIO(each), partial(look_at_asset, name)).sha256 for name, each in files.items()
    }
    content = CourseContent(course, lessons, assessment, kept)
    with write_package(content, "course", store.open) as packed:
        assert read_package(packed, into(other)) == content
    assert other.kept == store.kept


@pytest.mark.parametrize("slug", CourseShelf(COURSES).list())
def test_a_shipped_course_goes_out_and_in_and_is_the_same_course(slug: str, tmp_path: Path) -> None:
    source = CourseShelf(COURSES).get(slug)
    with write_package(content_of(source), slug, MemoryFiles().open) as stream:
        packed = stream.read()
    again, faults = check_course(read_package(BytesIO(packed), into(MemoryFiles())))
    assert not faults
    assert again == source
    ZipFile(BytesIO(packed)).extractall(tmp_path)
    assert read_course(tmp_path / slug) == source


def test_the_same_content_is_the_same_file() -> None:
    content = CourseContent({"title": "x"}, {}, {}, {})
    first, again = (write_package(content, "x", MemoryFiles().open) for _ in range(2))
    with first, again:
        assert first.read() == again.read()


def _zip(**files: bytes) -> BytesIO:
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"readme_dot_md": b"x"}, "no course.yaml"),
        ({"course_dot_yaml": b"id: x"}, "assessment.yaml, line 1: The file cannot be read"),
        ({"course_dot_yaml": b"- x", "assessment_dot_yaml": b"{}"}, "no list of fields"),
        (
            {"course_dot_yaml": b"a: b: c", "assessment_dot_yaml": b"{}"},
            "course.yaml, line 1: This is not valid YAML",
        ),
        (
            {"course_dot_yaml": b"{}", "assessment_dot_yaml": b"{}", "assets__a_dot_png": b"<svg/>"},
            "does not hold what its ending says",
        ),
        (
            {"course_dot_yaml": b"{}", "assessment_dot_yaml": b"{}", "assets__b__a_dot_png": PNG},
            "not a name for a file",
        ),
        (
            {"course_dot_yaml": b"{}", "assessment_dot_yaml": b"{}", "lessons__01-a_dot_md": b"\xff"},
            "01-a.md, line 1: This is not UTF-8",
        ),
    ],
)
def test_a_file_that_is_no_course_is_refused_with_a_sentence(files: dict[str, bytes], said: str) -> None:
    store = MemoryFiles()
    with pytest.raises(DomainError, match=said) as refused:
        read_package(_zip(**files), into(store))
    assert refused.value.field == "file"
    assert not store.kept


def test_a_course_in_a_folder_of_the_archive_is_found() -> None:
    packed = _zip(deep__course_dot_yaml=b"id: x", deep__assessment_dot_yaml=b"{}")
    assert read_package(packed, into(MemoryFiles())).course == {"id": "x"}


def test_nothing_goes_out_incomplete() -> None:
    with pytest.raises(DomainError, match="no longer kept"):
        write_package(CourseContent({}, {}, {}, {"assets/a.png": "0" * 64}), "x", MemoryFiles().open)


def test_texts_of_several_lines_are_readable_in_the_file() -> None:
    written = write_content(CourseContent({"summary": "One.\nTwo.\n"}, {}, {}, {}))
    assert written["course.yaml"] == "summary: |\n  One.\n  Two.\n"
