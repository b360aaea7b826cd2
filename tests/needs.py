"""Pre-registrations as tests send them, invented."""

from collections.abc import Sequence

from processor.domain.forms.examples import example_fields
from processor.services.intake.intake import submit_and_wait
from processor.services.parts import Wired
from tests.desk import Sent
from tests.submissions import NEED

CODES = ("9900000016", "9900000023", "9900000030", "9900000048", "9900000055", "9900000062")
"""Tax codes that nobody bears."""
Need = tuple[str, str, int]
ISO: Need = ("standard_management_system", "iso_22000", 120_000_000)
"""Half of it is above the ceiling."""
HACCP: Need = ("standard_management_system", "haccp", 60_000_000)
TRACING: Need = ("traceability", "", 30_000_000)
CEILING = 50_000_000


def a_registration(wired: Wired, *needs: Need, year: int = 2027, **changed: str) -> Sent:
    form = wired.catalogue.form(NEED)
    told: dict[str, str | list[str]] = {
        name: value for name, value in example_fields(form, wired.today()).items() if not name.startswith("needs.")
    }
    told |= {"need_year": str(year), **changed}
    for place, need in enumerate(needs or (ISO,)):
        told |= need_typed(place, need)
    typed = {name: value if isinstance(value, list) else [value] for name, value in told.items()}
    receipt = submit_and_wait(wired, form, typed, [])
    assert receipt.access_code
    return Sent(receipt.dossier.reference, receipt.access_code)


def need_typed(place: int, need: Need) -> dict[str, str]:
    support_type, standard, cost = need
    told = {"support_type": support_type, "standard": standard, "description": "Ví dụ", "expected_cost": str(cost)}
    return {f"needs.{place}.{name}": value for name, value in told.items()}


def registrations_of(wired: Wired, codes: Sequence[str], *needs: Need, year: int = 2027) -> list[Sent]:
    """One of each organisation."""
    return [a_registration(wired, *needs, year=year, tax_code=code) for code in codes]
