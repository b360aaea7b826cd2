"""The OpenAPI 3.1 description of the API, made from the forms that are loaded."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from processor import __version__
from processor.domain.catalogue import Catalogue
from processor.domain.feed import MOST
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.kinds import KINDS
from processor.services.reports.reports import FIRST_YEAR, LAST_YEAR, MAKERS
from processor.web.context import address, wired_of
from processor.web.programs.openapi_schemas import SCHEMAS, named

REFERENCE = {"name": "reference", "in": "path", "required": True, "schema": {"type": "string"}}
TOKEN = {"name": "token", "in": "path", "required": True, "schema": {"type": "string"}}
KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "minLength": 8, "maxLength": 200}}
WITH_TOKEN: list[dict[str, list[str]]] = [{"officerToken": []}]
WITH_CODE: list[dict[str, list[str]]] = [{"accessCode": []}]


def said(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def refused(*statuses: int) -> dict[str, Any]:
    schema = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(status): {"description": "Refused", "content": schema} for status in statuses}


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


def operation(
    name: str,
    responses: dict[str, Any],
    *parameters: dict[str, Any],
    refuses: tuple[int, ...] = (),
    **more: Any,
) -> dict[str, Any]:
    """404 may come of every address: one with NUL in it is none."""
    told = {"operationId": name, "responses": {**responses, **refused(*sorted({*refuses, 404}))}, **more}
    return told | ({"parameters": list(parameters)} if parameters else {})


def of_forms(catalogue: Catalogue) -> dict[str, Any]:
    body, ids = multipart(catalogue), {"type": "string", "enum": list(catalogue.forms)}
    form_id = {"name": "form_id", "in": "path", "required": True, "schema": ids}
    kept = {
        "201": said("Kept", named("Receipt")),
        "200": said("Sent before with the same key and content", named("Receipt")),
    }
    listed = {"200": said("Forms", {"type": "array", "items": {"type": "object"}})}
    stops = (400, 403, 404, 409, 413, 415, 422, 429, 503, 507)
    return {
        "/api/v1/forms": {"get": operation("listForms", listed)},
        "/api/v1/forms/{form_id}": {
            "get": operation("showForm", {"200": said("Form", {"type": "object"})}, form_id, refuses=(404,))
        },
        "/api/v1/forms/{form_id}/dossiers": {
            "post": operation("submitDossier", kept, form_id, KEY, refuses=stops, requestBody=body)
        },
        "/api/v1/forms/{form_id}/validate": {
            "post": operation(
                "validateAnswers",
                {"200": said("Checked", named("Checked"))},
                form_id,
                refuses=(400, 403, 404, 413, 415, 422, 503),
                requestBody=body,
            )
        },
    }


def of_dossiers(catalogue: Catalogue) -> dict[str, Any]:
    files = {"multipart/form-data": {"schema": {"type": "object", "description": "files under the ids of asked items"}}}
    return {
        "/api/v1/dossiers/{reference}": {
            "get": operation(
                "showDossier",
                {"200": said("Status", named("Status"))},
                REFERENCE,
                refuses=(404, 429, 503),
                security=WITH_CODE,
            )
        },
        "/api/v1/dossiers/{reference}/supplements": {
            "post": operation(
                "answerSupplement",
                {"201": said("Kept", named("Supplement"))},
                REFERENCE,
                refuses=(400, 403, 404, 409, 413, 415, 422, 429, 503, 507),
                security=WITH_CODE,
                requestBody={"required": True, "content": files},
            )
        },
        "/bien-nhan/{token}.json": {
            "get": operation(
                "showReceipt", {"200": said("Signed receipt", named("SignedReceipt"))}, TOKEN, refuses=(404, 503)
            )
        },
        "/.well-known/hotro-keys.json": {
            "get": operation("listKeys", {"200": said("Keys that sign receipts", named("Keys"))})
        },
    }


def of_policy(catalogue: Catalogue) -> dict[str, Any]:
    questions = [
        {"name": field.id, "in": "query", "description": field.label, "schema": {"type": "string"}}
        for field in catalogue.eligibility.fields
    ]
    judged = {"200": said("Judged", named("Eligibility"))}
    return {"/api/v1/eligibility": {"get": operation("judgeEligibility", judged, *questions, refuses=(400, 422))}}


def of_programs(catalogue: Catalogue) -> dict[str, Any]:
    after = {"name": "after", "in": "query", "schema": {"type": "string"}, "description": "`next` of the page before"}
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MOST}}
    names = {"type": "string", "enum": list(MAKERS)}
    report = {"name": "name", "in": "path", "required": True, "schema": names}
    year = {"name": "year", "in": "query", "schema": {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}}
    figures = said("Tables with their figures", named("Report"))
    page, whole = said("Events in the order of their commits", named("Events")), said("All", named("DeskDossier"))
    return {
        "/api/v1/events": {
            "get": operation(
                "listEvents", {"200": page}, after, limit, refuses=(400, 401, 410, 503), security=WITH_TOKEN
            )
        },
        "/api/v1/reports/{name}": {
            "get": operation("showReport", {"200": figures}, report, year, refuses=(401, 404, 503), security=WITH_TOKEN)
        },
        "/api/v1/desk/dossiers/{reference}": {
            "get": operation(
                "showDossierToOfficers", {"200": whole}, REFERENCE, refuses=(401, 404, 503), security=WITH_TOKEN
            )
        },
    }


def description(catalogue: Catalogue, server: str) -> dict[str, Any]:
    forms = {f"Form-{form.id}": posted_schema(form) for form in catalogue.forms.values()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hotro", "version": __version__, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": server}],
        "paths": {**of_forms(catalogue), **of_dossiers(catalogue), **of_policy(catalogue), **of_programs(catalogue)},
        "components": {
            "securitySchemes": {
                "accessCode": {"type": "http", "scheme": "bearer"},
                "officerToken": {"type": "http", "scheme": "bearer"},
            },
            "schemas": {**SCHEMAS, **forms},
        },
    }


async def openapi(request: Request) -> Response:
    return JSONResponse(description(wired_of(request).catalogue, address(request, "")))
