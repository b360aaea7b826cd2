"""The process that opens files dies or cannot be started: the sender is told, nothing is stored, the next is served."""

import dataclasses
import errno
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.inspection.inspect import Question, Verdict
from processor.services.parts import Wired
from tests.running import clients, told
from tests.submissions import API, DOSSIER, answers, papers, stored_files
from tests.uploads import Sender, new_draft, paper, received


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processor.inspection.inspector.CHILD", "tests.inspection.deadly")


@pytest.mark.usefixtures("deadly")
def test_a_child_that_is_killed_costs_its_files_and_nothing_else(
    client: TestClient, wired: Wired, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)
    item, (_, content, media_type) = papers(form, tmp_path)[0]

    refused = client.post(API, data=answers(form), files=[(item, ("killed.pdf", content, media_type))])
    left = stored_files(wired.settings.data)
    taken = client.post(API, data=answers(form), files=papers(form, tmp_path))

    assert refused.status_code == 422
    assert {one["code"] for one in refused.json()["errors"]} == {"file_too_complex", "file_required"}
    assert left == []
    assert taken.status_code == 201


@pytest.mark.usefixtures("deadly")
def test_a_file_in_pieces_whose_child_is_killed_is_refused_and_nothing_of_it_is_left(
    client: TestClient, wired: Wired, tmp_path: Path
) -> None:
    sender, content = Sender(client, new_draft(wired)), paper(tmp_path)

    refused = sender.piece(sender.begun(len(content), "killed.pdf"), 0, content)
    left = stored_files(wired.settings.data)
    sender.sent(content)

    assert (refused.status_code, refused.json()["code"], left) == (422, "file_too_complex", [])
    assert len(received(wired, sender.token)) == 1


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENOMEM, errno.EAGAIN])
def test_a_child_that_cannot_be_started_is_trouble_of_the_machine_not_of_the_file(
    number: int, wired: Wired, built_site: Path, catalogue: Catalogue, tmp_path: Path
) -> None:
    form = catalogue.form(DOSSIER)

    async def exhausted(questions: Sequence[Question]) -> list[Verdict]:
        raise OSError(number, os.strerror(number))

    with clients(dataclasses.replace(wired, inspect=exhausted), built_site) as client:
        refused = client.post(API, data=answers(form), files=papers(form, tmp_path))

    assert told(refused) == (503, "unavailable")
    assert stored_files(wired.settings.data) == []
