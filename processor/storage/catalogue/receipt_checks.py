"""What the texts of receipts must satisfy beyond their shape: names in braces that somebody fills in."""

from collections.abc import Iterator

from processor.domain.agency import Agency
from processor.domain.errors import DefinitionFault
from processor.domain.receipt_texts import ReceiptTexts
from processor.storage.catalogue.positions import Positioned
from processor.storage.catalogue.wording_checks import brace_problem


def check_receipt_texts(texts: ReceiptTexts, agency: Agency, source: Positioned) -> Iterator[DefinitionFault]:
    for path, text, names in texts.patterns():
        if problem := brace_problem(text, agency.wording().keys() | set(names)):
            yield source.fault(path, problem)
