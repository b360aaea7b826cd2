"""The ledger of facts: what is known, since when and from where; what nobody has read, and who has to confirm it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from processor.domain.catalogue import Catalogue
from processor.domain.policy import Fact, Source
from processor.rendering.support import confirmer
from processor.rendering.templating import render


@dataclass(frozen=True)
class KnownFact:
    title: str
    value: str
    since: date
    source: Source


@dataclass(frozen=True)
class UnknownFact:
    title: str
    words: str
    confirm_by: str


def known_html(catalogue: Catalogue, today: date) -> Markup:
    chapters = [(chapter.title, list(known(catalogue, chapter.facts, today))) for chapter in catalogue.chapters]
    return render("ledger_known.html", chapters=[chapter for chapter in chapters if chapter[1]])


def unknown_html(catalogue: Catalogue, today: date) -> Markup:
    chapters = [(chapter.title, list(unknown(catalogue, chapter.facts, today))) for chapter in catalogue.chapters]
    return render("ledger_unknown.html", chapters=[chapter for chapter in chapters if chapter[1]])


def known(catalogue: Catalogue, names: tuple[str, ...], today: date) -> Iterator[KnownFact]:
    for fact in facts(catalogue, names):
        if dated := fact.on(today):
            labels = [option.label for option in fact.options(today)]
            yield KnownFact(fact.title, "; ".join(labels) or fact.words(today), dated.from_, dated.source)


def unknown(catalogue: Catalogue, names: tuple[str, ...], today: date) -> Iterator[UnknownFact]:
    for fact in facts(catalogue, names):
        if fact.on(today) is None:
            yield UnknownFact(fact.title, fact.unknown or "", confirmer(catalogue, fact))


def facts(catalogue: Catalogue, names: tuple[str, ...]) -> Iterator[Fact]:
    return (catalogue.facts[name] for name in names)
