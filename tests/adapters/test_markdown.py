"""Lessons as HTML: structure a page can carry, and nothing an author could smuggle in."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, strategies as st

from ceu.adapters.markdown import images, is_line, plain_text, render_line, render_markdown


class Elements(HTMLParser):
    """The elements of a piece of HTML as (name, attributes)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements(text: str, name: str) -> list[dict[str, str | None]]:
    return [attributes for tag, attributes in Elements(render_markdown(text)).found if tag == name]


def test_it_works() -> None:
    assert render_markdown("# Where is the client?\n\nAsk *every* time.\n") == (
        '<h2 id="section-where-is-the-client">Where is the client?</h2>\n<p>Ask <em>every</em> time.</p>\n'
    )


def test_the_page_keeps_its_only_h1_and_no_heading_falls_below_h6() -> None:
    html = render_markdown("# a\n\n###### b\n")
    assert "<h2 " in html
    assert "<h6 " in html
    assert "<h1" not in html
    assert "<h7" not in html


def test_ids_of_headings_are_unique() -> None:
    html = Elements(render_markdown("# Consent\n\n## Consent\n\n## Consent 2\n\n## ¿?\n\n## Él\n"))
    ids = [attributes["id"] for _, attributes in html.found if "id" in attributes]
    assert ids == [
        "section-consent",
        "section-consent-2",
        "section-consent-2-2",
        "section-untitled",
        "section-el",
    ]


@pytest.mark.parametrize("address", ["https://bbs.ca.gov/", "HTTP://bbs.ca.gov", "//bbs.ca.gov/x"])
def test_links_to_other_sites_do_not_hand_over_the_page(address: str) -> None:
    assert elements(f"[board]({address})", "a")[0]["rel"] == "noopener noreferrer"


def test_links_inside_footnotes_and_tables_are_external_too() -> None:
    text = "| a |\n|---|\n| [x](https://x.example) |\n\ny[^1]\n\n[^1]: [z](https://z.example)\n"
    found = [link for link in elements(text, "a") if str(link["href"]).startswith("https")]
    assert [link.get("rel") for link in found] == ["noopener noreferrer"] * 2


@pytest.mark.parametrize("address", ["#section-consent", "mailto:board@example.org", "02-consent.md"])
def test_links_within_the_site_stay_plain(address: str) -> None:
    assert "rel" not in elements(f"[here]({address})", "a")[0]


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java&#115;cript:alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "<javascript:alert(1)>",
        "[x](vbscript:msgbox(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x]\n\n[x]: javascript:alert(1)",
    ],
)
def test_links_that_run_something_are_not_made(text: str) -> None:
    for link in elements(text, "a"):
        assert not str(link["href"]).lower().lstrip().startswith(("javascript", "vbscript", "data"))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "<div style='x'>\n\nhello\n\n</div>",
        "<!-- x -->",
    ],
)
def test_raw_html_is_shown_as_text(text: str) -> None:
    assert {tag for tag, _ in Elements(render_markdown(text)).found} <= {"p"}


def test_a_table_scrolls_by_keyboard_has_a_name_and_column_headers() -> None:
    text = "| Situation | First *step* |\n|---|---|\n| a | b |\n"
    group = elements(text, "div")[0]
    assert group["tabindex"] == "0"
    assert group["aria-label"] == "Table: Situation, First step"
    assert [cell["scope"] for cell in elements(text, "th")] == ["col", "col"]


def test_columns_are_aligned_by_class_because_pages_allow_no_inline_style() -> None:
    html = render_markdown("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |\n")
    assert "style=" not in html
    assert '<td class="align-right">3</td>' in html


def test_footnotes_are_rendered() -> None:
    html = render_markdown("Ask[^1].\n\n[^1]: Every time.\n")
    assert '<a href="#fn1" id="fnref1">' in html
    assert "Every time." in html


def test_plain_text_is_what_a_reader_sees() -> None:
    text = (
        "# A *title*\n\nOne\ntwo `three` [four](https://x.example/five) ![six](s.png)\n\n"
        "| h | i |\n|---|---|\n| j | k |\n\n- l\n\n> m[^1]\n\n```\nnot this\n```\n\n[^1]: n\n"
    )
    assert plain_text(text).split() == ["A", "title", "One", "two", "three", "four", *"hijklmn"]


def test_images_are_found_with_line_source_and_text() -> None:
    assert images("a\n\n![A map](assets/map.png)\n\n- ![](b.png)\n") == [
        (3, "assets/map.png", "A map"),
        (5, "b.png", ""),
    ]


def test_an_image_keeps_its_alternative_text() -> None:
    assert elements("![A *map*](map.png)", "img")[0]["alt"] == "A map"


@given(st.text())
def test_no_text_makes_active_content(text: str) -> None:
    for tag, attributes in Elements(render_markdown(text)).found:
        assert tag not in ("script", "style", "iframe", "object", "h1")
        assert not any(name.startswith("on") or name == "style" for name in attributes)


@given(st.lists(st.sampled_from(["# a", "## a", "# a b", "# a-2", "x[^1]", "[^1]: y", "| a |\n|---|"])))
def test_ids_are_unique_on_any_page(blocks: list[str]) -> None:
    found = Elements(render_markdown("\n\n".join(blocks))).found
    ids = [attributes["id"] for _, attributes in found if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("text", "is_one", "html"),
    [
        ("Who asks?", True, "Who asks?"),
        ("Is 1 < 2?", True, "Is 1 &lt; 2?"),
        ("Ask **now**", True, "Ask <strong>now</strong>"),
        ("<b>Ask</b>", True, "&lt;b&gt;Ask&lt;/b&gt;"),
        ("- Ask", False, "- Ask"),
        ("Ask\n\nAgain", False, "Ask\n\nAgain"),
        ("# Ask", False, "# Ask"),
    ],
)
def test_a_line_stands_inside_a_label(text: str, is_one: bool, html: str) -> None:
    assert is_line(text) is is_one
    assert render_line(text).replace("<br>", "") == html
