"""Small XML parts as trees of lxml: bounded parsing, names without namespaces, ordered children.

Names are compared without their namespace, because strict and transitional workbooks differ in it.
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from sync.store import Refused, Unreachable


def parse_xml(data: bytes, name: str) -> etree._Element:
    """Parse a small part without network, entities or document types.

    Args:
        data: its content.
        name: for messages.

    Raises:
        Unreachable: it is not well-formed.
        Refused: it declares a document type, which workbooks never do.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise malformed(name) from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise hostile(name)
    return root


def serialize(root: etree._Element) -> bytes:
    """Return a part's bytes in UTF-8, with what stood before its root."""
    return etree.tostring(
        root.getroottree(), encoding="UTF-8", xml_declaration=True, standalone=True
    )


def malformed(name: str) -> Unreachable:
    """Return the error for a part that is no whole XML."""
    return Unreachable(
        f"the workbook is damaged: {name} is not well-formed; restore a whole copy",
        zh=f"工作簿已损坏：{name} 内容不完整；请恢复完整的副本",
    )


def hostile(name: str) -> Refused:
    """Return the error for a part that declares a document type (entity expansion)."""
    return Refused(
        f"{name} declares a document type, which no spreadsheet program writes; not opened",
        zh=f"{name} 含有文档类型声明，正常的表格软件不会写入；没有打开",
    )


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace; "" for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(parent: etree._Element, name: str) -> list[etree._Element]:
    """Return the direct children of a name, whatever the namespace (strict or transitional)."""
    return [child for child in parent if local(child) == name]


def child(parent: etree._Element, name: str) -> etree._Element | None:
    """Return the first direct child of a name, None where there is none."""
    return next(iter(children(parent, name)), None)


def beside(parent: etree._Element, name: str) -> str:
    """Return the qualified name of an element in its parent's namespace."""
    namespace = etree.QName(parent).namespace
    return f"{{{namespace}}}{name}" if namespace else name


def insert_ordered(parent: etree._Element, name: str, order: Iterable[str]) -> etree._Element:
    """Add a child where the schema wants it: after everything that comes before it in `order`.

    Args:
        parent: the element that gets a child.
        name: of the child.
        order: names of all children in the schema's order.

    Returns:
        The new element, after earlier ones of its own name.
    """
    places = {known: place for place, known in enumerate(order)}
    at = 0
    for position, sibling in enumerate(parent):
        if places.get(local(sibling), len(places)) <= places[name]:
            at = position + 1
    made = etree.Element(beside(parent, name))
    parent.insert(at, made)
    return made


def integer(element: etree._Element, attribute: str, default: int) -> int:
    """Return an attribute as a whole number.

    Raises:
        Unreachable: it is something else, which only damaged workbooks have.
    """
    text = element.get(attribute)
    try:
        return default if text is None else int(text)
    except ValueError as error:
        raise Unreachable(
            f"the workbook is damaged: {local(element)} has {attribute}={text!r}, which should be a"
            " number; open it in Excel, let it repair the file, and save it",
            zh=f"工作簿已损坏：{local(element)} 的 {attribute}={text!r} 应为数字；"
            "请用 Excel 打开修复后保存",
        ) from error
