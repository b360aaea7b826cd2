"""The Markdown blocks and inline facts of the site. All HTML comes from `rendering`; nothing here knows a form.

/// bieu-mau | ho-so-tieu-chuan        a form
/// thanh-phan-ho-so | ho-so-tieu-chuan    its papers as a checklist
/// muc-ho-tro | standard_management_system
/// thong-bao | official
/// dieu-kien, /// dieu-da-biet, /// dieu-chua-ro, /// so-do-quy-trinh, /// bang-quy-trinh, /// so-do-trang-thai
/// ke-hoach | 2024              the tasks of a plan; /// kenh-gioi-thieu its channels
/// thuat-ngu, /// van-ban, /// da-thay-doi, /// tra-cuu, /// lien-he, /// xac-minh
((budget_2024)), ((agency.name))        a fact, a name
"""

import os
import re
import xml.etree.ElementTree as etree
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from pymdownx.blocks import BlocksExtension
from pymdownx.blocks.block import Block

from processor.domain.agency import UNKNOWN
from processor.domain.catalogue import Catalogue
from processor.domain.errors import HotroError
from processor.domain.files import limits_of
from processor.publish.building_day import building_day
from processor.publish.changes import changes
from processor.publish.checklist import ChecklistProcessor
from processor.publish.official_page import imported_texts
from processor.publish.terms import TermProcessor
from processor.rendering import eligibility, forms, ledger, outreach, support, verification, workflow
from processor.rendering.desk import overview, plan_board
from processor.rendering.templating import render
from processor.settings import ROOT, Settings
from processor.storage.catalogue.definition_files import load_catalogue

FACT = r"\(\(([a-z][a-z0-9_]*(?:\.[a-z_]+)?)\)\)"
AGENCY_WORDS = {
    "agency.name": "agency",
    "agency.contact": "contact",
    "agency.department": "department",
    "agency.controller": "controller",
    "agency.privacy_contact": "privacy_contact",
}


class UnknownName(HotroError):
    """A page names a form, a fact or a banner that does not exist; stops the build."""


def catalogue() -> Catalogue:
    """As forms/ is now: read again only after an edit, so that live reload shows it."""
    folder = ROOT / os.environ.get("HOTRO_FORMS", "forms")
    moments = frozenset((path, path.stat().st_mtime_ns) for path in folder.rglob("*.yml"))
    return read_catalogue(folder, moments, building_day())


@lru_cache(maxsize=1)
def read_catalogue(folder: Path, moments: frozenset[tuple[Path, int]], today: date) -> Catalogue:
    return load_catalogue(folder, today)


@dataclass(frozen=True)
class Embed:
    """What a block shows, and the names it may be given; None where it takes none."""

    html: Callable[[Catalogue, str], str]
    names: Callable[[Catalogue], Collection[str]] | None = None


BLOCKS: dict[str, Embed] = {
    "bieu-mau": Embed(
        lambda found, name: forms.form_html(
            found, found.form(name), today=building_day(), limits=limits_of(Settings())
        ),
        lambda found: found.forms,
    ),
    "thanh-phan-ho-so": Embed(
        lambda found, name: forms.checklist_html(found, found.form(name)), lambda found: found.forms
    ),
    "muc-ho-tro": Embed(
        lambda found, name: support.support_html(found, name, building_day()), lambda found: found.support_types
    ),
    "thong-bao": Embed(forms.notice_html, lambda found: found.texts.notices),
    "dieu-kien": Embed(lambda found, name: eligibility.wizard_html(found, building_day())),
    "dieu-da-biet": Embed(lambda found, name: ledger.known_html(found, building_day())),
    "dieu-chua-ro": Embed(lambda found, name: ledger.unknown_html(found, building_day())),
    "so-do-quy-trinh": Embed(lambda found, name: workflow.picture_html(found, building_day())),
    "bang-quy-trinh": Embed(lambda found, name: workflow.table_html(found, building_day())),
    "so-do-trang-thai": Embed(lambda found, name: overview.states_html(found)),
    "ke-hoach": Embed(lambda found, name: plan_board.plan_html(found, name, building_day()), lambda found: found.plans),
    "kenh-gioi-thieu": Embed(lambda found, name: outreach.channels_html(found)),
    "da-thay-doi": Embed(lambda found, name: render("changes.html", days=changes())),
    "thuat-ngu": Embed(lambda found, name: render("glossary.html", terms=found.glossary.terms)),
    "van-ban": Embed(lambda found, name: render("texts.html", texts=imported_texts(ROOT / "docs"))),
    "tra-cuu": Embed(lambda found, name: forms.tracking_html()),
    "lien-he": Embed(lambda found, name: forms.contact_html(found)),
    "xac-minh": Embed(lambda found, name: verification.verification_html(found)),
}


def block_html(block: str, name: str) -> str:
    embed, found = BLOCKS[block], catalogue()
    if embed.names and name not in embed.names(found):
        known = ", ".join(sorted(embed.names(found)))
        raise UnknownName(f"Khối “/// {block} | {name}”: forms/ không có “{name}”. Chọn một trong: {known}.")
    return embed.html(found, name)


class RenderedBlock(Block):
    """A block whose content is rendered whole, out of reach of inline Markdown."""

    NAME = ""
    ARGUMENT = None

    def on_create(self, parent: etree.Element) -> etree.Element:
        created = etree.SubElement(parent, "div", {"class": f"hotro-block hotro-block--{self.NAME}"})
        created.text = AtomicString(self.md.htmlStash.store(block_html(self.NAME, (self.argument or "").strip())))
        return created

    def on_markdown(self) -> str:
        return "raw"


class FactProcessor(InlineProcessor):
    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element, int, int]:
        words = fact_words(m[1])
        span = etree.Element("span", {"class": "hotro-fact hotro-unknown" if words == UNKNOWN else "hotro-fact"})
        span.text = AtomicString(words)
        return span, m.start(0), m.end(0)


def fact_words(name: str) -> str:
    found = catalogue()
    if name in AGENCY_WORDS:
        return found.agency.wording()[AGENCY_WORDS[name]]
    if name not in found.facts:
        raise UnknownName(f"Không có điều “{name}” trong forms/policy/. Sửa tên trong dấu ((…)).")
    return found.facts[name].words(building_day())


class LateSearch(Treeprocessor):
    """Every page ends with the script that keeps the search index for those who search."""

    def run(self, root: etree.Element) -> None:
        etree.SubElement(root, "p").text = AtomicString(self.md.htmlStash.store(render("late_search.html")))


class HotroBlocks(BlocksExtension):
    def extendMarkdownBlocks(self, md: Markdown, block_mgr: Any) -> None:
        for name in BLOCKS:
            made = type(f"Block_{name}", (RenderedBlock,), {"NAME": name})
            block_mgr.register(made, self.getConfigs())


class HotroExtension(Extension):
    """Registered as `hotro` among the Markdown extensions."""

    def extendMarkdown(self, md: Markdown) -> None:
        HotroBlocks().extendMarkdown(md)
        md.inlinePatterns.register(FactProcessor(FACT, md), "hotro-fact", 175)
        md.treeprocessors.register(TermProcessor(md, lambda: catalogue().glossary), "hotro-terms", 4)
        md.treeprocessors.register(LateSearch(md), "hotro-late-search", 0)
        md.treeprocessors.register(ChecklistProcessor(md), "hotro-checklist", 25)
