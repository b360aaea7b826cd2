"""The whole application under any order of what organisations and officers do, with restarts: the books stay right."""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from starlette.testclient import TestClient

from processor.domain.catalogue import Catalogue
from processor.domain.errors import HotroError, NotFound
from processor.inspection.inspect import Question, Verdict, verdict_on
from processor.services.appraisal.claims import claim_dossier
from processor.services.appraisal.money import envelope
from processor.services.following.tracking import track
from processor.services.parts import Wired
from processor.services.privacy.erasure import Order, erase
from processor.services.proof.verification import verify
from processor.services.upkeep import sweep_orphans
from processor.settings import Settings
from processor.storage.dossiers.dossiers import every_attachment, every_dossier
from processor.storage.engine import open_engine, reading
from processor.storage.tables.core import dossiers
from processor.web.app import create_app
from processor.web.site import Site
from processor.wiring import SystemClock, assemble
from tests.application import URL
from tests.desk import AMOUNT, Sent, appraised, led, officer, opened, status_of, take_back, with_envelope
from tests.ledger import strays
from tests.postgres import Postgres
from tests.submissions import API, DOSSIER, answers, papers, pdf

BUDGET = 2 * AMOUNT + 1_000_000
"""Enough for two."""
STEPS = {
    step: appraised(step) for step in ("accept", "start_appraisal", "request_supplement", "propose", "refuse_at_intake")
} | {step: led(step) for step in ("approve", "reject", "send_back", "stop", "reconsider")}
ROAD = ("accept", "start_appraisal", "propose", "approve")
OFFICERS = ("appraiser", "appraiser-2")


@dataclass(frozen=True)
class Posted(Sent):
    """What was acknowledged, and the key under which it was sent."""

    key: str


async def inspect_here(questions: Sequence[Question]) -> list[Verdict]:
    """The inspection itself; its own process would take longer to begin than all of a run."""
    return [verdict_on(question) for question in questions]


class Place:
    """Data that outlives the application on it."""

    def __init__(self, url: str, folder: Path, site: Path, catalogue: Catalogue) -> None:
        self.settings = Settings(data=folder, site=site, database_url=url, abuse_limits="off")
        self.catalogue, self.folder = catalogue, folder
        self.files = papers(catalogue.form(DOSSIER), folder)
        self.scan = pdf(folder, 77)

    def wired(self) -> Wired:
        parts = assemble(self.settings, self.catalogue, open_engine(self.settings.database), SystemClock())
        return replace(parts, inspect=inspect_here)


