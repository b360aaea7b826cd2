"""What can go wrong, as types. The web layer maps each to one status.

HotroError
├── BrokenDefinition      a file under forms/ is wrong; stops check, build and start
├── Refused               the request is wrong; `code` is in the message catalogue
│   ├── InvalidAnswers    one or more faults, in page order
│   ├── Malformed         the body cannot be read as a form
│   ├── NotFound          nothing there, or not for this reader
│   ├── Forbidden         somebody else's page, role or session
│   └── Conflict          someone was faster, or the step is not allowed now
└── Unavailable           nothing wrong with the request; try again later
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass


class HotroError(Exception):
    pass


@dataclass(frozen=True)
class DefinitionFault:
    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class BrokenDefinition(HotroError):
    def __init__(self, faults: Sequence[DefinitionFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


class Refused(HotroError):
    """`code` names a message of the catalogue; `values` fill its placeholders, already in words."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Fault:
    """One thing to mend. `field` is the name as posted (`costs.0.amount`) or the item's id; `rule` is what it broke."""

    field: str
    code: str
    message: str
    rule: str = dataclasses.field(default="", compare=False)


class InvalidAnswers(Refused):
    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("invalid_answers")
        self.faults = tuple(faults)


class Malformed(Refused):
    def __init__(self, code: str, status: int = 400, **values: str) -> None:
        super().__init__(code, **values)
        self.status = status


class NotFound(Refused):
    pass


class Forbidden(Refused):
    pass


class Conflict(Refused):
    pass


class Unavailable(HotroError):
    """`because` is for the log of whoever runs it: what the system or the database said, never what was sent."""

    def __init__(self, code: str = "unavailable", status: int = 503, because: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.because = because
