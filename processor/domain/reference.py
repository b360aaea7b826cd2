"""References: labels a person can read over the phone. Not secrets, and nothing like an official dossier code.

The 23 signs have no look-alikes among them and no vowels, so no word can form. 23 is prime: a weighted sum modulo 23
catches every wrong sign and every swap of two neighbours.
"""

import re
import secrets

from processor.domain.errors import Refused

SIGNS = "23456789CDFGHJKMNPQRTWX"
LENGTH = 11
PREFIX = "HT"


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
    return SIGNS[sum((place + 1) * SIGNS.index(sign) for place, sign in enumerate(body)) % len(SIGNS)]


def parse_reference(typed: str) -> str:
    """The reference as written, from whatever spacing and case was typed. Raises Refused("reference_mistyped")."""
    signs = re.sub(r"[^0-9A-Za-z]", "", typed).upper()
    if len(signs) > LENGTH + 1:  # a body may begin with the same two signs
        signs = signs.removeprefix(PREFIX)
    if len(signs) != LENGTH + 1 or not set(signs).issubset(SIGNS) or written(signs[:-1])[-1] != signs[-1]:
        raise Refused("reference_mistyped", label="Mã tham chiếu", value=typed.strip()[:40])
    return written(signs[:-1])


def readable_reference(typed: str) -> str | None:
    """The same; None for what is no reference."""
    try:
        return parse_reference(typed)
    except Refused:
        return None
