"""What the letters must satisfy beyond their shape: every notice is there, each names only what is filled in."""

from collections.abc import Iterator, Set

from processor.domain.agency import Agency
from processor.domain.errors import DefinitionFault
from processor.domain.notice import NOTICES, Fillable, NoticeText, NoticeTexts
from processor.storage.catalogue.positions import Path_, Positioned
from processor.storage.catalogue.wording_checks import brace_problem


def check_notices(texts: NoticeTexts, agency: Agency, source: Positioned) -> Iterator[DefinitionFault]:
    standing = set(agency.wording()) | {"organisation_name"}
    for path, text, known in frames(texts, standing):
        if problem := brace_problem(text, known):
            yield source.fault(path, problem)
    yield from names_that_differ(texts.notices.keys(), NOTICES.keys(), ("notices",), "thư", source)
    for name in texts.notices.keys() & NOTICES.keys():
        yield from check_notice(texts.notices[name], NOTICES[name], standing, ("notices", name), source)


def frames(texts: NoticeTexts, standing: set[str]) -> Iterator[tuple[Path_, str, set[str]]]:
    yield ("subject",), texts.subject, {"reference", "about"}
    yield ("subject_without_reference",), texts.subject_without_reference, {"about"}
    yield ("subject_of_desk",), texts.subject_of_desk, {"about"}
    yield ("opening_of_desk",), texts.opening_of_desk, {"organisation_name"}
    for key in ("opening", "ending", "ending_without_phone"):
        yield (key,), getattr(texts, key), standing


def check_notice(
    text: NoticeText, may: Fillable, standing: set[str], path: Path_, source: Positioned
) -> Iterator[DefinitionFault]:
    yield from names_that_differ(text.variants.keys(), may.variants, (*path, "variants"), "câu thay", source)
    wordings = [(path, text), *(((*path, "variants", name), said) for name, said in text.variants.items())]
    for place, wording in wordings:
        for key in ("subject", "body"):
            if problem := brace_problem(getattr(wording, key), may.names | standing):
                yield source.fault((*place, key), problem)


def names_that_differ(
    written: Set[str], wanted: Set[str], path: Path_, what: str, source: Positioned
) -> Iterator[DefinitionFault]:
    for name in sorted(written - wanted):
        few = f"Chỉ nhận: {', '.join(sorted(wanted))}." if wanted else "Xóa mục này."
        yield source.fault((*path, name), f"Chương trình không gửi {what} “{name}”. {few}")
    for name in sorted(wanted - written):
        yield source.fault(path, f"Thiếu {what} “{name}”. Viết subject và body cho mục này.")
