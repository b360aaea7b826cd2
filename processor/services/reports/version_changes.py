"""What a change of a form did: the share of drafts that met each fault, before and after, with what was changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from processor.domain.differences import facts_changed, form_changes
from processor.domain.errors import NotFound
from processor.domain.figures.friction import Friction, VersionKey, share_over
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.tasks import task_named
from processor.domain.tally import UNNAMED
from processor.services.parts import Wired

Percent = float | None


@dataclass(frozen=True)
class Changed:
    """`shares` by place and detail: percent of the checked drafts before and after, None where it is withheld."""

    before: VersionKey
    after: VersionKey
    registered_at: datetime
    words: Sequence[str]
    shares: Mapping[tuple[str, str], tuple[Percent, Percent]]


def changed_between(wired: Wired, years: Sequence[Friction]) -> list[Changed]:
    """Every version that was checked in these years beside the one before it, the newest first."""
    checked = {key[:2] for year in years for key, told in year.checked.items() if not key[2] and told}
    found = [
        changed(wired, years, before, after)
        for form_id in wired.catalogue.forms
        for before, after in neighbours(wired, form_id, {version for form, version in checked if form == form_id})
    ]
    return sorted(found, key=lambda one: one.registered_at, reverse=True)


def neighbours(wired: Wired, form_id: str, versions: set[str]) -> Iterator[tuple[VersionKey, VersionKey]]:
    known = sorted((registered, version) for version in versions if (registered := since(wired, form_id, version)))
    for (_, before), (_, after) in zip(known, known[1:], strict=False):
        yield (form_id, before), (form_id, after)


def since(wired: Wired, form_id: str, version: str) -> datetime | None:
    try:
        return wired.definitions.registered_at(form_id, version)
    except NotFound:
        return None


def changed(wired: Wired, years: Sequence[Friction], before: VersionKey, after: VersionKey) -> Changed:
    old, new = wired.definitions.get(*before), wired.definitions.get(*after)
    words = [*form_changes(old, new), *(one.words for one in facts_changed(old.facts, new.facts, wired.today()))]
    keys = {key[2:] for year in years for key in year.faults if key[:2] in (before, after)}
    shares = {
        (place, detail): (
            percent_over(years, before, place, detail, part_of(old, place)),
            percent_over(years, after, place, detail, part_of(new, place)),
        )
        for place, detail in keys
    }
    return Changed(before, after, wired.definitions.registered_at(*after), words, shares)


def part_of(form: FormDefinition, place: str) -> str:
    return "" if place == UNNAMED else task_named(form, place)


def percent_over(years: Sequence[Friction], version: VersionKey, place: str, detail: str, part: str) -> Percent:
    return share_over([year.share((*version, place, detail), part) for year in years]).percent
