"""Other systems are told: signed as the specification wants it, tried for a day, nobody held up by another."""

import json
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook as StandardWebhook

from processor.domain.webhook import WAITS, fit_address, secret_of, signature
from processor.services.exchange.webhooks import (
    WebhookFault,
    add_webhook,
    known_webhook,
    list_webhooks,
    prepare,
    send_trial,
    start_telling,
    stop_telling,
    tell_one,
)
from processor.services.parts import Wired
from tests.desk import DeskClock, a_dossier, a_dossier_in, everything
from tests.receivers import Receiver, receiver


def tell(wired: Wired) -> None:
    """All that is due, and wait for it."""
    for thread in start_telling(wired):
        thread.join()


def bodies(place: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _, body in place.came]


def added(wired: Wired, place: Receiver) -> tuple[int, str]:
    return add_webhook(wired, place.url, "Kho dữ liệu ví dụ")


def test_an_event_is_told_with_its_status_and_no_name(either_desk: Wired) -> None:
    with receiver() as place:
        added(either_desk, place)
        sent = a_dossier(either_desk, organisation_name="Hợp tác xã Không Kể Tên")

        tell(either_desk)

    (told,) = bodies(place)
    assert told["type"] == "dossier.submitted"
    assert set(told["data"]) == {"reference", "form_id", "status", "national_code", "cursor"}
    assert (told["data"]["reference"], told["data"]["status"]) == (sent.reference, "submitted")
    assert "Không Kể Tên" not in place.came[0][1].decode()


def test_the_signature_holds_for_the_library_of_the_specification(desk: Wired) -> None:
    with receiver() as place:
        _, secret = added(desk, place)
        a_dossier(desk)
        desk.clock.move(days=(time.time() - desk.clock().timestamp()) / 86400)  # type: ignore[attr-defined]

        tell(desk)

    headers, body = place.came[0]
    assert StandardWebhook(secret).verify(body, headers) == json.loads(body)


def test_the_signature_of_the_specification_s_own_example() -> None:
    secret, message = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"

    signed = signature(secret, message, "1614265330", b'{"test": 2432232314}')

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_happened_before_is_not_told(desk: Wired) -> None:
    a_dossier(desk)
    with receiver() as place:
        added(desk, place)

        tell(desk)

    assert place.came == []


def test_who_only_looked_is_not_told_either(desk: Wired) -> None:
    with receiver() as place:
        added(desk, place)
        a_dossier_in(desk, "accepted")

        tell(desk)

    assert [one["type"] for one in bodies(place)] == ["dossier.submitted", "dossier.claimed", "dossier.accepted"]


def test_a_failure_is_tried_again_under_the_same_id(desk: Wired, desk_clock: DeskClock) -> None:
    with receiver(500, 204) as place:
        added(desk, place)
        a_dossier(desk)

        tell(desk)
        waiting = list_webhooks(desk)[0]
        tell(desk)  # not yet
        desk_clock.move(minutes=1)
        tell(desk)

    assert (waiting.waiting, waiting.last_error) == (1, "nơi nhận trả lời 500")
    first, second = (headers for headers, _ in place.came)
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-timestamp"] != second["webhook-timestamp"]
    assert list_webhooks(desk)[0].waiting == 0


def test_it_is_given_up_after_about_a_day_and_stays_to_be_seen(desk: Wired, desk_clock: DeskClock) -> None:
    with receiver(503) as place:
        added(desk, place)
        a_dossier(desk)

        tell(desk)
        for wait in WAITS:
            desk_clock.move(seconds=wait.total_seconds())
            tell(desk)
        desk_clock.move(days=2)
        tell(desk)

    (one,) = list_webhooks(desk)
    assert len(place.came) == len(WAITS) + 1
    assert (one.waiting, one.given_up, one.last_error) == (0, 1, "nơi nhận trả lời 503")
    assert timedelta(hours=20) < sum(WAITS, timedelta()) < timedelta(hours=36)


