"""The register of obstacles of a year as a report: what was told, about which clause, what became of it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from processor.domain.figures.report import Row
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.fields import ChoiceField
from processor.domain.reply import Obstacle
from processor.domain.vietnamese import day_of, year_bounds
from processor.services.parts import Wired
from processor.services.reports.tabled import Made
from processor.storage.desk.replies import obstacles
from processor.storage.engine import Connection

OPEN, ANSWERED, FORWARDED, PROPOSAL = "submitted", "answered", "forwarded", "proposal"
Words = Mapping[str, str]


def obstacle_tables(wired: Wired, connection: Connection, year: int) -> Made:
    words = wired.catalogue.reports["obstacles"].words
    topics = topic_labels(wired.catalogue.forms.values())
    found = list(obstacles(connection, *year_bounds(year)))
    by_clause = grouped(found, lambda one: one.reply.clause or words["no_clause"])
    by_topic = grouped(found, lambda one: topic_of(one, topics, words))
    return Made(
        rows={
            "by_clause": [(name, *figures(counts)) for name, counts in by_clause.items()],
            "by_topic": [(name, *figures(counts)) for name, counts in by_topic.items()],
            "register": register_rows(wired, found, topics, words),
        },
        totals={
            table: (words["total"], *figures(sum(counts.values(), Counter())))
            for table, counts in (("by_clause", by_clause), ("by_topic", by_topic))
        },
        empty=not found,
        values={"no_clause": words["no_clause"]},
    )


def topic_labels(forms: Iterable[FormDefinition]) -> dict[str, str]:
    """What each topic of the feedback form is called."""
    fields = (field for form in forms if form.kind == "feedback" for field in form.single_fields if field.id == "topic")
    return {
        option.value: option.label for field in fields if isinstance(field, ChoiceField) for option in field.options
    }


def topic_of(one: Obstacle, topics: Mapping[str, str], words: Words) -> str:
    topic = one.answers.get("topic", "")
    return topics.get(topic, topic) or words["none"]


def grouped(found: Iterable[Obstacle], name_of: Callable[[Obstacle], str]) -> dict[str, Counter[str]]:
    """By name, the most frequent first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in found:
        counts[name_of(one)][one.status] += 1
        counts[name_of(one)][PROPOSAL] += bool(one.answers.get("proposal"))
    return dict(sorted(counts.items(), key=lambda item: (-figures(item[1])[0], item[0])))


def figures(counts: Counter[str]) -> tuple[int, int, int, int, int]:
    by_status = (counts[OPEN], counts[ANSWERED], counts[FORWARDED])
    return sum(by_status), *by_status, counts[PROPOSAL]


def register_rows(wired: Wired, found: Iterable[Obstacle], topics: Mapping[str, str], words: Words) -> Iterator[Row]:
    for one in found:
        yield (
            one.reference,
            day_of(one.received_at),
            one.organisation_name or words["unnamed"],
            one.reply.clause or one.answers.get("provision") or words["no_clause"],
            topic_of(one, topics, words),
            one.answers.get("description", ""),
            one.answers.get("proposal") or words["none"],
            wired.catalogue.status("feedback", one.status).label,
            one.reply.answer or words["not_yet"],
            one.reply.forwarded_to or words["none"],
        )
