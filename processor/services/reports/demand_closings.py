"""Closings of a year's demand summary, each kept as the tables stood."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from processor.domain.errors import NotFound
from processor.domain.figures.demand_closing import Closing
from processor.storage.engine import Connection
from processor.storage.figures.published import every_published, find_published

NAME = "demand-{year}-{number:03}"


def closings(connection: Connection, year: int) -> list[Closing]:
    return [closing_from(at, json.loads(content)) for at, content in every_published(connection, f"demand-{year}-")]


def closing_from(at: datetime, told: Mapping[str, Any]) -> Closing:
    return Closing(told["year"], told["number"], at, told["document"], told["officer"], tuple(told["added"]))


def closed_report(connection: Connection, year: int, number: int) -> tuple[Closing, Mapping[str, Any]]:
    """The closing and the report as it was, as programs read it. Raises NotFound."""
    found = find_published(connection, NAME.format(year=year, number=number))
    if found is None:
        raise NotFound("not_found")
    told = json.loads(found[1])
    report: Mapping[str, Any] = told["report"]
    return closing_from(found[0], told), report


def closing_content(closing: Closing, report: Mapping[str, Any]) -> str:
    told = {
        "year": closing.year,
        "number": closing.number,
        "document": closing.document,
        "officer": closing.officer,
        "added": list(closing.added),
        "report": report,
    }
    return json.dumps(told, ensure_ascii=False)
