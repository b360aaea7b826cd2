"""More submissions at once than the server may have at work: who comes next is told when to come again."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.services.intake.drafts import open_draft
from processor.services.parts import Wired
from tests.running import told
from tests.submissions import API, DOSSIER, answers, papers, stored_files


@contextmanager
def crowded(wired: Wired) -> Iterator[None]:
    with ExitStack() as at_work:
        for _ in range(wired.settings.submissions_together):
            at_work.enter_context(wired.crowd.entered())
        yield


def test_the_next_submission_is_told_when_to_come_again_and_comes_in_afterwards(
    client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)

    with crowded(wired):
        refused = client.post(API, data=answers(form), files=papers(form, tmp_path))
        left = stored_files(wired.settings.data)
    taken = client.post(API, data=answers(form), files=papers(form, tmp_path))

    assert (told(refused), refused.headers["retry-after"], left) == ((503, "crowded"), "120", [])
    assert "gửi lại sau 2 phút" in refused.json()["title"]
    assert taken.status_code == 201


def test_a_draft_is_saved_in_a_crowd_and_sent_when_it_is_over(
    client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)

    with crowded(wired):
        saved = client.post(f"/nop/{DOSSIER}", data=answers(form), files=papers(form, tmp_path), follow_redirects=False)
        token = saved.headers["location"].split("=")[1]
        refused = client.post(f"/nop/{DOSSIER}/kiem-tra", data={"_draft": token})
        kept = open_draft(wired, token)
    sent = client.post(f"/nop/{DOSSIER}/kiem-tra", data={"_draft": token})

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "120")
    assert "gửi lại sau 2 phút" in refused.text
    assert kept.typed["organisation_name"] and kept.attachments and not kept.sent_reference
    assert sent.status_code == 201


def test_a_submission_that_was_refused_gives_its_place_back(
    client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    client.post(API, data={"tax_code": "1"}, files=papers(catalogue.form(DOSSIER), tmp_path))

    assert wired.crowd.at_work == 0
