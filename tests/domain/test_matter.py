"""The same organisation with the same telling answers is the same matter, however it is written."""

from typing import Any

import pytest

from processor.domain.catalogue import Catalogue
from processor.domain.forms.matter import matter_hash
from tests.submissions import DOSSIER

SENT = {"organisation_name": "Hợp tác xã Ví dụ", "tax_code": "9900000023", "certificate_no": "VD-2026/0001"}


@pytest.mark.parametrize(
    "again",
    [
        {"certificate_no": "vd 2026 0001"},
        {"organisation_name": "Tên khác"},
        {"certificate_no": "VD-2026/0001 "},
    ],
)
def test_the_same_matter_written_otherwise_is_the_same(again: dict[str, Any], catalogue: Catalogue) -> None:
    form = catalogue.form(DOSSIER)

    assert matter_hash(form, SENT | again) == matter_hash(form, SENT)


@pytest.mark.parametrize("other", [{"certificate_no": "VD-2026/0002"}, {"tax_code": "0300588569"}])
def test_another_paper_or_organisation_is_another_matter(other: dict[str, Any], catalogue: Catalogue) -> None:
    form = catalogue.form(DOSSIER)

    assert matter_hash(form, SENT | other) != matter_hash(form, SENT)


def test_without_a_tax_code_the_name_counts(catalogue: Catalogue) -> None:
    form = catalogue.form(DOSSIER)
    unnumbered = {**SENT, "tax_code": None}

    assert matter_hash(form, unnumbered) == matter_hash(form, unnumbered | {"organisation_name": "hop tac xa vi du"})


@pytest.mark.parametrize("missing", [{"certificate_no": None}, {"tax_code": None, "organisation_name": ""}])
def test_where_a_telling_answer_is_missing_nothing_is_suspected(missing: dict[str, Any], catalogue: Catalogue) -> None:
    assert matter_hash(catalogue.form(DOSSIER), SENT | missing) is None


def test_a_form_that_names_no_telling_questions_suspects_nothing(catalogue: Catalogue) -> None:
    assert matter_hash(catalogue.form("phan-anh-vuong-mac"), SENT) is None
