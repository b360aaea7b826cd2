"""Nobody who holds a connection asks for a second: with as many people as connections all would wait for each other."""

from pathlib import Path

from processor.domain.catalogue import Catalogue
from processor.services.appraisal.appraisal import open_dossier
from processor.services.exchange.packages import pack
from processor.services.proof.verification import verify
from processor.storage.engine import Pool
from tests.desk import DeskClock, a_dossier, a_dossier_in, desk_on, with_envelope

ALONE = Pool(connections=1, wait_seconds=0.2)


def test_a_dossier_goes_all_the_way_over_a_single_connection(
    database_url: str, tmp_path: Path, catalogue: Catalogue
) -> None:
    with desk_on(database_url, tmp_path, catalogue, DeskClock(), pool=ALONE) as wired:
        decided, alike = a_dossier_in(with_envelope(wired), "approved"), a_dossier(wired)

        opened = open_dossier(wired, alike.reference)
        package = pack(wired, decided.reference)

        assert opened.others == [decided.reference]
        assert package.reference == decided.reference
        assert verify(wired).problems == []
