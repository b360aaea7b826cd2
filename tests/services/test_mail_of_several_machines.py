"""Several machines send what is in one outbox: each letter goes out once. A real mail server, both databases."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier

from processor.domain.catalogue import Catalogue
from processor.services.mail.outbox import figures, send_due
from processor.services.parts import Wired
from processor.storage.engine import open_engine
from tests.desk import DeskClock, a_dossier, desk_on
from tests.mail import MailServer, with_mail

MACHINES = 3
LETTERS = 9


def test_of_three_machines_at_once_each_letter_is_sent_by_one(
    database_url: str, tmp_path: Path, catalogue: Catalogue, mail_server: MailServer
) -> None:
    together = Barrier(MACHINES)

    def send_all(machine: Wired) -> int:
        together.wait(60)
        return send_due(machine)

    with desk_on(database_url, tmp_path, catalogue, DeskClock()) as wired, ExitStack() as opened:
        references = {a_dossier(wired).reference for _ in range(LETTERS)}
        engines = [open_engine(database_url) for _ in range(MACHINES)]
        for engine in engines:
            opened.callback(engine.dispose)
        machines = [dataclasses.replace(with_mail(wired, mail_server.url), engine=engine) for engine in engines]
        with ThreadPoolExecutor(MACHINES) as pool:
            sent = sum(pool.map(send_all, machines))
        left = figures(wired)

    subjects = [str(message["Subject"]) for message in mail_server.messages]
    assert sent == len(subjects) == LETTERS
    assert {one for one in references for subject in subjects if one in subject} == references
    assert len({message["Message-ID"] for message in mail_server.messages}) == LETTERS
    assert left == {"waiting": 0, "given_up": 0}
