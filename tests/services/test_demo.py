"""Invented data: the same for the same seed, sound, and never beside real data."""

from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.demo.demo import RealDataPresent, fill
from processor.services.parts import Wired
from processor.services.proof.verification import verify
from processor.settings import Settings
from processor.storage.engine import reading
from processor.wiring import wire
from tests.submissions import DOSSIER, sent


def told(wired: Wired) -> list[tuple[str, str, str]]:
    with reading(wired.engine) as connection:
        rows = connection.execute(text("SELECT organisation_name, status, form_id FROM dossiers ORDER BY id"))
        return [(row[0], row[1], row[2]) for row in rows]


def test_the_same_seed_gives_the_same_dossiers_and_passwords(tmp_path: Path) -> None:
    first, second = (wire(Settings(clamd_url="none", data=tmp_path / name)) for name in ("a", "b"))

    officers = [fill(parts, 12, 7) for parts in (first, second)]

    assert officers[0] == officers[1]
    assert told(first) == told(second)
    assert len(told(first)) == 12 and verify(first).problems == []
    assert all(name.endswith("(ví dụ)") for name, _, _ in told(first))
    for parts in (first, second):
        parts.engine.dispose()


def test_a_place_with_real_data_is_refused(
    client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    sent(client, catalogue.form(DOSSIER), tmp_path)

    with pytest.raises(RealDataPresent, match="dữ liệu thật"):
        fill(wired, 1, 1)

    assert verify(wired).dossiers == 1
