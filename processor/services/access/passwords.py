"""Which passwords officers may have. The rules are those of OWASP ASVS 5.0, 6.2."""

import re
from collections.abc import Iterable

from processor.domain.errors import Malformed
from processor.services.access.hashing import LONGEST_PASSWORD
from processor.services.parts import Wired

SHORTEST_PASSWORD = 12
GOOD_SCORE = 3
"""Of zxcvbn's 0-4: from 3 on, guessing takes more than 10^8 tries."""
JUDGED_LENGTH = 72


def refuse_poor_password(wired: Wired, password: str, name: str) -> None:
    """Raises Malformed("password_length"), Malformed("password_guessable"), both with status 422."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        limits = {"min": str(SHORTEST_PASSWORD), "max": str(LONGEST_PASSWORD)}
        raise Malformed("password_length", 422, actual=str(len(password)), **limits)
    agency = wired.catalogue.agency
    if is_guessable(password, (name, agency.name, agency.department)):
        raise Malformed("password_guessable", 422)


def is_guessable(password: str, known_words: Iterable[str]) -> bool:
    """`known_words` are what an attacker would try first: the officer's name, the agency's, the program's."""
    from zxcvbn import zxcvbn  # its word lists are read when somebody chooses a password, not at every start

    words = [word for known in known_words for word in (known, *re.split(r"\W+", known)) if len(word) > 2]
    score: int = zxcvbn(password[:JUDGED_LENGTH], ["hotro", *words])["score"]
    return score < GOOD_SCORE
