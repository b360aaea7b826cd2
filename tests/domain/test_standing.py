"""What is counted of a draft's checks: a fault once, what made up for it, and nothing that anybody typed."""

from collections import Counter
from collections.abc import Collection, Sequence

from processor.domain.catalogue import Catalogue
from processor.domain.errors import Fault
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.standing import (
    Finding,
    Standing,
    after_check,
    changed_fields,
    faults_of_program,
    standing_from,
)
from processor.domain.tally import Tally
from tests.factories import a_form_like
from tests.submissions import DOSSIER

RATE = Fault("requested_amount", "amount_above_rate", "…", "listed_within_rate")
EMPTY = Fault("certificate_no", "text_required", "…")
NO_FILE = Fault("contracts", "file_required", "…")
WRONG_FILE = Fault("contracts", "file_type", "…")


def parts_of(form: FormDefinition) -> frozenset[str]:
    return frozenset({*(section.id for section in form.sections), *form.items_by_id})


class Way:
    """One draft from check to check."""

    def __init__(self, form: FormDefinition) -> None:
        self.form = form
        self.standing = Standing(form.version)
        self.counts: Counter[Tally] = Counter()

    def check(
        self,
        *faults: Fault,
        parts: Collection[str] | None = None,
        given: Sequence[str] = (),
        explained: Sequence[str] = (),
        attempt: bool = True,
    ) -> "Way":
        checked = parts_of(self.form) if parts is None else frozenset(parts)
        found = Finding(faults, checked, given, explained, attempt)
        stored = standing_from(self.standing.document(), self.form.version)
        self.standing, counts = after_check(self.form, stored, found)
        self.counts += counts
        return self

    def changed(self, *names: str) -> "Way":
        self.standing = Standing(
            self.standing.version, self.standing.faults, self.standing.parts, self.standing.changed | {*names}
        )
        return self

    def told(self, kind: str) -> dict[tuple[str, ...], int]:
        return {
            tuple(part for part in (one.place, one.detail, one.other) if part): times
            for one, times in self.counts.items()
            if one.kind == kind
        }


def test_a_fault_counts_once_however_many_checks_it_stands(catalogue: Catalogue) -> None:
    way = Way(catalogue.form(DOSSIER)).check(EMPTY).check(EMPTY).changed("certificate_no").check()

    assert way.told("fault") == {("certificate_no", "text_required"): 1}
    assert way.told("corrected") == {("certificate_no", "text_required", "certificate_no"): 1}
    assert way.told("stood") == {("certificate_no", "text_required", "certificate_no"): 2}


def test_a_fault_that_comes_back_is_the_same_one(catalogue: Catalogue) -> None:
    way = Way(catalogue.form(DOSSIER)).check(EMPTY).check().check(EMPTY).check()

    assert set(way.counts.values()) == {1}
    assert len(way.told("fault")) == len(way.told("corrected")) == 1


def test_looking_at_the_check_page_again_is_no_further_check(catalogue: Catalogue) -> None:
    way = Way(catalogue.form(DOSSIER)).check(EMPTY)
    before = way.standing

    way.check(EMPTY, attempt=False)

    assert way.standing == before


def test_a_draft_counts_as_checked_once_and_so_does_each_of_its_parts(catalogue: Catalogue) -> None:
    way = Way(catalogue.form(DOSSIER)).check(parts=["certificate"]).check(parts=["certificate"]).check()

    assert way.counts[Tally("checked", DOSSIER, way.form.version)] == 1
    assert way.told("checked").keys() == {(), *((part,) for part in parts_of(way.form))}
    assert set(way.told("checked").values()) == {1}


def test_a_check_of_one_part_says_nothing_of_the_others(catalogue: Catalogue) -> None:
    way = Way(catalogue.form(DOSSIER)).check(EMPTY, parts=["certificate"]).check(parts=["request"])

    assert way.told("corrected") == {}


def test_of_a_rule_over_several_fields_the_one_that_changed_made_up_for_it(catalogue: Catalogue) -> None:
    by_cost = Way(catalogue.form(DOSSIER)).check(RATE).changed("costs.amount", "note").check()
    by_both = Way(catalogue.form(DOSSIER)).check(RATE).changed("costs.amount", "requested_amount").check()

    rule = ("requested_amount", "amount_above_rate/listed_within_rate")
    assert by_cost.told("corrected") == {(*rule, "costs.amount"): 1}
    assert by_both.told("corrected") == {(*rule, "requested_amount"): 1}


def test_a_paper_is_made_up_for_by_its_file_or_by_an_explained_absence(catalogue: Catalogue) -> None:
    by_file = Way(catalogue.form(DOSSIER)).check(NO_FILE).check(given=["contracts"])
    explained = Way(catalogue.form(DOSSIER)).check(NO_FILE).check(explained=["contracts"])

    assert by_file.told("corrected") == {("contracts", "file_required", "contracts"): 1}
    assert explained.told("corrected") == {("contracts", "file_required", "contracts.absent"): 1}


def test_a_refused_file_stands_until_another_comes_and_is_not_missed_as_well(catalogue: Catalogue) -> None:
    way = Way(catalogue.form(DOSSIER)).check(WRONG_FILE).check(NO_FILE)
    assert way.told("fault") == {("contracts", "file_type"): 1}
    assert way.told("corrected") == {}

    way.check(given=["contracts"])

    assert way.told("corrected") == {("contracts", "file_type", "contracts"): 1}


def test_a_fault_that_a_new_version_finds_no_more_is_made_up_for_by_the_form(catalogue: Catalogue) -> None:
    older = catalogue.form(DOSSIER)
    way = Way(older).check(EMPTY, RATE)
    way.form = a_form_like(older, rules=())

    way.check(EMPTY)

    gone = [one for one in way.counts if one.kind == "corrected"]
    assert [(one.form_version, one.place, one.other) for one in gone] == [(older.version, RATE.field, "version")]
    assert way.counts[Tally("fault", DOSSIER, way.form.version, "certificate_no", "text_required")] == 1
    assert way.counts[Tally("checked", DOSSIER, way.form.version)] == 1


def test_a_row_is_not_told_and_two_rows_are_one_fault(catalogue: Catalogue) -> None:
    way = Way(catalogue.form(DOSSIER)).check(
        Fault("costs.0.amount", "money_unreadable", "…"), Fault("costs.17.amount", "money_unreadable", "…")
    )

    assert way.told("fault") == {("costs.amount", "money_unreadable"): 1}


def test_a_name_that_the_form_does_not_know_is_not_kept(catalogue: Catalogue) -> None:
    form, name = catalogue.form(DOSSIER), "nguyen_van_vi_du_0912345678"
    fault = Fault(name, "unknown_field", "…")

    way = Way(form).check(fault)

    assert name not in repr((way.counts, way.standing, faults_of_program(form, [fault])))
    assert way.told("fault") == {("elsewhere", "unknown_field"): 1}


def test_changed_answers_are_told_by_their_fields(catalogue: Catalogue) -> None:
    form = catalogue.form(DOSSIER)
    before = {"certificate_no": ["1"], "note": [""], "costs.0.amount": ["5"], "costs.1.amount": ["6"]}
    after = {"certificate_no": ["2"], "costs.0.amount": ["6"], "surprise": ["x"]}

    assert changed_fields(form, before, after) == {"certificate_no", "costs.amount"}
