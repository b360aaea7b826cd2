"""Following the link of a channel: counted once, without a person, and led on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from processor.domain.catalogue import Catalogue
from processor.domain.outreach import GENERAL
from processor.domain.policy import SupportType
from processor.domain.tally import Tally
from processor.services.parts import Wired

HOME = "/"
# Programs that fetch links before anybody does: search engines, previews of messages, checkers.
PROGRAM = re.compile(
    r"bot\b|crawl|spider|slurp|preview|facebookexternalhit|zalo[^/]*(?:agent|scan)|whatsapp|telegram|skypeuri"
    r"|curl|wget|python|java/|go-http|okhttp|monitor|uptime|scan",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Lead:
    """Where a link leads, and what it counts as; None for a channel that nobody knows."""

    path: str
    tally: Tally | None


def subjects(catalogue: Catalogue) -> Mapping[str, SupportType]:
    """Support types by the word that stands for them in addresses, the last part of their page."""
    return {one.page.strip("/").rsplit("/", 1)[-1]: one for one in catalogue.support_types.values()}


def lead(catalogue: Catalogue, channel_id: str, about: str = "") -> Lead:
    """`about` is a form or the subject of a support type; anything else leads where the channel does."""
    channel = catalogue.outreach.get(channel_id)
    if channel is None:
        return Lead(HOME, None)
    asked = f"?kenh={channel.id}"
    if form := catalogue.forms.get(about):
        return Lead(f"/nop/{form.id}{asked}", Tally("visited", form.id, outreach=channel.id))
    if support := subjects(catalogue).get(about):
        return Lead(f"{support.page}{asked}", Tally("visited", place=support.id, outreach=channel.id))
    return Lead(f"{channel.page}{asked}", Tally("visited", outreach=channel.id))


def follow(wired: Wired, channel_id: str, about: str, by_a_person: bool) -> str:
    """The path to go on to."""
    found = lead(wired.catalogue, channel_id, about)
    if by_a_person and found.tally:
        wired.tallier.add(wired.today(), {found.tally: 1})
    return found.path


def is_program(agent: str) -> bool:
    """Who says that it is no browser, or says nothing. Looked at and forgotten."""
    return not agent.strip() or PROGRAM.search(agent) is not None


def link_path(channel_id: str, subject: str = GENERAL) -> str:
    return f"/k/{channel_id}" + ("" if subject == GENERAL else f"/{subject}")
