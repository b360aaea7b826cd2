"""Two servers on the same data behind nginx, each request to the other one: drafts and uploads know no difference."""

import random
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from processor.domain.catalogue import Catalogue
from processor.domain.forms.examples import example_items
from processor.services.intake.drafts import open_draft
from processor.services.parts import Wired
from processor.settings import Settings
from processor.wiring import wire
from tests.lines import Line
from tests.proxies import Proxy, proxied
from tests.served import Served, served
from tests.stories.test_an_upload_survives_its_line import LARGEST, as_sent, document, files_of, stored, uploader
from tests.submissions import DOSSIER, answers
from tests.uploads import new_draft


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, built_site: Path) -> Iterator[tuple[Served, Served]]:
    data = tmp_path_factory.mktemp("pair") / "data"
    with served(data, built_site) as first, served(data, built_site) as second:
        yield first, second


@pytest.fixture
def proxy(pair: tuple[Served, Served], tmp_path: Path) -> Iterator[Proxy]:
    first, second = (server.port for server in pair)
    # A cycle of three: otherwise every HEAD would meet the one and every PATCH the other.
    with proxied(tmp_path / "nginx", [first, second, second]) as running:
        yield running


@pytest.fixture
def wired(pair: tuple[Served, Served], built_site: Path) -> Iterator[Wired]:
    parts = wire(Settings(clamd_url="none", data=pair[0].data, site=built_site))
    yield parts
    parts.engine.dispose()


def servers_asked(proxy: Proxy, method: str) -> set[str]:
    return {server for asked, server in proxy.asked() if asked == method}


def test_an_upload_in_chunks_goes_to_both_and_is_one_file(proxy: Proxy, wired: Wired, tmp_path: Path) -> None:
    content = document(tmp_path, 5_000_000)
    token = new_draft(wired)

    uploader(proxy.url, token, content, chunk=500_000).upload()

    assert files_of(wired, token) == as_sent(content)
    assert len(servers_asked(proxy, "PATCH")) == 2


def test_a_cut_upload_goes_on_at_the_other_server(proxy: Proxy, wired: Wired, tmp_path: Path) -> None:
    content = document(tmp_path, LARGEST)
    token = new_draft(wired)
    points = random.Random(7).sample(range(len(content)), 10)

    with Line(proxy.port, cut_at=points) as line:
        uploader(line.url, token, content).upload()

    assert line.cuts == 10
    assert files_of(wired, token) == as_sent(content)
    assert stored(wired, token) == content
    assert len(servers_asked(proxy, "PATCH")) == 2


def test_a_draft_with_uploads_is_filled_and_sent_over_both(
    proxy: Proxy, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    token = new_draft(wired)
    for seed, item in enumerate(example_items(form)):
        content = document(tmp_path, 20_000, seed)
        uploader(proxy.url, token, content, item=item).upload()

    with httpx2.Client(base_url=proxy.url, follow_redirects=True) as client:
        checked = client.post(f"/nop/{DOSSIER}", data=answers(form) | {"_draft": token})
        receipts = [client.post(f"/nop/{DOSSIER}/kiem-tra", data={"_draft": token}) for _ in range(2)]

    assert checked.status_code == 200 and urlsplit(str(checked.url)).path.endswith("kiem-tra")
    assert [receipt.status_code for receipt in receipts] == [201, 200]
    assert open_draft(wired, token).sent_reference
