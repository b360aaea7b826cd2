"""The numbers of decision 34 with nothing shortened, bare and behind nginx: 20 s of silence, 8 kB/s after 30 s."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from processor.domain.catalogue import Catalogue
from tests.bodies import MULTIPART, whole_form
from tests.inspection.makers import a_pdf
from tests.proxies import behind_shipped
from tests.served import served
from tests.sockets import Reply, head, raw_client
from tests.stories.test_one_hostile_client_costs_its_own_connection import Reached
from tests.submissions import API, DOSSIER, answers, papers

pytestmark = pytest.mark.long
STEADY, TRICKLE = 40_000, 1000
"""Bytes a second."""


@pytest.fixture(params=["bare", "nginx"])
def reached(request: pytest.FixtureRequest, tmp_path: Path, built_site: Path) -> Iterator[Reached]:
    with served(tmp_path / "data", built_site, HOTRO_TRUSTED_PROXIES="127.0.0.1") as server:
        if request.param == "bare":
            yield Reached(server, server.port)
            return
        with behind_shipped(tmp_path / "nginx", server.port) as proxy:
            yield Reached(server, proxy.port, proxy.trust)


def test_a_steady_upload_lasts_its_45_seconds_while_a_stall_and_a_trickle_are_ended(
    reached: Reached, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    a_pdf(tmp_path / "big.pdf", size_bytes=45 * STEADY, seed=9)
    first, *others = papers(form, tmp_path)
    heavy = (first[0], ("big.pdf", (tmp_path / "big.pdf").read_bytes(), "application/pdf"))
    body = whole_form(answers(form), [heavy, *others])

    with ThreadPoolExecutor() as clients:
        steady, stalled, trickled = (clients.submit(sent, reached, body, pace) for pace in (STEADY, 0, TRICKLE))

    ended = {name: one.result() for name, one in (("steady", steady), ("stall", stalled), ("trickle", trickled))}
    assert {name: reply.status for name, (reply, _) in ended.items()} == {"steady": 201, "stall": 408, "trickle": 408}
    assert all(ended[name][1] >= least for name, least in (("steady", 43), ("stall", 20), ("trickle", 30)))
    assert ended["trickle"][1] < ended["steady"][1], "long before its body would have ended"


def sent(reached: Reached, body: bytes, pace: int) -> tuple[Reply, float]:
    """The answer and after how many seconds; a pace of 0 stops after the first 50 kB."""
    begun = time.monotonic()
    with raw_client(reached.port, reached.trust) as client:
        client.send(head(API, f"Content-Type: {MULTIPART}", f"Content-Length: {len(body)}") + body[:50_000])
        if pace:
            client.paced(body[50_000:], pace)
        return client.reply(), time.monotonic() - begun
