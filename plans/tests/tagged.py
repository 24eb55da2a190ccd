"""What a reader that reads aloud finds in a PDF: its tags, and what the whole says of itself."""

from io import BytesIO

from pypdf import PdfReader

HEADING = {f"/H{level}": level for level in range(1, 7)}


def reader_of(pdf):
    return PdfReader(BytesIO(pdf))


def tags_of(pdf):
    """(tag, depth) of each element of the structure, in the order in which it is read."""
    root = reader_of(pdf).trailer["/Root"]["/StructTreeRoot"]
    return list(_below(root.get("/K"), 0))


def _below(kids, depth):
    kids = kids.get_object() if hasattr(kids, "get_object") else kids
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(kid, dict) and "/S" in kid:
            yield str(kid["/S"]), depth
            yield from _below(kid.get("/K", []), depth + 1)


def tables_of(tags):
    """The tags within each table, without those of the cells' own contents."""
    for place, (tag, depth) in enumerate(tags):
        if tag == "/Table":
            inside = []
            for other, below in tags[place + 1 :]:
                if below <= depth:
                    break
                inside.append(other)
            yield inside


def faults_of(pdf):
    """What PDF/UA-1 (ISO 14289-1) asks for and the PDF lacks, as far as it is seen in its tags."""
    root = reader_of(pdf).trailer["/Root"]
    said = {
        "it says that it is tagged": root.get("/MarkInfo", {}).get("/Marked") is not None
        and bool(root["/MarkInfo"]["/Marked"]),
        "it names its language": root.get("/Lang") == "en-US",
        "its title is what a window shows": root.get("/ViewerPreferences", {}).get(
            "/DisplayDocTitle"
        )
        is not None,
        "it has a title": bool((reader_of(pdf).metadata or {}).get("/Title")),
        "it says that it is PDF/UA-1": b"pdfuaid:part" in root["/Metadata"].get_object().get_data(),
        "each page is read in the order of its tags": all(
            page.get("/Tabs") == "/S" or "/Annots" not in page for page in reader_of(pdf).pages
        ),
    }
    tags = tags_of(pdf)
    levels = [HEADING[tag] for tag, _ in tags if tag in HEADING]
    said["its headings leave out no level"] = all(
        level <= before + 1 for before, level in zip([0, *levels], levels, strict=False)
    )
    said["each table has header cells, and cells"] = all(
        "/TH" in inside and "/TR" in inside for inside in tables_of(tags)
    )
    return [what for what, is_so in said.items() if not is_so]
