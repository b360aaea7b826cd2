"""A receipt can be verified by anybody who has the public key, and by nobody when anything in it has changed."""

import base64
import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.receipt import (
    FILE_MARK,
    canonical,
    file_statement,
    payload_of,
    seal_statement,
    signed_file,
    signed_receipt,
)
from tests.receipts import a_file, a_receipt, a_received, a_signer, holds

PUBLIC = a_signer().key.public_key
PDF = b"%PDF-1.7\nbody\ntrailer\n<<>>\nstartxref\n9\n%%EOF"


def test_the_payload_has_exactly_the_names_that_client_programs_rely_on() -> None:
    payload = payload_of(a_received(a_file()))

    assert list(payload) == ["reference", "form_id", "form_version", "received_at", "attachments"]
    assert payload["received_at"] == "2026-11-24T09:05:00+07:00"
    assert list(payload["attachments"][0]) == ["id", "item_id", "name", "size", "sha256"]


def test_the_canonical_form_of_a_receipt_is_this_one_for_ever() -> None:
    receipt = a_receipt(a_file(name='Giấy “chứng nhận” "A"\\b\t😀.pdf'))

    assert canonical(receipt.payload).decode() == (
        '{"attachments":[{"id":"261124aaaaaaaaaaaaaaaaaaaaaaaaaa","item_id":"certificate_copy",'
        '"name":"Giấy “chứng nhận” \\"A\\"\\\\b\\t😀.pdf",'
        '"sha256":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","size":1234567}],'
        '"form_id":"ho-so-tieu-chuan","form_version":"0123456789abcdef",'
        '"received_at":"2026-11-24T09:05:00+07:00","reference":"HT-4K7M-9QX3-RTD6"}'
    )


def test_the_signature_is_over_the_canonical_payload() -> None:
    document = json.loads(a_receipt(a_file()).text)

    assert set(document) == {"payload", "signature", "key_id"}
    assert holds(PUBLIC, base64.b64decode(document["signature"]), canonical(document["payload"]))


def test_the_same_receipt_has_the_same_bytes() -> None:
    assert a_receipt(a_file()).text == a_receipt(a_file()).text
    assert a_receipt(a_file()).seal == a_receipt(a_file()).seal


@given(place=st.integers(0, 5), changed=st.sampled_from(["reference", "form_id", "name", "sha256", "size", "item_id"]))
def test_another_content_does_not_fit_the_signature(place: int, changed: str) -> None:
    receipt = a_receipt(a_file())
    payload = json.loads(canonical(receipt.payload))
    target = payload if changed in payload else payload["attachments"][0]
    before = target[changed]
    target[changed] = before + 1 if isinstance(before, int) else before[:place] + "#" + before[place + 1 :]

    assert not holds(PUBLIC, receipt.signature, canonical(payload))


def parts_of(seal: str) -> tuple[str, str, str, str, bytes]:
    mark, reference, received_at, digest, key_id, signature = seal.split(".")
    assert mark == "HOTRO1"
    padded = [base64.b32decode(part + "=" * (-len(part) % 8)) for part in (digest, signature)]
    return reference, received_at, padded[0].hex(), key_id.lower(), padded[1]


def test_the_seal_alone_proves_reference_time_and_hash_of_the_content() -> None:
    receipt = a_receipt(a_file())

    reference, received_at, digest, key_id, signature = parts_of(receipt.seal)

    assert (reference, received_at) == (receipt.payload["reference"], receipt.payload["received_at"])
    assert digest == hashlib.sha256(canonical(receipt.payload)).hexdigest()
    assert key_id == receipt.key_id
    assert holds(PUBLIC, signature, seal_statement(reference, received_at, digest, key_id))


def test_the_seal_has_only_signs_that_a_code_holds_densely() -> None:
    assert re.fullmatch(r"[0-9A-Z.:+-]+", a_receipt(a_file()).seal)


@pytest.mark.parametrize("part", range(4))
def test_a_seal_with_one_part_of_another_receipt_proves_nothing(part: int) -> None:
    *told, signature = parts_of(a_receipt(a_file()).seal)
    *others, _ = parts_of(
        signed_receipt(
            a_received(reference="HT-2222-2222-2222", received_at=a_signer().key.valid_from), a_signer("b")
        ).seal
    )
    told[part] = others[part]

    assert not holds(PUBLIC, signature, seal_statement(*told))


def test_no_signature_stands_in_for_another() -> None:
    receipt = a_receipt(a_file())
    *told, of_seal = parts_of(receipt.seal)
    statements = [canonical(receipt.payload), seal_statement(*told), file_statement(PDF, receipt.key_id)]
    signatures = [receipt.signature, of_seal, a_signer().sign(statements[2])]

    fitting = [[holds(PUBLIC, signature, statement) for statement in statements] for signature in signatures]

    assert fitting == [[True, False, False], [False, True, False], [False, False, True]]


def test_the_signature_of_a_file_is_over_every_other_byte_of_it() -> None:
    signed = signed_file(PDF, a_signer())
    start = signed.index(FILE_MARK)
    end = signed.index(b"\n", start) + 1
    key_id, signature = signed[start + len(FILE_MARK) : end].decode().split()

    assert signed[:start] + signed[end:] == PDF
    assert holds(PUBLIC, base64.urlsafe_b64decode(signature + "=="), file_statement(PDF, key_id))
    assert not holds(PUBLIC, base64.urlsafe_b64decode(signature + "=="), file_statement(PDF + b"\n", key_id))
