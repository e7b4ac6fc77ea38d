"""The strict YAML reader: what stands in the file is what the program gets."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings, strategies as st

from ceu.adapters.yaml import Locate, YamlError, parse_yaml, read_yaml, write_yaml


def read(tmp_path: Path, text: str) -> tuple[Any, Locate]:
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return read_yaml(path)


def refusal(tmp_path: Path, text: str) -> YamlError:
    with pytest.raises(YamlError) as caught:
        read(tmp_path, text)
    return caught.value


def test_it_works(tmp_path: Path) -> None:
    data, locate = read(tmp_path, "title: Telehealth\nparts:\n  - {name: One, minutes: 30}\n")
    assert data == {"title": "Telehealth", "parts": [{"name": "One", "minutes": 30}]}
    assert locate(("parts", 0, "minutes")) == 3


@pytest.mark.parametrize(
    "text",
    ["NO", "no", "yes", "ON", "off", "1:40", "010", "+1", "0x1F", "0o17", "1_000", "12:30:00", "2026-01-01",
     "2026-01-01T10:00:00Z", ".inf", ".nan", "1.", ".5", "<<", "=", "16 CCR 1815.5", "4980.43.2"],
)  # fmt: skip
def test_text_stays_text(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, f"value: {text}\n")[0] == {"value": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("False", False), ("3", 3), ("-12", -12), ("0", 0), ("1.5", 1.5), ("1e3", 1000.0),
     ("null", None), ("~", None), ("", None), ("'3'", "3"), ("\"true\"", "true")],
)  # fmt: skip
def test_plain_values_are_typed(tmp_path: Path, text: str, value: object) -> None:
    read_value = read(tmp_path, f"value: {text}\n")[0]["value"]
    assert read_value == value
    assert type(read_value) is type(value)


def test_an_empty_file_is_nothing_on_line_one(tmp_path: Path) -> None:
    data, locate = read(tmp_path, "")
    assert data is None
    assert locate(("title",)) == 1


def test_an_alias_is_the_value_it_names(tmp_path: Path) -> None:
    data, _ = read(tmp_path, "a: &source {url: x}\nb: *source\n")
    assert data == {"a": {"url": "x"}, "b": {"url": "x"}}


def test_locate_finds_the_deepest_part_there_is(tmp_path: Path) -> None:
    _, locate = read(
        tmp_path, "# head\nid: a\nrules:\n  - id: x\n    cap:\n      per: week\n  - id: y\n2026: z\n"
    )
    assert locate(()) == 2
    assert locate(("rules", 0, "cap", "per")) == 6
    assert locate(("rules", 1, "cap")) == 7, "a missing key: the mapping that lacks it"
    assert locate(("rules", 0, "tagged-union", "cap", "per")) == 6, "a part that is only pydantic's"
    assert locate((2026,)) == 8


def test_a_repeated_key_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, "a:\n  hours: 1\n  minutes: 2\n  hours: 3\n")
    assert (error.file.name, error.line) == ("file.yaml", 4)
    assert error.what == "The key 'hours' is already used on line 2."
    assert error.remedy == "Keep one of the two."
    assert str(error).endswith(
        "file.yaml, line 4: The key 'hours' is already used on line 2. Keep one of the two."
    )


def test_bad_syntax_is_refused_with_its_line(tmp_path: Path) -> None:
    error = refusal(tmp_path, "a: 1\nb: [1, 2\nc: 3\n")
    assert error.line == 3
    assert error.what.startswith("This is not valid YAML: ")


def test_two_documents_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a: 1\n---\nb: 2\n").line == 2


def test_a_forbidden_character_is_refused(tmp_path: Path) -> None:
    assert "not valid YAML" in refusal(tmp_path, "a: \x07\n").what


@pytest.mark.parametrize(
    "text", ["a: !!python/name:os.system x\n", "a: !!timestamp 2026-01-01\n", "a: !x [1]\n"]
)
def test_a_tag_is_refused(tmp_path: Path, text: str) -> None:
    assert "is not used here" in refusal(tmp_path, text).what


def test_a_false_number_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a: !!int three\n").what == "'three' is not a number."


def test_a_mapping_as_key_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "? {a: 1}\n: 2\n").what == "A key must be a single word or number."


def test_an_alias_that_contains_itself_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "a: &a [*a]\n").what == "This alias contains itself."


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(YamlError, match="No such file"):
        read_yaml(tmp_path / "absent.yaml")


def test_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"a: 1\nb: caf\xe9\n")
    with pytest.raises(YamlError) as caught:
        read_yaml(path)
    assert caught.value.line == 2


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(data=plain)
def test_quoted_data_comes_back_unchanged(tmp_path_factory: pytest.TempPathFactory, data: object) -> None:
    path = tmp_path_factory.getbasetemp() / "quoted.yaml"
    path.write_text(yaml.safe_dump(data, default_style='"'), encoding="utf-8")
    assert read_yaml(path)[0] == data


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "1e5",
        "NO",
        "~",
        "1:40",
        "true",
        "-",
        "- a",
        " x\n y",
        "\n",
        "a \nb",
        "0x1",
        "=",
        "<<",
        "2026-01-01",
        "#",
        "a: b",
    ]
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(PLAIN)
def test_what_is_written_is_read_as_the_same(data: Any) -> None:
    assert parse_yaml(write_yaml(data).encode(), Path("file.yaml"))[0] == data
