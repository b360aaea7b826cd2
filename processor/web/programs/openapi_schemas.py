"""What the API's answers look like, as JSON Schema."""

from typing import Any


def named(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def text(**more: Any) -> dict[str, Any]:
    return {"type": "string", **more}


FAULT = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
    "required": ["field", "code", "message"],
}
PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
    },
    "required": ["title", "status", "code"],
}
ATTACHMENT = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "item_id": {"type": "string"},
        "name": {"type": "string"},
        "size": {"type": "integer"},
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    },
    "required": ["id", "item_id", "name", "size", "sha256"],
}
RECEIPT = {
    "type": "object",
    "properties": {
        **{name: {"type": "string"} for name in ("reference", "form_id", "form_version", "status")},
        "access_code": {"type": ["string", "null"], "description": "null when it was renewed after the first answer"},
        "received_at": {"type": "string", "format": "date-time"},
        "status_url": {"type": "string", "format": "uri"},
        "receipt_url": {"type": "string", "format": "uri"},
        "attachments": {"type": "array", "items": {"$ref": "#/components/schemas/Attachment"}},
    },
    "required": ["reference", "access_code", "form_id", "form_version", "status", "received_at", "attachments"],
}
STATUS = {
    "type": "object",
    "properties": {
        "reference": {"type": "string"},
        "official_code": {"type": ["string", "null"]},
        "status": {"type": "string"},
        "paid": {"type": "boolean"},
        "received_at": {"type": "string", "format": "date-time"},
        "due_at": {"type": ["string", "null"]},
        "due_explained": {"type": ["object", "null"]},
        "events": {"type": "array", "items": {"type": "object"}},
        "asked_items": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["reference", "status", "paid", "received_at", "events", "asked_items"],
}
ELIGIBILITY = {
    "type": "object",
    "properties": {
        "verdict": {"enum": ["yes", "no", "ask"]},
        "notice": {"type": "string", "description": "What the verdict is not."},
        "reasons": {"type": "array", "items": {"type": "object"}},
        "support_level": {"type": ["object", "null"]},
        "amount": {"type": ["integer", "null"], "description": "đồng; null where it cannot be told"},
        "amount_explained": {"type": ["string", "null"]},
        "items": {"type": "array", "items": {"type": "string"}},
        "next_steps": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["verdict", "notice", "reasons", "support_level", "amount", "amount_explained", "items", "next_steps"],
}
CHECKED = {
    "type": "object",
    "properties": {
        "ok": {"type": "boolean"},
        "errors": {"type": "array", "items": named("Fault")},
        "advice": {"type": "array", "items": named("Fault"), "description": "Told, but refused nothing."},
    },
    "required": ["ok", "errors"],
}
SUPPLEMENT = {
    "type": "object",
    "properties": {
        "reference": text(),
        "number": {"type": "integer"},
        "received_at": text(format="date-time"),
        "attachments": {"type": "array", "items": named("Attachment")},
        "explained": {"type": "array", "items": text(), "description": "items for which a reason was given"},
        "remaining": {"type": "array", "items": text(), "description": "items that are still asked for"},
    },
    "required": ["reference", "number", "received_at", "attachments", "explained", "remaining"],
}
SIGNED_RECEIPT = {
    "type": "object",
    "properties": {
        "payload": {"type": "object"},
        "signature": text(description="base64, Ed25519 over the RFC 8785 form of payload"),
        "key_id": text(),
    },
    "required": ["payload", "signature", "key_id"],
}
KEYS = {
    "type": "object",
    "properties": {"keys": {"type": "array", "items": {"type": "object"}}},
    "required": ["keys"],
}
NULLABLE_TEXT = {"type": ["string", "null"]}
NULLABLE_NUMBER = {"type": ["integer", "null"]}
EVENTS = {
    "type": "object",
    "properties": {
        "events": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    **{name: text() for name in ("cursor", "type", "reference", "form_id", "status")},
                    "at": text(format="date-time"),
                    "national_code": NULLABLE_NUMBER,
                },
                "required": ["cursor", "type", "at", "reference", "form_id", "status", "national_code"],
            },
        },
        "next": NULLABLE_TEXT,
        "more": {"type": "boolean"},
    },
    "required": ["events", "next", "more"],
}
DESK_DOSSIER = {
    "type": "object",
    "properties": {
        **{name: text() for name in ("reference", "form_id", "form_version", "kind", "status", "organisation_name")},
        **dict.fromkeys(("official_code", "support_type", "due_on", "holder", "tax_code", "paid_on"), NULLABLE_TEXT),
        **{
            name: {**NULLABLE_NUMBER, "description": "đồng"}
            for name in ("requested_amount", "proposed_amount", "approved_amount")
        },
        "national_code": NULLABLE_NUMBER,
        "channel": {"type": "integer"},
        "received_at": text(format="date-time"),
        "answers": {"type": "object"},
        "absences": {"type": "object"},
        "attachments": {"type": "array", "items": named("Attachment")},
        "decision": {"type": ["object", "null"]},
        "supplements": {"type": "array", "items": {"type": "object"}},
        "events": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["reference", "status", "answers", "attachments", "supplements", "events"],
}
REPORT = {
    "type": "object",
    "required": ["report", "title", "year", "made_at", "empty", "method", "tables"],
    "properties": {
        "report": {"type": "string"},
        "title": {"type": "string"},
        "year": {"type": "integer"},
        "made_at": {"type": "string", "format": "date-time"},
        "empty": {"type": "boolean"},
        "method": {"type": "array", "items": {"type": "string"}},
        "tables": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "title", "columns", "rows", "total"],
                "properties": {
                    "id": {"type": "string"},
                    "title": {"type": "string"},
                    "columns": {"type": "array", "items": {"type": "object"}},
                    "rows": {"type": "array", "items": {"type": "object"}},
                    "total": {"type": ["object", "null"]},
                },
            },
        },
    },
}
SCHEMAS = {
    "Fault": FAULT,
    "Problem": PROBLEM,
    "Attachment": ATTACHMENT,
    "Receipt": RECEIPT,
    "Status": STATUS,
    "Eligibility": ELIGIBILITY,
    "Checked": CHECKED,
    "Supplement": SUPPLEMENT,
    "SignedReceipt": SIGNED_RECEIPT,
    "Keys": KEYS,
    "Events": EVENTS,
    "DeskDossier": DESK_DOSSIER,
    "Report": REPORT,
}
