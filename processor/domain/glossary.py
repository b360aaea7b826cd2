"""The terms that readers may not know, as forms/glossary.yml tells them."""

import re
from functools import cached_property

from pydantic import Field

from processor.domain.policy import Frozen
from processor.domain.vietnamese import fold


class Term(Frozen):
    """`also` are other spellings; a term that is not `marked` is explained on its own page alone."""

    term: str
    also: tuple[str, ...] = ()
    meaning: str
    marked: bool = True

    @property
    def anchor(self) -> str:
        return fold(self.term).replace(" ", "-")


class Glossary(Frozen):
    terms: tuple[Term, ...] = Field(min_length=1)

    @cached_property
    def spellings(self) -> dict[str, Term]:
        """Each marked spelling in small letters."""
        return {word.lower(): term for term in self.terms if term.marked for word in (term.term, *term.also)}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Whole words, the longest spelling first."""
        longest_first = sorted(self.spellings, key=len, reverse=True)
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
