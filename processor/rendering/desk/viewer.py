"""A file of a dossier page by page, as (title, HTML of the article); pictures only, the original is a download."""

from dataclasses import dataclass

from processor.domain.access.officer import Session
from processor.domain.dossier import Attachment
from processor.rendering.files import FileWords
from processor.rendering.pages import Page
from processor.rendering.templating import render

SMALL, FITTING, LARGE = 300, 800, 1600
"""How wide a page is drawn, in pixels: in the dossier, in the column of the viewer, for small print."""
TOGETHER = 100
"""Pages below each other in one view: a file may have thousands."""


@dataclass(frozen=True)
class FileOfDossier:
    """`before` and `after` are its neighbours in the same dossier."""

    reference: str
    file: Attachment
    item_title: str
    before: Attachment | None
    after: Attachment | None


@dataclass(frozen=True)
class Leaves:
    """The pages of one view: those from `first` on, of `count`, drawn large or to fit."""

    count: int
    first: int = 1
    large: bool = False

    @property
    def shown(self) -> range:
        return self.from_page(self.first)

    @property
    def earlier(self) -> range:
        return range(max(1, self.first - TOGETHER), self.first)

    @property
    def later(self) -> range:
        return self.from_page(self.first + TOGETHER)

    def from_page(self, first: int) -> range:
        return range(first, min(first + TOGETHER, self.count + 1))


def viewer_page(words: FileWords, session: Session, seen: FileOfDossier, leaves: Leaves, refusal: str = "") -> Page:
    """`refusal` where the file cannot be shown: why, beside the way to the original."""
    return title_of(seen), render(
        "desk/viewer.html",
        words=words,
        session=session,
        seen=seen,
        leaves=leaves,
        width=LARGE if leaves.large else FITTING,
        refusal=refusal,
    )


def title_of(seen: FileOfDossier) -> str:
    return f"{seen.file.name} – {seen.reference}"
