"""What the channels and the words of their material must satisfy beyond their shape."""

from collections import Counter
from collections.abc import Collection, Iterator

from processor.domain.errors import DefinitionFault
from processor.domain.outreach import Outreach
from processor.storage.catalogue.positions import Positioned
from processor.storage.catalogue.wording_checks import brace_problem


def check_outreach(
    outreach: Outreach, names: Collection[str], fact_ids: Collection[str], source: Positioned
) -> Iterator[DefinitionFault]:
    """`names` are those that every text may use."""
    for id, times in Counter(channel.id for channel in outreach.channels).items():
        if times > 1:
            yield source.fault(("channels",), f"Kênh “{id}” ghi hai lần. Bỏ một.")
    for kind, times in Counter((one.id, one.ending) for one in outreach.materials).items():
        if times > 1:
            yield source.fault(("materials",), f"Tài liệu “{'.'.join(kind)}” ghi hai lần. Bỏ một.")
    for path, text, more in outreach.patterns():
        if problem := brace_problem(text, {*names, *fact_ids, *more}):
            yield source.fault(path, problem)
