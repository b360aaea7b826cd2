"""The page of the material, and the plan's channels as a list."""

from collections.abc import Mapping
from datetime import date

from markupsafe import Markup

from processor.domain.catalogue import Catalogue
from processor.domain.outreach import GENERAL, Channel
from processor.domain.policy import SupportType
from processor.rendering.pages import Page
from processor.rendering.templating import render


def material_page(
    catalogue: Catalogue,
    subjects: Mapping[str, SupportType],
    channel: Channel,
    subject: str,
    address: str,
    today: date,
) -> Page:
    """`subject` is GENERAL or one of `subjects`; `address` that of the channel's link."""
    publicity = catalogue.publicity
    named = {GENERAL: publicity.page.general, **{word: one.title for word, one in subjects.items()}}
    offered = [one for one in publicity.materials if subject == GENERAL or not one.general_only]
    html = render(
        "outreach.html",
        texts=publicity.page,
        channels=[one for one in publicity.channels if one.used(today)],
        channel=channel,
        subjects=list(named.items()),
        subject=subject,
        subject_label=named[subject],
        made=publicity.page.made.format(channel=channel.label),
        files=[(one.label, f"/tuyen-truyen/{channel.id}/{subject}/{one.id}.{one.ending}") for one in offered],
        address=address,
        bodies=publicity.bodies,
        bodies_note=publicity.bodies_note,
    )
    return publicity.page.title, html


def channels_html(catalogue: Catalogue) -> Markup:
    publicity = catalogue.publicity
    return render(
        "outreach_channels.html",
        channels=publicity.channels,
        bodies=publicity.bodies,
        bodies_note=publicity.bodies_note,
    )
