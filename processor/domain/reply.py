"""What became of a piece of feedback: an obstacle that somebody met with the resolution or this site."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

PUBLICATION = "publication"
"""The purpose that a sender agrees to when the question may be published."""


@dataclass(frozen=True)
class Reply:
    """`clause` is the provision as the officer told it; `public_question` is set while the answer is published."""

    clause: str | None = None
    answer: str | None = None
    answered_at: datetime | None = None
    forwarded_to: str | None = None
    forwarded_at: datetime | None = None
    forward_reason: str | None = None
    public_question: str | None = None
    published_at: datetime | None = None


@dataclass(frozen=True)
class Obstacle:
    """One piece of feedback in the register, with what became of it."""

    reference: str
    status: str
    received_at: datetime
    organisation_name: str
    answers: dict[str, Any]
    reply: Reply


@dataclass(frozen=True)
class PublishedAnswer:
    question: str
    answer: str
    answered_at: datetime


def may_publish(consents: list[dict[str, Any]] | None) -> bool:
    return any(one.get("purpose") == PUBLICATION for one in consents or ())
