"""XML of files that people upload, read without entities, outside files or network, and compared without regard to white space."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from ceu.adapters.tables import refused

LARGEST_XML = 50 * 1024 * 1024  # pictures stand inside, spelled as text

Element = Any
"""An element of lxml, which has no types."""


def read_xml(data: bytes) -> Element:
    """The root of an XML file. Raises DomainError with the line where it stops making sense, or for what XML should not do.

    Entities are not expanded and a document type with declarations of its own is refused: neither has a place in what is uploaded.
    """
    if not data.strip():
        raise refused("This file is empty. Export it again.")
    if len(data) > LARGEST_XML:
        raise refused(f"This file is larger than {LARGEST_XML // 2**20} MB. Divide it.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise refused(
            f"This file is no whole XML: it stops making sense in line {error.lineno}. Export it again."
        ) from error
    if root.getroottree().docinfo.internalDTD is not None and _declares(root):
        raise refused(
            "This file declares entities of its own, which it has no use for. Export it again without."
        )
    return root


def _declares(root: Element) -> bool:
    return any(True for _ in root.getroottree().docinfo.internalDTD.iterentities())


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """The children of these names, whatever their namespace; all elements when none is named."""
    return (child for child in element if local(child) and (not names or local(child) in names))


def child(element: Element | None, *path: str) -> Element | None:
    """The first child along a path of names, or None."""
    for name in path:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def text_at(element: Element, *path: str) -> str:
    """The text of the element along a path, or nothing."""
    found = child(element, *path)
    return "" if found is None else "".join(found.itertext())


def escaped(text: str | None, *, quoted: bool = False) -> str:
    """A text as HTML and XML spell it, inside an attribute too when ``quoted``."""
    plain = (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace('"', "&quot;") if quoted else plain


def comments(element: Element) -> Iterator[str]:
    """The comments that stand directly inside an element."""
    return (part.text for part in element if part.tag is etree.Comment)


def canonical(element: Element) -> bytes:
    """An element as bytes that are equal for equal elements: without comments, and without white space around texts."""
    written: bytes = etree.tostring(element, method="c14n2", with_comments=False, strip_text=True)
    return written


def build(name: str, text: str = "", /, *inside: Element | None, **attributes: str) -> Element:
    """An element with a text or children, None left out; two underscores in an attribute stand for a hyphen."""
    element = etree.Element(name, {key.replace("__", "-"): value for key, value in attributes.items()})
    element.text = text or None
    element.extend([part for part in inside if part is not None])
    return element


def written(root: Element) -> bytes:
    """The file of a root, indented."""
    etree.indent(root)
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return data
