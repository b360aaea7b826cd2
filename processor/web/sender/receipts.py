"""A receipt by its secret link: page, signed JSON, PDF."""

from starlette.requests import Request
from starlette.responses import Response

from processor.rendering.documents.receipt import receipt_page as page_of
from processor.services.intake.intake import Receipt
from processor.services.proof.receipts import Issued, pdf_of, receipt_at
from processor.web.context import address, in_thread, site_of, wired_of


async def receipt_page(request: Request) -> Response:
    return await show_receipt(request, request.path_params["token"])


async def show_new_receipt(request: Request, sent: Receipt) -> Response:
    """The answer to sending: the only place where the access code stands."""
    status = 200 if sent.repeated else 201
    return await show_receipt(request, sent.receipt_token, sent.access_code, status)


async def show_receipt(request: Request, token: str, access_code: str | None = None, status: int = 200) -> Response:
    issued = await in_thread(receipt_at, wired_of(request), token)
    where = address(request, f"/bien-nhan/{token}")
    title, html = page_of(wired_of(request).catalogue, issued.form, issued.received, issued.signed, where, access_code)
    return site_of(request).page(title, html, status)


async def receipt_json(request: Request) -> Response:
    issued = await in_thread(receipt_at, wired_of(request), request.path_params["token"])
    return Response(issued.signed.text, media_type="application/json", headers=named(issued, "json"))


async def receipt_pdf(request: Request) -> Response:
    wired = wired_of(request)
    issued = await in_thread(receipt_at, wired, request.path_params["token"])
    pdf = await in_thread(pdf_of, wired, issued, address(request, ""))
    return Response(pdf, media_type="application/pdf", headers=named(issued, "pdf"))


def named(issued: Issued, suffix: str) -> dict[str, str]:
    return {"content-disposition": f'inline; filename="bien-nhan-{issued.received.reference}.{suffix}"'}
