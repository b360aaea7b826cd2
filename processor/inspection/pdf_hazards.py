"""What a PDF does or carries besides its pages, found by walking its objects.

A search of the bytes misses objects inside compressed streams and names written in hexadecimal. qpdf writes each object
out in one spelling, so that a look at that tells which few have to be walked.
"""

import re
from collections.abc import Iterator

import pikepdf

from processor.domain.hazards import CARRIES_FILES, PDF_ACTION, PDF_OPENS_ITSELF, PDF_SCRIPT

KEYS = {
    "/JS": PDF_SCRIPT,
    "/JavaScript": PDF_SCRIPT,
    "/XFA": PDF_SCRIPT,
    "/EF": CARRIES_FILES,
    "/EmbeddedFiles": CARRIES_FILES,
}
NAMES = {
    "/JavaScript": PDF_SCRIPT,
    "/Launch": PDF_ACTION,
    "/ImportData": PDF_ACTION,
    "/SubmitForm": PDF_ACTION,
    "/GoToR": PDF_ACTION,
    "/GoToE": PDF_ACTION,
    "/EmbeddedFile": CARRIES_FILES,
    "/FileAttachment": CARRIES_FILES,
    "/RichMedia": CARRIES_FILES,
}
OPEN_ACTION = "/OpenAction"
WORTH_WALKING = re.compile(b"|".join(re.escape(name.encode()) for name in {*KEYS, *NAMES, OPEN_ACTION}))


def hazards_of(pdf: pikepdf.Pdf) -> set[str]:
    return {hazard for kept in pdf.objects for part in parts_of(kept) for hazard in hazards_in(part)}


def parts_of(kept: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """An object with all that lies directly in it; nothing where its text names nothing of interest."""
    top = kept.stream_dict if isinstance(kept, pikepdf.Stream) else kept
    if not WORTH_WALKING.search(top.unparse(resolved=True)):
        return
    waiting = [top]
    while waiting:
        part = waiting.pop()
        yield part
        waiting += [child for child in children(part) if isinstance(child, pikepdf.Object) and not child.is_indirect]


def children(part: pikepdf.Object) -> list[object]:
    if isinstance(part, pikepdf.Dictionary):
        return [value for _, value in part.items()]
    return list(part) if isinstance(part, pikepdf.Array) else []


def hazards_in(part: pikepdf.Object) -> Iterator[str]:
    if isinstance(part, pikepdf.Name):
        yield from named(part)
    if not isinstance(part, pikepdf.Dictionary):
        return
    for key, value in part.items():
        if key in KEYS:
            yield KEYS[key]
        if key == OPEN_ACTION and opens_more_than_a_page(value):
            yield PDF_OPENS_ITSELF
        if isinstance(value, pikepdf.Name):
            yield from named(value)


def named(name: pikepdf.Name) -> Iterator[str]:
    if str(name) in NAMES:
        yield NAMES[str(name)]


def opens_more_than_a_page(action: object) -> bool:
    """Most programs name the page to begin with; that alone does nothing."""
    return isinstance(action, pikepdf.Dictionary) and action.get("/S") != pikepdf.Name.GoTo
