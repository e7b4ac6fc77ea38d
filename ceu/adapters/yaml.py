"""Reads the YAML files people write by hand (rule packs, courses) by YAML 1.2 rules, strictly.

PyYAML speaks YAML 1.1, in which ``NO`` is false, ``1:40`` is a hundred and a repeated key silently wins.
Here a plain scalar is null, true or false, a decimal number, or else the text that stands in the file.
"""

import re
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import yaml

from ceu.domain.errors import DomainError

Location = tuple[str | int, ...]
Locate = Callable[[Location], int]


class YamlError(Exception):
    """A file that cannot be read as strict YAML: where, what is wrong, and what to do about it."""

    def __init__(self, file: Path, line: int, what: str, remedy: str) -> None:
        super().__init__(f"{file}, line {line}: {what} {remedy}")
        self.file = file
        self.line = line
        self.what = what
        self.remedy = remedy


class _Loader(yaml.CSafeLoader):
    """Composes nodes; only the scalars listed below have a type of their own."""


_Loader.yaml_implicit_resolvers = {}


_TAG = "tag:yaml.org,2002:"
_SCALARS = (
    ("null", r"(?:~|null|Null|NULL|)", ["~", "n", "N", ""]),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)", list("tTfF")),
    ("int", r"-?(?:0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", list("-0123456789")),
)
for _name, _pattern, _first in _SCALARS:
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(rf"{_pattern}\Z"), _first)

_CONVERT: dict[str, Callable[[str], Any]] = {
    _TAG + "null": lambda text: None,
    _TAG + "bool": lambda text: text.lower() == "true",
    _TAG + "int": int,
    _TAG + "float": float,
    _TAG + "str": str,
}


def read_yaml(path: Path) -> tuple[Any, Locate]:
    """The data in a file, and a function from a location in it to a line number.

    The data is plain: dict, list, str, int, float, bool, None. Dates and ratios stay text. ``locate`` takes a
    location as pydantic reports it, ``("requires", 3, "amount")``, and answers the line, counted from 1, of the
    deepest part of it that is in the file: for a missing key the line of the mapping that lacks it.

    Raises YamlError when the file cannot be read or parsed, repeats a key, or uses a tag.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise YamlError(path, 1, f"The file cannot be read ({error.strerror}).", "Check its name.") from error
    return parse_yaml(raw, path)


def parse_yaml(raw: bytes, path: Path) -> tuple[Any, Locate]:
    """As ``read_yaml``, of bytes that are in memory; ``path`` is what mistakes call them."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise YamlError(path, line, "This is not UTF-8 text.", "Save the file as UTF-8.") from error
    try:
        root = _Loader(text).get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "a character that YAML does not allow"
        raise YamlError(
            path,
            mark.line + 1 if mark else 1,
            f"This is not valid YAML: {problem}.",
            "Check indentation, quotes and colons here and one line above.",
        ) from error
    return _Builder(path).build(root), lambda location: _line(root, location)


_ODD = re.compile(r"[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""Signs that a file holds only when they are escaped: tabs, other control signs, line separators, byte-order marks."""


class _Dumper(yaml.SafeDumper):
    """Writes plain only what the loader above reads back as the same text."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists stand indented below their key."""
        super().increase_indent(flow, False)


_Dumper.yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _ODD.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar(_TAG + "str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def write_yaml(data: Any) -> str:
    """YAML that ``read_yaml`` reads as the same data: keys in their order, texts of several lines as blocks."""
    text: str = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    return text


def parse_text(text: str) -> Any:
    """The data of YAML that was typed into a form. Raises DomainError on ``text`` with the line and what to do."""
    try:
        return parse_yaml(text.encode(), Path())[0]
    except YamlError as error:
        raise DomainError(f"Line {error.line}: {error.what} {error.remedy}", field="text") from error


class _Builder:
    """Turns the nodes of one file into plain data."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.built: dict[int, Any] = {}
        self.open: set[int] = set()

    def build(self, node: yaml.Node | None) -> Any:
        if node is None:
            return None
        # An alias is the same node again; build it once, and refuse one that contains itself.
        key = id(node)
        if key in self.built:
            return self.built[key]
        if key in self.open:
            raise self.error(node, "This alias contains itself.", "Write the value out.")
        self.open.add(key)
        self.built[key] = self.value(node)
        return self.built[key]

    def value(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.ScalarNode) and node.tag in _CONVERT:
            return self.scalar(node)
        if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
            return [self.build(item) for item in node.value]
        if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
            return self.mapping(node)
        raise self.error(
            node, f"The tag {node.tag} is not used here.", "Remove it; quote text that begins with '!'."
        )

    def scalar(self, node: yaml.ScalarNode) -> Any:
        try:
            return _CONVERT[node.tag](node.value)
        except ValueError as error:
            raise self.error(node, f"'{node.value}' is not a number.", "Remove the tag.") from error

    def mapping(self, node: yaml.MappingNode) -> dict[Hashable, Any]:
        lines: dict[Hashable, int] = {}
        values: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = self.build(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                raise self.error(
                    key_node, "A key must be a single word or number.", "Quote it if it is text."
                )
            if key in values:
                raise self.error(
                    key_node,
                    f"The key '{key}' is already used on line {lines[key]}.",
                    "Keep one of the two.",
                )
            lines[key] = key_node.start_mark.line + 1
            values[key] = self.build(value_node)
        return values

    def error(self, node: yaml.Node, what: str, remedy: str) -> YamlError:
        return YamlError(self.path, node.start_mark.line + 1, what, remedy)


def _line(node: yaml.Node | None, location: Location) -> int:
    """The line of the deepest part of the location that exists; parts that name no child are passed over."""
    line = node.start_mark.line + 1 if node else 1
    for part in location:
        child = _child(node, part)
        if child is not None:
            line, node = child
    return line


def _child(node: yaml.Node | None, part: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and 0 <= part < len(node.value):
        item = node.value[part]
        return item.start_mark.line + 1, item
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key.start_mark.line + 1, value
    return None
