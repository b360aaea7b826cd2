"""The material of a channel, made when somebody asks for it."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from processor.domain.catalogue import Catalogue
from processor.domain.errors import NotFound
from processor.domain.outreach import GENERAL, Channel
from processor.domain.policy import SupportType
from processor.rendering.documents import material as made
from processor.services.limits import Limit, spend, visitor_hash
from processor.services.outreach.outreach import link_path, subjects
from processor.services.parts import Wired

Maker = Callable[[Catalogue, SupportType | None, str, date], bytes]
OF_ANY_SUBJECT: Mapping[tuple[str, str], Maker] = {
    ("to-roi", "pdf"): made.leaflet_pdf,
    ("the", "pdf"): made.card_pdf,
    ("bai-dang", "html"): made.post_html,
    ("bai-dang", "txt"): made.post_text,
}
A_VISITOR = Limit("material_by_a_visitor", 240)
PAGE = "/tuyen-truyen"


def chosen_channel(wired: Wired, asked: str) -> Channel:
    """The first that is in use when none is known by that name."""
    used = [one for one in wired.catalogue.publicity.channels if one.used(wired.today())]
    return next((one for one in used if one.id == asked), used[0])


def chosen_subject(wired: Wired, asked: str) -> str:
    return asked if asked in subjects(wired.catalogue) else GENERAL


def material_file(
    wired: Wired, visitor: str, public: str, channel_id: str, subject: str, name: tuple[str, str]
) -> bytes:
    """`public` is the address of the site, `name` the material and its ending. Raises NotFound, Malformed with 429."""
    make = maker(wired, public, channel_id, subject, name)
    spend(wired, (A_VISITOR, visitor_hash(wired, visitor)))
    return make()


def maker(wired: Wired, public: str, channel_id: str, subject: str, name: tuple[str, str]) -> Callable[[], bytes]:
    """Raises NotFound for what there is not."""
    catalogue, today = wired.catalogue, wired.today()
    known = subjects(catalogue)
    offered = catalogue.publicity.material(*name)
    if channel_id not in catalogue.outreach or offered is None or (subject != GENERAL and subject not in known):
        raise NotFound("not_found")
    address = public + link_path(channel_id, subject)
    if make := OF_ANY_SUBJECT.get(name):
        return partial(make, catalogue, known.get(subject), address, today)
    if subject != GENERAL:
        raise NotFound("not_found")
    if name == ("trinh-chieu", "pdf"):
        return partial(made.slides_pdf, catalogue, address, today)
    if name == ("cong-van", "docx"):
        return partial(made.letter_docx, catalogue, address, public + PAGE, today)
    raise NotFound("not_found")
