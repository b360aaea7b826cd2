"""An office in the middle of its work, and everybody who may knock: senders, officers of every role, a program.

All of it is invented.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import httpx2
from starlette.testclient import TestClient

from processor.domain.access.credentials import secret_hash
from processor.domain.access.officer import ROLES, Officer, Session
from processor.domain.catalogue import Catalogue
from processor.services.access.accounts import disable
from processor.services.access.sign_in import Caller, open_session, session_of
from processor.services.appraisal.appraisal import open_dossier
from processor.services.appraisal.slips import print_slip
from processor.services.appraisal.supplements import start_answer
from processor.services.exchange.dossier_lists import ask_for_list, make_list
from processor.services.exchange.programs import give_token
from processor.services.following.tracking import pass_for, track
from processor.services.intake.drafts import start_draft
from processor.services.mail.letters import renewal_token
from processor.services.parts import Wired
from processor.storage.dossiers.renewals import insert_renewal
from processor.storage.engine import writing
from processor.web.app import create_app
from processor.web.site import Site
from tests.application import URL, MovedClock, wired_in
from tests.desk import ROADS, Sent, a_dossier, a_dossier_in, give_code, hand_result_over, officer, with_envelope
from tests.submissions import DOSSIER, sent
from tests.uploads import TUS, Sender

TUS_HEADERS = TUS | {"upload-offset": "0"}
TYPED = {
    "step": "approve",
    "item": "contracts",
    "reason.contracts": "Thiếu",
    "text.contracts": "Gửi lại",
    "text": "Ví dụ",
}
"""What posts need to come as far as the question who may."""
STRANGER, APPLICANT, OTHER, DISABLED, PROGRAM = "stranger", "applicant", "other applicant", "disabled", "program"
PEOPLE = (STRANGER, APPLICANT, OTHER, *ROLES, DISABLED, PROGRAM)


@dataclass(frozen=True)
class Person:
    """What somebody brings along with every request, and what is theirs."""

    cookies: Mapping[str, str] = field(default_factory=dict)
    bearer: str = ""
    csrf: str = ""
    own: Mapping[str, str] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        told = {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        return told | ({"authorization": f"Bearer {self.bearer}"} if self.bearer else {})


@dataclass(frozen=True)
class Office:
    """What stands in addresses: of the applicant's dossier (`first`), the other applicant's (`second`).

    `third` waits for a supplement; the access code of `lost` is lost.
    """

    wired: Wired
    client: TestClient
    first: Mapping[str, str]
    second: Mapping[str, str]
    third: Mapping[str, str]
    lost: Mapping[str, str]
    people: Mapping[str, Person]

    def ask(self, person: Person, method: str, path: str, **typed: str) -> httpx2.Response:
        """A form goes with every post, what uploads need with every request; cookies that come back are not kept."""
        headers, form = TUS_HEADERS | person.headers(), {"csrf": person.csrf, **TYPED, **self.first, **typed}
        posts = method in ("POST", "PUT") and not path.endswith("/tep")
        answer = self.client.request(method, path, data=form if posts else None, headers=headers)
        self.client.cookies.clear()
        refuse_loose_headers(answer)
        return answer

    def again(self, person: str) -> Person:
        """Somebody with a session that may be ended."""
        if person not in ROLES:
            return self.people[person]
        token, session = a_session(self.wired, officer(self.wired, person, f"cong-chuc-{person}"))
        return Person({"hotro": token}, csrf=session.csrf)

    def link(self, path: str) -> dict[str, str]:
        """A secret link that nobody has used yet, for a route that has one in its address."""
        if path.startswith("/bien-nhan/"):
            return {"token": self.first["receipt"]}
        if path.startswith("/tra-cuu/ma-moi/"):
            return {"token": self.renewal()}
        if path.endswith("/gui-bo-sung"):
            asked = self.third["reference"], self.third["access_code"]
            return {"token": start_answer(self.wired, track(self.wired, *asked))}
        token, upload = a_draft(self.wired, self.client)
        part = "support_request" if "/giay-to/" in path else "applicant"
        return {"token": token, "attachment_id": upload, "part": part}

    def renewal(self) -> str:
        seed, now = secrets.token_hex(16), self.wired.clock()
        token = renewal_token(self.wired, seed)
        dossier = open_dossier(self.wired, self.lost["reference"]).dossier
        with writing(self.wired.engine) as connection:
            insert_renewal(connection, dossier.id, seed, secret_hash(token), now, now + timedelta(days=1))
        return token


def refuse_loose_headers(answer: httpx2.Response) -> None:
    """What every answer carries, to whomever and whatever went wrong."""
    policy, told = answer.headers["content-security-policy"], answer.headers
    assert "default-src 'none'" in policy and "unsafe" not in policy, answer.url
    assert "frame-ancestors 'none'" in policy or policy.startswith("sandbox;"), answer.url
    assert (told["x-content-type-options"], told["x-frame-options"]) == ("nosniff", "DENY"), answer.url
    assert told["referrer-policy"] == "same-origin" and told["cache-control"], answer.url


def a_draft(wired: Wired, client: TestClient) -> tuple[str, str]:
    """Its link, and the id of a file that is coming into it."""
    token = start_draft(wired, wired.catalogue.form(DOSSIER), {})
    return token, Sender(client, token).begun(1000).rsplit("/", 1)[1]


@contextmanager
def open_office(folder: Path, site: Path, catalogue: Catalogue, empty_database: Path) -> Iterator[Office]:
    with wired_in(folder, site, catalogue, empty_database, MovedClock()) as assembled:
        unlimited = assembled.settings.model_copy(update={"abuse_limits": "off"})
        wired = with_envelope(replace(assembled, settings=unlimited))
        client = TestClient(create_app(wired, Site(site)), URL, follow_redirects=False, raise_server_exceptions=False)
        first, second = (a_decided_dossier(wired, client, folder) for _ in range(2))
        people = {STRANGER: Person(), APPLICANT: a_sender(wired, first), OTHER: a_sender(wired, second)}
        people |= {role: an_officer(wired, officer(wired, role, f"cong-chuc-{role}")) for role in ROLES}
        people[DISABLED] = a_disabled_officer(wired)
        people[PROGRAM] = Person(bearer=give_token(wired, "cong-chuc-reader", "Chương trình ví dụ"))
        asked, lost = a_dossier_in(wired, "supplement_requested"), a_dossier(wired)
        yield Office(wired, client, first, second, vars(asked), vars(lost), people)


def a_decided_dossier(wired: Wired, client: TestClient, folder: Path) -> dict[str, str]:
    """Approved and recorded, with a slip; beside it a draft into which a file is coming."""
    receipt = sent(client, wired.catalogue.form(DOSSIER), folder)
    dossier = Sent(receipt["reference"], receipt["access_code"])
    for act in ROADS["approved"]:
        act(wired, dossier)
    give_code(wired, dossier, f"H05.00-261124-{dossier.reference[-4:]}")
    hand_result_over(wired, dossier, f"{dossier.reference[-4:]}/QĐ-VD")
    draft, upload = a_draft(wired, client)
    slip = print_slip(wired, officer(wired, "intake"), dossier.reference, "control_slip")
    return {
        "reference": dossier.reference,
        "access_code": dossier.access_code,
        "attachment_id": open_dossier(wired, dossier.reference).dossier.attachments[0].id,
        "slip": str(slip),
        "draft": draft,
        "upload": upload,
        "receipt": receipt["receipt_url"].rsplit("/", 1)[1],
    }


def a_sender(wired: Wired, own: Mapping[str, str]) -> Person:
    seen = track(wired, own["reference"], own["access_code"])
    return Person(
        {"hotro-xem": pass_for(wired, seen.dossier)}, own["access_code"], own={"attachment_id": own["attachment_id"]}
    )


def an_officer(wired: Wired, who: Officer) -> Person:
    token, session = a_session(wired, who)
    wanted = ask_for_list(wired, who, "", "csv")
    make_list(wired, wanted)
    return Person({"hotro": token}, csrf=session.csrf, own={"list_id": wanted})


def a_session(wired: Wired, who: Officer) -> tuple[str, Session]:
    with writing(wired.engine) as connection:
        token = open_session(wired, connection, who, Caller("192.0.2.1")).token
    session = session_of(wired, token)
    assert session
    return token, session


def a_disabled_officer(wired: Wired) -> Person:
    """Whose session is there nevertheless: the harder case."""
    who = officer(wired, "admin", "cong-chuc-bi-khoa")
    disable(wired, who.name)
    with writing(wired.engine) as connection:
        token = open_session(wired, connection, who, Caller("192.0.2.1")).token
    return Person({"hotro": token}, csrf="x")
