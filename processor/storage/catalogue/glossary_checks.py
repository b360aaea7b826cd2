"""What the glossary must satisfy beyond its shape: each term once."""

from collections import Counter
from collections.abc import Iterator

from processor.domain.errors import DefinitionFault
from processor.domain.glossary import Glossary
from processor.storage.catalogue.positions import Positioned


def check_glossary(glossary: Glossary, source: Positioned) -> Iterator[DefinitionFault]:
    times = Counter(term.anchor for term in glossary.terms)
    for place, term in enumerate(glossary.terms):
        if times[term.anchor] > 1:
            yield source.fault(("terms", place, "term"), f"“{term.term}” viết hai lần. Giữ lại một mục.")
