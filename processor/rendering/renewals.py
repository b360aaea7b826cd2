"""Pages for whoever lost the access code, as (title, HTML of the article)."""

from processor.domain.catalogue import Catalogue
from processor.rendering.pages import Page
from processor.rendering.templating import render

TITLE = "Nhận mã truy cập mới"


def request_page(catalogue: Catalogue, mail_works: bool, reference: str = "", error: str = "") -> Page:
    html = render(
        "renewal_request.html",
        title=TITLE,
        mail_works=mail_works,
        reference=reference,
        error=error,
        contact=catalogue.agency.contact,
    )
    return (f"Lỗi: {TITLE}" if error else TITLE), html


def requested_page(catalogue: Catalogue, hours: int) -> Page:
    """The same for every reference."""
    return "Đã nhận yêu cầu", render("renewal_requested.html", hours=hours, contact=catalogue.agency.contact)


def confirm_page(reference: str, token: str) -> Page:
    return "Hiện mã truy cập mới", render("renewal_confirm.html", reference=reference, token=token)


def renewed_page(reference: str, access_code: str) -> Page:
    return "Mã truy cập mới", render("renewal_renewed.html", reference=reference, access_code=access_code)
