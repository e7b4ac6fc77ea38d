"""Templates compile, macros that exist are used, and no page reaches for something from elsewhere."""

import re
from pathlib import Path

import pytest
from flask import Flask

from ceu.settings import ROOT

TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})
_MACRO = re.compile(r"{%-?\s*macro\s+(\w+)")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_compiles(site: Flask, path: Path) -> None:
    site.jinja_env.get_template(str(path.relative_to(ROOT / "templates")))


def test_every_macro_is_used() -> None:
    texts = {path: path.read_text() for path in TEMPLATES}
    everything = "\n".join(texts.values())
    macros = {name for text in texts.values() for name in _MACRO.findall(text)}
    unused = sorted(name for name in macros if len(re.findall(rf"\b{name}\b", everything)) < 2)
    assert unused == []


def test_every_template_is_rendered_by_something() -> None:
    code = "\n".join(path.read_text() for path in (ROOT / "ceu").rglob("*.py"))
    templates = "\n".join(path.read_text() for path in TEMPLATES)
    unused = []
    for path in TEMPLATES:
        name = str(path.relative_to(ROOT / "templates"))
        if path.parts[-3] == "email":
            name = path.parent.name
        if name.startswith("documents/"):
            continue
        if f'"{name}"' not in code and f'"{name}"' not in templates:
            unused.append(name)
    assert unused == []


def test_pages_ask_nothing_of_third_parties() -> None:
    outside = re.compile(r"""(?:src|href|action)=["']?(?:https?:)?//(?!\{)""")
    pages = [path for path in TEMPLATES if path.suffix == ".html"] + list((ROOT / "static").rglob("*.css"))
    for path in pages:
        if "vendor" in path.parts:
            continue
        for line in path.read_text().splitlines():
            found = outside.search(line)
            assert not found or "<a " in line, f"{path.relative_to(ROOT)}: {line.strip()}"
        assert not re.search(r"url\(\s*['\"]?(?:https?:)?//", path.read_text()), path


def test_no_inline_style_or_script() -> None:
    for path in TEMPLATES:
        if path.suffix == ".html" and "documents" not in path.parts:
            text = path.read_text()
            assert not re.search(r"\sstyle=", text), path
            assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
            assert not re.search(r"\son\w+=", text), path
            assert "|safe" not in text.replace(" ", "") or path.name in {"lesson.html", "review.html"}, path
