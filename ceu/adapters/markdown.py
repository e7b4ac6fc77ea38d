"""Turns the Markdown of lessons into safe HTML for a page, and into the plain text a reader sees.

CommonMark with tables and footnotes. Raw HTML is shown as text, ``javascript:`` and similar links are not made.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin

from ceu.adapters.course_assets import captions_of, kind_of

# The page has its own h1, so a lesson's "#" becomes h2.
_HEADING_SHIFT = 1
_ALIGNMENT = re.compile(r"text-align:(left|right|center)")
_MARKED = re.compile(r"[\\`*_\[\]!&\n|]")
_EXTERNAL = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


class _Renderer(RendererHTML):
    """HTML that a strict page can carry: no inline styles, and tables that scroll on a narrow screen."""

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        label = ", ".join(_column_names(tokens, idx))
        group = Token("div_open", "div", 1)
        group.attrs = {
            "class": "table-scroll",
            "role": "group",
            "tabindex": "0",
            "aria-label": f"Table: {label}",
        }
        return f"<div{self.renderAttrs(group)}>\n{self.renderToken(tokens, idx, options, env)}"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A picture; a video with its captions or a sound where the file is one. Files of the course get their address."""
        source, said = str(tokens[idx].attrGet("src")), escape(tokens[idx].content.strip(), quote=True)
        where = env.get("address", str)
        kind = kind_of(source)
        if kind == "video":
            return (
                f'<video controls preload="metadata" src="{escape(where(source))}" aria-label="{said}">'
                f'<track kind="captions" src="{escape(where(captions_of(source)))}" label="Captions" default></video>'
            )
        if kind == "audio":
            return f'<audio controls preload="metadata" src="{escape(where(source))}" aria-label="{said}"></audio>'
        tokens[idx].attrSet("src", where(source))
        return str(super().image(tokens, idx, options, env))

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"{self.renderToken(tokens, idx, options, env)}</div>\n"


_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table").use(footnote_plugin)
)


def render_markdown(text: str, address: Callable[[str], str] = str, *, anchors: bool = True) -> str:
    """Safe HTML: headings begin at h2 and, with ``anchors``, have unique ids; links to other sites carry ``rel``.

    ``address`` turns the name of a file in assets/ into where a page finds it; other names it leaves as they are.
    """
    tokens = _MARKDOWN.parse(text)
    taken: set[str] = set()
    for position, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + _HEADING_SHIFT, 6)}"
        if anchors and token.type == "heading_open":
            token.attrSet("id", _unique(_slug(_visible(tokens[position + 1])), taken))
        if token.type in ("th_open", "td_open"):
            _align_by_class(token)
        if token.type == "th_open":
            token.attrSet("scope", "col")
    for token in _all(tokens):
        if token.type == "link_open" and _EXTERNAL.match(str(token.attrGet("href"))):
            token.attrSet("rel", "noopener noreferrer")
        elif token.type == "link_open":
            token.attrSet("href", address(str(token.attrGet("href"))))
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {"address": address}))


def render_line(text: str) -> str:
    """Safe HTML of one line, without a paragraph around it: it may stand inside a label. Blocks are run together."""
    if not _MARKED.search(text):
        return escape(text, quote=False)
    return str(_MARKDOWN.renderInline(text))


def is_line(text: str) -> bool:
    """Whether the text is one paragraph and no other block, so that ``render_line`` loses nothing."""
    if text[:1].isalpha() and not _MARKED.search(text):
        return True
    return [token.type for token in _MARKDOWN.parse(text)] == ["paragraph_open", "inline", "paragraph_close"]


def plain_text(text: str) -> str:
    """What a reader sees, one block a line: no markup, addresses, image descriptions or code blocks."""
    return "\n".join(_visible(token) for token in _MARKDOWN.parse(text) if token.type == "inline")


def images(text: str) -> list[tuple[int, str, str]]:
    """Every image as (line of its block, counted from 1; source; alternative text)."""
    return [
        (block.map[0] + 1 if block.map else 1, str(token.attrGet("src")), token.content.strip())
        for block in _MARKDOWN.parse(text)
        for token in block.children or ()
        if token.type == "image"
    ]


def linked_files(text: str) -> list[tuple[int, str]]:
    """Every link into assets/ as (line of its block, counted from 1; the file)."""
    return [
        (block.map[0] + 1 if block.map else 1, str(token.attrGet("href")))
        for block in _MARKDOWN.parse(text)
        for token in block.children or ()
        if token.type == "link_open" and str(token.attrGet("href")).startswith("assets/")
    ]


def _all(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or ())


def _visible(block: Token) -> str:
    pieces = (
        " " if token.type in ("softbreak", "hardbreak") else token.content
        for token in block.children or ()
        if token.type in ("text", "code_inline", "softbreak", "hardbreak")
    )
    return "".join(pieces)


def _column_names(tokens: Sequence[Token], table: int) -> Iterator[str]:
    for position in range(table, len(tokens)):
        if tokens[position].type == "thead_close":
            return
        if tokens[position].type == "th_open":
            yield _visible(tokens[position + 1])


def _align_by_class(cell: Token) -> None:
    style = cell.attrs.pop("style", None)
    if style and (match := _ALIGNMENT.fullmatch(str(style))):
        cell.attrSet("class", f"align-{match[1]}")


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "section-" + ("-".join(re.findall(r"[a-z0-9]+", plain)) or "untitled")


def _unique(slug: str, taken: set[str]) -> str:
    candidate, number = slug, 1
    while candidate in taken:
        number += 1
        candidate = f"{slug}-{number}"
    taken.add(candidate)
    return candidate
