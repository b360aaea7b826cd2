"""What stands under forms/ is whole: it loads, its schemas are current, every message is there and is short."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from processor.domain.catalogue import Catalogue
from processor.domain.forms.kinds import KINDS
from processor.domain.forms.schemas import schemas
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import NOT_FORMS, load_catalogue

FORMS = ROOT / "forms"
PROGRAMS = sorted((ROOT / "processor").rglob("*.py"))
LONGEST = 35
AVOIDED = ("vui lòng", "không hợp lệ", "xin", "bạn", "quý", "thành công", "lỗi hệ thống")
# Here “xin” is the thing to do (to ask for a new code, for the original), not a politeness.
ASKING = {("status_not_found", "xin"), ("receipt_altered", "xin")}
# What takes a code, and at which place.
TAKES_CODE = dict.fromkeys(("Refused", "Malformed", "NotFound", "Forbidden", "Conflict", "Unavailable"), 0)
TAKES_CODE |= {"FileFault": 0, "refuse": 0, "say": 0, "Fault": 1}


def codes_named(program: Path) -> Iterator[tuple[str, int]]:
    """Each message code that a program names, with its line."""
    for node in ast.walk(ast.parse(program.read_text())):
        if not isinstance(node, ast.Call):
            continue
        place = TAKES_CODE.get(getattr(node.func, "attr", getattr(node.func, "id", "")))
        if place is None or len(node.args) <= place:
            continue
        for part in ast.walk(node.args[place]):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value, node.lineno


NAMED = {
    f"{program.relative_to(ROOT)}:{line} {code}": code for program in PROGRAMS for code, line in codes_named(program)
}


def test_every_form_file_is_loaded(catalogue: Catalogue) -> None:
    files = {path.stem for path in FORMS.glob("*.yml") if path.name not in NOT_FORMS}

    assert set(catalogue.forms) == files


def test_the_forms_load_on_the_first_and_the_last_day_of_every_year_of_the_policy(catalogue: Catalogue) -> None:
    for year in range(2026, 2030):
        for day in (date(year, 1, 1), date(year, 12, 31)):
            assert load_catalogue(FORMS, day).forms == catalogue.forms


@pytest.mark.parametrize("name", schemas())
def test_the_schemas_for_editors_are_current(name: str) -> None:
    assert (FORMS / name).read_text() == schemas()[name]


@pytest.mark.parametrize("place", NAMED)
def test_every_code_in_the_program_has_its_message(place: str, catalogue: Catalogue) -> None:
    assert NAMED[place] in catalogue.messages.catalogue


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_has_the_message_of_an_empty_one(kind: str, catalogue: Catalogue) -> None:
    assert KINDS[kind].empty_code in catalogue.messages.catalogue


def test_the_program_names_most_of_its_messages_by_a_code_that_this_test_can_see() -> None:
    assert len(set(NAMED.values())) > 30


def test_every_message_is_short_enough_to_be_read(catalogue: Catalogue) -> None:
    long = {code: said.text for code, said in catalogue.messages.catalogue.items() if len(said.text.split()) > LONGEST}

    assert long == {}


def test_no_message_is_ceremonious_or_vague(catalogue: Catalogue) -> None:
    found = {
        (code, words)
        for code, said in catalogue.messages.catalogue.items()
        for words in AVOIDED
        if f" {words} " in f" {said.text.lower().replace(',', ' ').replace('.', ' ')} "
    }

    assert found == ASKING


def test_every_message_is_a_sentence_and_tells_what_to_do(catalogue: Catalogue) -> None:
    for code, said in catalogue.messages.catalogue.items():
        assert said.text[0] in "“{" or said.text[0].isupper(), code
        assert said.text.endswith("."), code
