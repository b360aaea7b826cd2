"""The OpenAPI 3.1 description of the API, made from the forms that are loaded."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from processor import __version__
from processor.domain.catalogue import Catalogue
from processor.domain.definition import FormDefinition
from processor.domain.kinds import KINDS
from processor.web.context import address, wired_of

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
        **{name: {"type": "string"} for name in ("reference", "access_code", "form_id", "form_version", "status")},
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
FORM_ID = {"name": "form_id", "in": "path", "required": True, "schema": {"type": "string"}}


def said(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def refused(*statuses: int) -> dict[str, Any]:
    schema = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(status): {"description": "Refused", "content": schema} for status in statuses}


def named(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def posted_schema(form: FormDefinition) -> dict[str, Any]:
    """The fields as posted (the first row of each repeated section) and the files of each item."""
    properties: dict[str, Any] = {}
    for name, field in form.field_names():
        text: dict[str, Any] = {"type": "string", "title": field.label}
        properties[name] = {"type": "array", "items": text} if KINDS[field.kind].several else text
    for item in form.items:
        file = {"type": "string", "contentMediaType": "application/octet-stream"}
        properties[item.id] = {"type": "array", "title": item.title, "maxItems": item.max_files, "items": file}
    return {"type": "object", "title": form.title, "properties": properties}


def multipart(catalogue: Catalogue) -> dict[str, Any]:
    forms = [named(f"Form-{form_id}") for form_id in catalogue.forms]
    return {"required": True, "content": {"multipart/form-data": {"schema": {"anyOf": forms}}}}


def description(catalogue: Catalogue, server: str) -> dict[str, Any]:
    body = multipart(catalogue)
    key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "minLength": 8, "maxLength": 200}}
    reference = {"name": "reference", "in": "path", "required": True, "schema": {"type": "string"}}
    submit = {
        "operationId": "submitDossier",
        "parameters": [FORM_ID, key],
        "requestBody": body,
        "responses": {
            "201": said("Kept", named("Receipt")),
            "200": said("Sent before with the same key and content", named("Receipt")),
            **refused(400, 403, 404, 409, 413, 415, 422, 503, 507),
        },
    }
    validate = {
        "operationId": "validateAnswers",
        "parameters": [FORM_ID],
        "requestBody": body,
        "responses": {"200": said("Checked", named("Checked")), **refused(400, 403, 404, 413, 415, 503)},
    }
    list_forms = {
        "operationId": "listForms",
        "responses": {"200": said("Forms", {"type": "array", "items": {"type": "object"}})},
    }
    show_form = {
        "operationId": "showForm",
        "parameters": [FORM_ID],
        "responses": {"200": said("Form", {"type": "object"}), **refused(404)},
    }
    questions = [
        {"name": field.id, "in": "query", "description": field.label, "schema": {"type": "string"}}
        for field in catalogue.eligibility.fields
    ]
    judge = {
        "operationId": "judgeEligibility",
        "parameters": questions,
        "responses": {"200": said("Judged", named("Eligibility")), **refused(422)},
    }
    show_dossier = {
        "operationId": "showDossier",
        "parameters": [reference],
        "security": [{"accessCode": []}],
        "responses": {"200": said("Status", named("Status")), **refused(404, 503)},
    }
    forms = {f"Form-{form.id}": posted_schema(form) for form in catalogue.forms.values()}
    checked = {
        "type": "object",
        "properties": {
            "ok": {"type": "boolean"},
            "errors": {"type": "array", "items": named("Fault")},
            "advice": {"type": "array", "items": named("Fault"), "description": "Told, but refused nothing."},
        },
        "required": ["ok", "errors"],
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hotro", "version": __version__, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": server}],
        "paths": {
            "/api/v1/forms": {"get": list_forms},
            "/api/v1/forms/{form_id}": {"get": show_form},
            "/api/v1/forms/{form_id}/dossiers": {"post": submit},
            "/api/v1/forms/{form_id}/validate": {"post": validate},
            "/api/v1/dossiers/{reference}": {"get": show_dossier},
            "/api/v1/eligibility": {"get": judge},
        },
        "components": {
            "securitySchemes": {"accessCode": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Fault": FAULT,
                "Problem": PROBLEM,
                "Attachment": ATTACHMENT,
                "Receipt": RECEIPT,
                "Status": STATUS,
                "Eligibility": ELIGIBILITY,
                "Checked": checked,
                **forms,
            },
        },
    }


async def openapi(request: Request) -> Response:
    return JSONResponse(description(wired_of(request).catalogue, address(request, "")))
