"""The parts of a workbook and how they refer to each other (Open Packaging, ECMA-376-2).

Parts are found through relationships, never by fixed paths: producers differ in folders, case,
slashes and absolute targets. Small parts are trees of lxml; only parts that change are written.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from sync.excel.package import Package, Packed, normal_name, not_a_workbook, pack, unpack
from sync.excel.trees import parse_xml, serialize
from sync.store import Refused

_CONTENT_TYPES = "[Content_Types].xml"
_TYPES_NS = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELS_NS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_NO_RELATIONSHIPS = f'<Relationships xmlns="{_RELS_NS[1:-1]}"/>'.encode()
_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


@dataclass(frozen=True, slots=True)
class Relationship:
    """A reference from one part to another.

    Attributes:
        id: the name that the source uses for it.
        kind: last word of its type, such as `worksheet`.
        target: name of the part, or the address of something outside.
        external: whether it leads outside.
    """

    id: str
    kind: str
    target: str
    external: bool


class Parts:
    """Reads and changes the parts of one package.

    Attributes:
        strict: whether the workbook uses the strict names of ISO 29500.
        workbook: name of the main part.
    """

    def __init__(self, package: Package) -> None:
        """Find the main part.

        Raises:
            Unreachable: the package is no workbook.
            Refused: it is digitally signed, so that any change would break the signature.
        """
        self._package = package
        self._roots: dict[str, etree._Element] = {}
        self._edited: set[str] = set()
        self._put: dict[str, Packed] = {}
        self._removed: set[str] = set()
        self._names: dict[str, str] = {}
        main = [rel for rel in self.relationships("") if rel.kind == "officeDocument"]
        if not main or not self.has(main[0].target):
            raise not_a_workbook()
        if any(rel.kind == "origin" for rel in self.relationships("")):
            raise Refused(
                "the workbook is digitally signed, and any change would break the signature;"
                " remove the signature or use an unsigned copy",
                zh="工作簿带有数字签名，任何改动都会使签名失效；请移除签名或使用未签名的副本",
            )
        self.workbook = main[0].target
        self.strict = _STRICT in self._types_of("")

    def has(self, name: str) -> bool:
        """Tell whether a part exists now."""
        key = normal_name(name)
        return key in self._names or (name in self._package and key not in self._removed)

    def read(self, name: str) -> bytes:
        """Return the content of a part as it was put, or as the workbook came."""
        put = self._put.get(normal_name(name))
        return unpack(put, name, self._package.limits) if put else self._package.read(name)

    def packed(self, name: str) -> Packed:
        """Return a part as it stands in the container.

        Raises:
            Unreachable: it is missing or damaged.
        """
        put = self._put.get(normal_name(name))
        return put or self._package.packed(self._package.member(name))

    def root(self, name: str, *, change: bool = False) -> etree._Element:
        """Return the tree of a small part.

        Args:
            name: the part.
            change: whether the caller will change the tree; it is then written back.

        Raises:
            Unreachable: the part is missing or damaged.
            Refused: it is not plain XML.
        """
        key = normal_name(name)
        if key not in self._roots:
            self._roots[key] = parse_xml(self.read(name), name)
        if change:
            self._edited.add(key)
        return self._roots[key]

    def put(self, name: str, content: Packed, content_type: str = "") -> None:
        """Set the content of a part; a new one needs its content type."""
        self._names[normal_name(name)] = name
        self._put[normal_name(name)] = content
        self._removed.discard(normal_name(name))
        if content_type:
            self._declare(name, content_type)

    def remove(self, name: str) -> None:
        """Take a part, its relationships and its content type away."""
        for gone in (name, rels_name(name)):
            key = normal_name(gone)
            self._names.pop(key, None)
            self._put.pop(key, None)
            self._roots.pop(key, None)
            self._edited.discard(key)
            if gone in self._package:
                self._removed.add(key)
        for override in self._overrides(name):
            types = self.root(_CONTENT_TYPES, change=True)
            types.remove(override)

    def content_type(self, name: str) -> str:
        """Return a part's content type, "" where none is declared."""
        for override in self._overrides(name):
            return override.get("ContentType", "")
        extension = name.rpartition(".")[2].lower()
        for default in self.root(_CONTENT_TYPES).iter(f"{_TYPES_NS}Default"):
            if default.get("Extension", "").lower() == extension:
                return default.get("ContentType", "")
        return ""

    def relationships(self, source: str) -> list[Relationship]:
        """Return what a part refers to; the package itself is ""."""
        if not self.has(rels_name(source)):
            return []
        found = []
        for rel in self.root(rels_name(source)).iter(f"{_RELS_NS}Relationship"):
            external = rel.get("TargetMode", "").lower() == "external"
            target = rel.get("Target", "")
            found.append(
                Relationship(
                    rel.get("Id", ""),
                    rel.get("Type", "").rpartition("/")[2],
                    target if external else self._resolve(source, target),
                    external,
                )
            )
        return found

    def relate(self, source: str, kind: str, target: str) -> str:
        """Add a reference from a part that has some already and return its id."""
        rels = self.root(rels_name(source), change=True)
        taken = {rel.get("Id") for rel in rels}
        made = next(name for n in range(1, len(taken) + 2) if (name := f"rId{n}") not in taken)
        self._add_relationship(rels, source, Relationship(made, kind, target, external=False))
        return made

    def set_relationships(self, source: str, relationships: Iterable[Relationship]) -> None:
        """Replace all references of a part."""
        root = parse_xml(_NO_RELATIONSHIPS, "")
        for relationship in relationships:
            self._add_relationship(root, source, relationship)
        name = rels_name(source)
        self._roots.pop(normal_name(name), None)
        self.put(name, pack([serialize(root)]), _RELS_TYPE)

    def _add_relationship(self, rels: etree._Element, source: str, made: Relationship) -> None:
        target = made.target
        if not made.external:
            target = posixpath.relpath(target, posixpath.dirname(source) or ".")
        attributes = {
            "Id": made.id,
            "Type": f"{_STRICT if self.strict else _TRANSITIONAL}/{made.kind}",
            "Target": target,
        }
        if made.external:
            attributes["TargetMode"] = "External"
        etree.SubElement(rels, f"{_RELS_NS}Relationship", attributes)

    def free_name(self, pattern: str) -> str:
        """Return the first name that no part has, the pattern's `*` being "", 2, 3, ..."""
        names = (pattern.replace("*", str(n) if n > 1 else "") for n in range(1, 1 << 20))
        return next(name for name in names if not self.has(name))

    def referred(self) -> Iterator[tuple[str, Relationship]]:
        """Yield every reference inside the package with the part that it comes from."""
        for member in self._package.members:
            name = member.orig_filename.replace("\\", "/").lstrip("/")
            folder, _, file = name.rpartition("/")
            if folder.lower().endswith("_rels") and file.lower().endswith(".rels"):
                source = posixpath.join(folder[:-5].rstrip("/"), file[:-5])
                for rel in self.relationships(source):
                    yield source, rel

    def changes(self) -> tuple[dict[str, Packed], set[str]]:
        """Return (changed or added parts, removed parts); what was not edited is in neither."""
        changed = {self._names[key]: packed for key, packed in self._put.items()}
        for key in self._edited:
            name = self._names.get(key) or self._package.name_of(key)
            changed[name] = pack([serialize(self._roots[key])])
        return changed, self._removed

    def _types_of(self, source: str) -> str:
        rels = self.root(rels_name(source))
        return " ".join(rel.get("Type", "") for rel in rels.iter(f"{_RELS_NS}Relationship"))

    def _overrides(self, name: str) -> list[etree._Element]:
        wanted = normal_name(name)
        return [
            override
            for override in self.root(_CONTENT_TYPES).iter(f"{_TYPES_NS}Override")
            if normal_name(override.get("PartName", "")) == wanted
        ]

    def _declare(self, name: str, content_type: str) -> None:
        if self.content_type(name) == content_type:
            return
        types = self.root(_CONTENT_TYPES, change=True)
        for override in self._overrides(name):
            override.set("ContentType", content_type)
            return
        etree.SubElement(
            types, f"{_TYPES_NS}Override", {"PartName": f"/{name}", "ContentType": content_type}
        )

    def _resolve(self, source: str, target: str) -> str:
        """Return the name of the part that a target means, as the package spells it."""
        path = target.partition("#")[0].replace("\\", "/")
        names = []
        for spelling in (path, unquote(path)):
            joined = posixpath.join("/", posixpath.dirname(source), spelling)
            names.append(posixpath.normpath(joined).lstrip("/"))
        for name in names:
            if name in self._package:
                return self._package.name_of(name).replace("\\", "/").lstrip("/")
        return names[0]


def rels_name(source: str) -> str:
    """Return the name of the part that holds a part's relationships; "" is the package itself."""
    folder, _, file = source.rpartition("/")
    return posixpath.join(folder, "_rels", f"{file}.rels")