class Books(RuleBasedStateMachine):
    sent = Bundle("sent")

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.acknowledged: list[Posted] = []
        self.erased: set[str] = set()
        self.wired = place.wired()
        with_envelope(self.wired, BUDGET)
        self.begin()

    def begin(self) -> None:
        self.client = TestClient(
            create_app(self.wired, Site(self.place.settings.site)), URL, raise_server_exceptions=False
        )

    def end(self) -> None:
        self.wired.writer.thread.shutdown()
        self.wired.engine.dispose()

    def post(self, key: str) -> httpx2.Response:
        form = self.place.catalogue.form(DOSSIER)
        told = answers(form, certificate_no=key)
        return self.client.post(API, data=told, files=self.place.files, headers={"Idempotency-Key": key})

    @initialize(target=sent)
    def three_to_begin_with(self) -> Any:
        """One more than the money is for."""
        return multiple(*(self.send() for _ in range(3)))

    @rule(target=sent)
    def submit(self) -> Posted:
        return self.send()

    def send(self) -> Posted:
        key = f"khoa-vi-du-{len(self.acknowledged)}"
        answer = self.post(key)
        assert answer.status_code == 201, answer.text
        posted = Posted(answer.json()["reference"], answer.json()["access_code"], key)
        self.acknowledged.append(posted)
        return posted

    @rule(one=sent)
    def replay(self, one: Posted) -> None:
        """The same answer, or a refusal once it was erased; never another dossier."""
        answer = self.post(one.key)
        if one.reference not in self.erased:
            assert answer.status_code == 200, answer.text
            assert (answer.json()["reference"], answer.json()["access_code"]) == (one.reference, one.access_code)
        elif answer.status_code == 201:  # its key went with it: this is a new dossier
            self.acknowledged.append(Posted(answer.json()["reference"], answer.json()["access_code"], ""))
        else:
            assert answer.status_code < 500

    @rule(one=sent, name=st.sampled_from(OFFICERS))
    def claim(self, one: Posted, name: str) -> None:
        before = opened(self.wired, one).dossier.holder
        claimer = officer(self.wired, "appraiser", name)
        if self.tried(lambda: claim_dossier(self.wired, claimer, one.reference)):
            assert one.reference not in self.erased
            assert before in (None, name) and opened(self.wired, one).dossier.holder == name
        else:
            assert opened(self.wired, one).dossier.holder == before

    @rule(one=sent, step=st.sampled_from(sorted(STEPS)))
    def act(self, one: Posted, step: str) -> None:
        self.tried(lambda: STEPS[step](self.wired, one))

    @rule(one=sent)
    def decide(self, one: Posted) -> None:
        """All the way, as far as the money goes."""
        for step in ROAD:
            self.tried(lambda step=step: STEPS[step](self.wired, one))  # type: ignore[misc]

    @rule(one=sent)
    def supplement(self, one: Posted) -> None:
        asked = status_of(self.wired, one) == "supplement_requested"
        answer = self.client.post(
            f"/api/v1/dossiers/{one.reference}/supplements",
            headers={"Authorization": f"Bearer {one.access_code}"},
            files={"contracts": ("bo-sung.pdf", self.place.scan, "application/pdf")},
        )
        assert (answer.status_code == 201) == asked and answer.status_code < 500, answer.text

    @rule(one=sent)
    def withdraw(self, one: Posted) -> None:
        self.tried(lambda: take_back(self.wired, one))

    @rule(one=sent, withdrawn=st.booleans())
    def erase(self, one: Posted, withdrawn: bool) -> None:
        """Most can be erased only once they are withdrawn."""
        if withdrawn:
            self.tried(lambda: take_back(self.wired, one))
        if self.tried(lambda: erase(self.wired, one.reference, Order("dossier", "requested", "officer:leader"))):
            self.erased.add(one.reference)

    @rule()
    def restart(self) -> None:
        self.end()
        self.wired = self.place.wired()
        self.begin()

    @rule(one=sent, other=sent)
    def read_across(self, one: Posted, other: Posted) -> None:
        bearer = {"Authorization": f"Bearer {other.access_code}"}
        answer = self.client.get(f"/api/v1/dossiers/{one.reference}", headers=bearer)
        own = one == other and one.reference not in self.erased
        assert answer.status_code == 200 if own else one == other or answer.status_code == 404

    @invariant()
    def what_was_acknowledged_is_stored(self) -> None:
        with reading(self.wired.engine) as connection:
            stored = [row["reference"] for row in every_dossier(connection)]
        assert stored == [one.reference for one in self.acknowledged]

    @invariant()
    def each_row_has_its_file(self) -> None:
        with reading(self.wired.engine) as connection:
            rows = {row["id"] for row in every_attachment(connection)}
        assert rows == {*self.wired.store.ids()}

    @invariant()
    def no_money_is_decided_twice(self) -> None:
        decided = select(func.sum(dossiers.c.approved_amount)).where(dossiers.c.status == "approved")
        with reading(self.wired.engine) as connection:
            given = connection.execute(decided).scalar() or 0
        left = envelope(self.wired, self.wired.today().year)
        assert left is not None and given == left.committed and left.committed + left.reserved <= BUDGET

    @invariant()
    def no_code_opens_another(self) -> None:
        for one, other in itertools.pairwise(self.acknowledged):
            with pytest.raises(NotFound):
                track(self.wired, one.reference, other.access_code)

    def teardown(self) -> None:
        swept, verified = sweep_orphans(self.wired, -1), verify(self.wired)
        left = list(strays(self.wired))
        self.end()
        assert (swept, verified.problems, left) == (0, [], [])

    def tried(self, act: Callable[[], Any]) -> bool:
        """False when it was refused; what is no refusal is a fault."""
        try:
            act()
        except HotroError:
            return False
        return True


def profile(runs: int, steps: int) -> settings:
    """The same runs each time; a failure is shown as it was found."""
    return settings(
        max_examples=runs,
        stateful_step_count=steps,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def data_in(database: str, request: pytest.FixtureRequest, empty: Path) -> Iterator[tuple[str, Path]]:
    with tempfile.TemporaryDirectory(prefix="hotro-books-") as folder:
        if database == "sqlite":
            yield f"sqlite:///{shutil.copy(empty, Path(folder) / 'hotro.db')}", Path(folder)
            return
        server: Postgres = request.getfixturevalue("postgres")
        url = server.fresh()
        yield url, Path(folder)
        server.give_back(url)


@pytest.mark.parametrize(
    ("database", "runs", "steps"),
    [
        ("sqlite", 16, 25),
        ("postgresql", 4, 20),
        pytest.param("sqlite", 100, 50, marks=pytest.mark.long),
        pytest.param("postgresql", 30, 50, marks=pytest.mark.long),
    ],
)
def test_whatever_happens_the_books_are_right(
    database: str,
    runs: int,
    steps: int,
    request: pytest.FixtureRequest,
    built_site: Path,
    catalogue: Catalogue,
    empty_database: Path,
) -> None:
    class Run(Books):
        """On data of its own, which go with it."""

        def __init__(self) -> None:
            self.data = data_in(database, request, empty_database)
            super().__init__(Place(*self.data.__enter__(), built_site, catalogue))

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                self.data.__exit__(None, None, None)

    run_state_machine_as_test(Run, settings=profile(runs, steps))
