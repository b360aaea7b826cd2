"""What receipts and their verification say, as forms/receipt.yml tells it."""

from collections.abc import Iterator

from processor.domain.policy import Frozen

# What the verifying page fills in itself.
SLOTS = ("file", "key_id", "name", "since", "until")


class NextSteps(Frozen):
    """By kind of form."""

    dossier: tuple[str, ...]
    pre_registration: tuple[str, ...]
    feedback: tuple[str, ...]


class OutcomeText(Frozen):
    """`text` is empty where messages.yml has it."""

    title: str
    text: str = ""


class Outcomes(Frozen):
    """What a verification can end in."""

    file: OutcomeText
    data: OutcomeText
    seal: OutcomeText
    altered: OutcomeText
    altered_file: OutcomeText
    unreadable: OutcomeText
    unknown_key: OutcomeText
    closed_key: OutcomeText
    no_crypto: OutcomeText
    no_ed25519: OutcomeText
    no_keys: OutcomeText
    no_code: OutcomeText
    camera_refused: OutcomeText
    camera_missing: OutcomeText


class Remarks(Frozen):
    """What may be said besides."""

    early_key: str
    same: str
    different: str
    found: str
    not_found: str


class ReceiptTexts(Frozen):
    """`place` is where the agency sits, as letters say it before the date; None while that is not known."""

    place: str | None
    next_steps: NextSteps
    code: str
    signature: str
    outcomes: Outcomes
    remarks: Remarks

    def outcome(self, name: str) -> OutcomeText:
        found: OutcomeText = getattr(self.outcomes, name)
        return found

    def steps_of(self, kind: str) -> tuple[str, ...]:
        found: tuple[str, ...] = getattr(self.next_steps, kind)
        return found

    def patterns(self) -> Iterator[tuple[tuple[str | int, ...], str, tuple[str, ...]]]:
        """Each text with braces: its place in the file, and the names that it may have besides the agency's."""
        for kind in NextSteps.model_fields:
            for place, text in enumerate(self.steps_of(kind)):
                yield ("next_steps", kind, place), text, ("processing_time",)
        for name in Outcomes.model_fields:
            yield ("outcomes", name, "text"), self.outcome(name).text, SLOTS
        for name in Remarks.model_fields:
            yield ("remarks", name), getattr(self.remarks, name), SLOTS
        for name in ("code", "signature"):
            yield (name,), getattr(self, name), ()
