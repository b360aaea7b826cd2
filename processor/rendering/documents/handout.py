"""What the printed and copied material says, in words, from the facts of a day: one description for every shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from processor.domain.agency import UNKNOWN
from processor.domain.catalogue import Catalogue
from processor.domain.policy import Fact, SupportType
from processor.domain.vietnamese import day
from processor.rendering.support import level_row


@dataclass(frozen=True)
class Level:
    """`of` is what is supported, `words` how much."""

    of: str
    words: str


@dataclass(frozen=True)
class Notice:
    title: str
    words: str


@dataclass(frozen=True)
class Handout:
    """`address` is that of the channel's link; `types` are the groups of support, told in general material alone."""

    title: str
    lead: str
    types_title: str
    types: Sequence[str]
    who_title: str
    who: Sequence[str]
    levels_title: str
    levels: Sequence[Level]
    no_level: str
    steps_title: str
    steps: Sequence[str]
    decided: str
    papers_title: str
    papers: str
    notices: Sequence[Notice]
    scan: str
    ask: str
    address: str
    code_words: str
    printed: str
    issuer: str


def handout(catalogue: Catalogue, support: SupportType | None, address: str, today: date) -> Handout:
    """`support`: None for every type at once."""
    texts = catalogue.publicity.handout
    words = Words(catalogue, today)
    types = [option.label for option in catalogue.facts["support_types"].options(today)]
    levels = type_levels(catalogue, support, today) if support else general_levels(catalogue, today)
    return Handout(
        title=support.title if support else texts.general_title,
        lead=words.filled(texts.lead),
        types_title=texts.types,
        types=() if support else types,
        who_title=texts.who,
        who=[words.filled(line) for line in texts.who_lines],
        levels_title=texts.levels,
        levels=levels,
        no_level=texts.no_level if support and not support.levels else "",
        steps_title=texts.steps,
        steps=[words.filled(line) for line in texts.step_lines],
        decided=words.filled(texts.decided),
        papers_title=texts.papers,
        papers=words.filled(texts.papers_line),
        notices=notices(catalogue),
        scan=texts.scan,
        ask=words.filled(texts.ask),
        address=address,
        code_words=texts.code_words.format(address=address),
        printed=texts.printed.format(day=day(today)),
        issuer=f"{catalogue.agency.department}, {catalogue.agency.name}",
    )


@dataclass(frozen=True)
class Words:
    """Facts and names as they are on a day; what nobody has read is said to be unknown."""

    catalogue: Catalogue
    today: date

    def filled(self, text: str, **more: str) -> str:
        facts = {id: in_a_sentence(fact, self.today) for id, fact in self.catalogue.facts.items()}
        return text.format_map({**facts, **self.catalogue.agency.wording(), **more})


def in_a_sentence(fact: Fact, today: date) -> str:
    """A list of common nouns begins small."""
    words = fact.words(today)
    return lowered(words) if fact.options(today) and words[1:2].islower() else words


def notices(catalogue: Catalogue) -> list[Notice]:
    found = [catalogue.texts.notices[name] for name in ("official", "territory")]
    return [Notice(one.title, " ".join(map(catalogue.wording, one.paragraphs))) for one in found]


def type_levels(catalogue: Catalogue, support: SupportType, today: date) -> list[Level]:
    if not support.levels:
        return [Level(support.title, f"{UNKNOWN}.")]
    line = catalogue.publicity.handout.level_line
    found = []
    for level in support.levels:
        row = level_row(catalogue, level, today)
        amounts = {"rate": row.rate or UNKNOWN, "ceiling": row.ceiling or lowered(UNKNOWN)}
        found.append(Level(row.standards, f"{line.format(**amounts)}."))
    return found


def general_levels(catalogue: Catalogue, today: date) -> list[Level]:
    """Those that somebody has read, then the groups of which nobody has read any."""
    kinds = catalogue.support_types.values()
    known = [level for one in kinds if one.levels for level in type_levels(catalogue, one, today)]
    every_one = all(one.levels for one in kinds)
    return known if every_one else [*known, Level(catalogue.publicity.handout.other_types, f"{UNKNOWN}.")]


def lowered(words: str) -> str:
    return words[:1].lower() + words[1:]
