"""References: labels a person can read over the phone. Not secrets, and nothing like an official dossier code.

The 23 signs have no look-alikes among them and no vowels, so no word can form. 23 is prime: a weighted sum modulo 23
catches every wrong sign and every swap of two neighbours.
"""

import re
import secrets
from operator import mul

from processor.domain.errors import Refused

SIGNS = "23456789CDFGHJKMNPQRTWX"
LENGTH = 11
PREFIX = "HT"
WEIGHTS = range(1, LENGTH + 1)
KNOWN = frozenset(SIGNS)


def issue_reference() -> str:
    """A new reference such as `HT-4K7M-9QX3-RTD6`; the last sign checks the others."""
    number, signs = secrets.randbelow(len(SIGNS) ** LENGTH), ""
    for _ in range(LENGTH):
        number, place = divmod(number, len(SIGNS))
        signs += SIGNS[place]
    return written(signs)


def written(body: str) -> str:
    signs = body + check_sign(body)
    return "-".join((PREFIX, signs[0:4], signs[4:8], signs[8:12]))


def check_sign(body: str) -> str:
    return SIGNS[sum(map(mul, WEIGHTS, map(SIGNS.index, body))) % len(SIGNS)]


def parse_reference(typed: str) -> str:
    """The reference as written, from whatever spacing and case was typed. Raises Refused("reference_mistyped")."""
    signs = re.sub(r"[^0-9A-Za-z]", "", typed).upper()
    if len(signs) > LENGTH + 1:  # a body may begin with the same two signs
        signs = signs.removeprefix(PREFIX)
    if len(signs) != LENGTH + 1 or not KNOWN.issuperset(signs) or (reference := written(signs[:-1]))[-1] != signs[-1]:
        raise Refused("reference_mistyped", label="Mã tham chiếu", value=typed.strip()[:40])
    return reference


def readable_reference(typed: str) -> str | None:
    """The same; None for what is no reference."""
    try:
        return parse_reference(typed)
    except Refused:
        return None