def test_a_redirect_is_not_followed(desk: Wired) -> None:
    with receiver(302) as place:
        added(desk, place)
        a_dossier(desk)

        tell(desk)

    assert len(place.came) == 1
    assert list_webhooks(desk)[0].last_error == "nơi nhận trả lời 302"


def test_a_receiver_that_is_gone_is_told_nothing_more(desk: Wired) -> None:
    with receiver(410) as place:
        number, _ = added(desk, place)
        a_dossier(desk)
        tell(desk)
        a_dossier(desk)

        tell(desk)

    assert len(place.came) == 1
    assert known_webhook(desk, number).disabled_at


def test_nobody_there_is_a_failure_like_another(desk: Wired) -> None:
    add_webhook(desk, "http://127.0.0.1:1/", "Không có ai (ví dụ)")
    a_dossier(desk)

    tell(desk)

    assert list_webhooks(desk)[0].last_error == "không gửi được: ConnectionError"


def test_a_receiver_that_never_answers_holds_up_nobody(desk: Wired, desk_clock: DeskClock) -> None:
    gate = threading.Event()
    with receiver(gate=gate) as slow, receiver() as quick:
        added(desk, slow)
        added(desk, quick)
        a_dossier(desk)
        held = start_telling(desk)
        for thread in held:
            thread.join(1)

        another = a_dossier(desk)
        tell(desk)

        assert [one["data"]["reference"] for one in bodies(quick)][-1] == another.reference
        assert len(slow.came) == 1
        assert [thread.is_alive() for thread in held] == [True, False]
        gate.set()
        for thread in held:
            thread.join()


def test_two_processes_tell_each_event_once(either_desk: Wired) -> None:
    with receiver() as place:
        added(either_desk, place)
        for _ in range(5):
            a_dossier(either_desk)

        threads = []
        for _ in range(3):
            prepare(either_desk)
            threads.append(threading.Thread(target=tell_one, args=(either_desk, 1)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    references = [one["data"]["reference"] for one in bodies(place)]
    assert len(references) == len(set(references)) == 5


def test_a_trial_is_signed_and_tells_nothing(desk: Wired) -> None:
    with receiver() as place:
        number, _ = added(desk, place)

        assert send_trial(desk, number).result == "sent"

    assert bodies(place)[0]["type"] == "hotro.test"


def test_one_that_was_disabled_is_told_nothing(desk: Wired) -> None:
    with receiver() as place:
        number, _ = added(desk, place)
        a_dossier(desk)
        stop_telling(desk, number)

        tell(desk)

    assert place.came == []
    with pytest.raises(WebhookFault, match="đã tắt"):
        stop_telling(desk, number)


def test_the_secret_stands_nowhere(desk: Wired) -> None:
    with receiver() as place:
        _, secret = added(desk, place)

    assert secret.removeprefix("whsec_") not in json.dumps(everything(desk.engine))
    assert secret_of(b"another", "seed") != secret_of(desk.server_key, "seed")


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://kho.example/nhan?ma=1", True),
        ("https://kho.example:8443/", True),
        ("http://127.0.0.1:9000/", True),
        ("http://localhost/x", True),
        ("http://[::1]:9000/", True),
        ("http://kho.example/", False),
        ("http://127.0.0.1.kho.example/", False),
        ("https://ten:mat-khau@kho.example/", False),
        ("https://kho.example/#x", False),
        ("https://", False),
        ("https://kho.example:99999/", False),
        ("https://kho.example/\r\nX: y", False),
        ("https://khó.example/", False),
        ("ftp://kho.example/", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_what_can_be_reached_safely_is_an_address(url: str, fits: bool) -> None:
    assert fit_address(url) == fits


def test_the_desk_page_names_the_host_but_not_the_path(desk: Wired) -> None:
    add_webhook(desk, "https://kho.example/bi-mat-trong-duong-dan", "Kho (ví dụ)")

    assert list_webhooks(desk)[0].host == "kho.example"
