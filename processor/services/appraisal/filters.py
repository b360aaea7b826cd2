"""The filters of the queue as they stand in its address, and the rows that they mean."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from processor.domain.access.officer import Officer
from processor.domain.dossier import OPEN_STATUSES
from processor.services.appraisal.views import search_words, standing
from processor.services.parts import Wired
from processor.storage.desk.queue import QueueFilter

NAMES = ("xem", "tim", "bieu-mau", "trang-thai", "cho", "ai", "sau")
AGES = {"": None, "3": 3, "7": 7, "15": 15, "30": 30}
PAGE_SIZE = 50


def asked_in(query: str) -> dict[str, str]:
    told = parse_qs(query[:2000])
    return {name: told.get(name, [""])[0] for name in NAMES}


def filter_of(wired: Wired, officer: Officer, asked: Mapping[str, str]) -> QueueFilter:
    """From the address; what is not understood is as if not asked."""
    view = standing(wired, officer).get(asked["xem"], QueueFilter(statuses=OPEN_STATUSES))
    days = AGES.get(asked["cho"])
    own = {name: getattr(view, name) for name in QueueFilter.__dataclass_fields__}
    own |= {"limit": PAGE_SIZE, "words": search_words(asked["tim"]), "after": key_from(asked["sau"])}
    if asked["bieu-mau"] in wired.catalogue.forms:
        own["form_id"] = asked["bieu-mau"]
    if asked["trang-thai"]:
        own["statuses"] = () if asked["trang-thai"] == "tat-ca" else (asked["trang-thai"],)
    elif asked["tim"] and not asked["xem"]:
        own["statuses"] = ()  # whoever searches looks for the finished ones as well
    if days:
        own["received_before"] = wired.clock() - timedelta(days=days)
    if holder := {"chua": "none", "toi": officer.name}.get(asked["ai"]):
        own["holder"] = holder
    return QueueFilter(**own)


def key_from(asked: str) -> tuple[str, int] | None:
    """Where the next page begins, from the address; None when it is not one of ours."""
    sorted_by, _, dossier_id = asked.rpartition("~")
    try:
        datetime.fromisoformat(sorted_by)
        return sorted_by, int(dossier_id)
    except ValueError:
        return None
