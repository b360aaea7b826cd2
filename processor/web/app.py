"""The application: one list of routes, the order of the guards, the wiring of a process."""

import contextlib
from collections.abc import AsyncIterator, Callable

from anyio.to_thread import current_default_thread_limiter
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp

from processor.services.parts import Wired
from processor.web import operations, outreach, public, verification
from processor.web.connection import DOOR, MALFORMED, Door
from processor.web.deadline import BodyDeadline, patience_of
from processor.web.desk import (
    account,
    acts,
    breaches,
    data_requests,
    decisions,
    demand,
    dossier_lists,
    erasing,
    friction,
    money,
    officer,
    openid,
    overview,
    packages,
    paper,
    plans,
    queue,
    removal,
    reports,
    sessions,
    sign_in,
    slips,
    staff,
    viewer,
)
from processor.web.guards import Counted, SoundHead, StrictHeaders
from processor.web.problems import HANDLERS
from processor.web.programs import api, programs
from processor.web.programs.openapi import openapi
from processor.web.sender import (
    changes,
    drafts,
    eligibility,
    receipts,
    renewals,
    sending,
    supplements,
    tracking,
    uploads,
)
from processor.web.sender import form as applicant
from processor.web.site import Site
from processor.web.static import StaticSite
from processor.web.visits import Visited

THREADS = 12
# Not the desk's pages: compressed, their length would tell about the secrets of a session.
SMALLER = [Middleware(GZipMiddleware, minimum_size=500)]
Background = Callable[[Wired], contextlib.AbstractAsyncContextManager[None]]

ROUTES = [
    Route("/api/v1/dossiers/{reference}", api.show_dossier),  # asked most: each is tried in turn
    Route("/api/v1/forms", api.list_forms),
    Route("/api/v1/forms/{form_id}", api.show_form),
    Route("/api/v1/forms/{form_id}/dossiers", api.submit_dossier, methods=["POST"]),
    Route("/api/v1/forms/{form_id}/validate", api.validate, methods=["POST"]),
    Route("/api/v1/dossiers/{reference}/supplements", supplements.submit, methods=["POST"]),
    Route("/api/v1/eligibility", eligibility.judge),
    Route("/api/v1/events", programs.list_events),
    Route("/api/v1/reports/{name}", programs.show_report),
    Route("/api/v1/desk/dossiers/{reference}", programs.show_dossier),
    Route("/openapi.json", openapi),
    Route("/healthz", operations.alive),
    Route("/readyz", operations.ready),
    Route("/metrics", operations.metrics),
    Route("/kiem-tra-dieu-kien/ket-qua", eligibility.show_result, middleware=SMALLER),
    Route("/kiem-tra-dieu-kien/ket-qua", eligibility.count_result, methods=["POST"]),
    Route("/nop/{form_id}", applicant.form_page, middleware=SMALLER),
    Route("/nop/{form_id}", applicant.save_form, methods=["POST"], middleware=SMALLER),
    Route("/nop/{form_id}/lay-lai", changes.take_again_page, middleware=SMALLER),
    Route("/nop/{form_id}/lay-lai", changes.take_again, methods=["POST"], middleware=SMALLER),
    Route("/nop/{form_id}/kiem-tra", sending.check_page, middleware=SMALLER),
    Route("/nop/{form_id}/kiem-tra", sending.send, methods=["POST"], middleware=SMALLER),
    Route("/ban-nhap/{token}", drafts.task_list, middleware=SMALLER),
    Route("/ban-nhap/{token}/phan/{part}", drafts.part_page, middleware=SMALLER),
    Route("/ban-nhap/{token}/phan/{part}", drafts.save_part, methods=["POST"], middleware=SMALLER),
    Route("/ban-nhap/{token}/giay-to/{part}", drafts.part_page, middleware=SMALLER),
    Route("/ban-nhap/{token}/giay-to/{part}", drafts.save_part, methods=["POST"], middleware=SMALLER),
    Route("/ban-nhap/{token}/xoa", drafts.erase_page, middleware=SMALLER),
    Route("/ban-nhap/{token}/xoa", drafts.erase, methods=["POST"], middleware=SMALLER),
    Route("/ban-nhap/{token}/bo-tep", drafts.drop_upload, methods=["POST"], middleware=SMALLER),
    Route("/ban-nhap/{token}/gui-thu", drafts.to_draft),
    Route("/ban-nhap/{token}/gui-bo-sung", drafts.to_draft),
    Route("/ban-nhap/{token}/gui-thu", drafts.mail_link, methods=["POST"], middleware=SMALLER),
    Route("/ban-nhap/{token}/gui-bo-sung", supplements.send, methods=["POST"], middleware=SMALLER),
    Route("/ban-nhap/{token}/tep", uploads.describe, methods=["OPTIONS"]),
    Route("/ban-nhap/{token}/tep", uploads.create, methods=["POST"]),
    Route("/ban-nhap/{token}/tep/{attachment_id}", uploads.tell, methods=["HEAD"]),
    Route("/ban-nhap/{token}/tep/{attachment_id}", uploads.append, methods=["PATCH"]),
    Route("/ban-nhap/{token}/tep/{attachment_id}", uploads.cancel, methods=["DELETE"]),
    Route("/bien-nhan/{token}.json", receipts.receipt_json),
    Route("/bien-nhan/{token}.pdf", receipts.receipt_pdf),
    Route("/bien-nhan/{token}", receipts.receipt_page, middleware=SMALLER),
    Route("/.well-known/hotro-keys.json", verification.keys),
    Route("/.well-known/hotro-roots.json", verification.roots),
    Route("/xac-minh.html", verification.file, middleware=SMALLER),
    Route("/cong-khai/so-lieu", public.statistics_page, middleware=SMALLER),
    Route("/cong-khai/so-lieu.json", public.statistics_json, middleware=SMALLER),
    Route("/cong-khai/so-lieu.csv", public.statistics_csv, middleware=SMALLER),
    Route("/cong-khai/so-lieu/luoc-do.json", public.statistics_schema, middleware=SMALLER),
    Route("/cong-khai/tra-loi", public.answers_page, middleware=SMALLER),
    Route("/k/{channel}", outreach.follow_link),
    Route("/k/{channel}/{about:path}", outreach.follow_link),
    Route("/tuyen-truyen", outreach.choose, middleware=SMALLER),
    Route("/tuyen-truyen/{channel}/{about}/{material}.{ending}", outreach.download),
    Route("/ke-hoach/{plan}", plans.public_page, middleware=SMALLER),
    Route("/tra-cuu", tracking.tracking_page, middleware=SMALLER),
    Route("/tra-cuu", tracking.begin_viewing, methods=["POST"], middleware=SMALLER),
    Route("/tra-cuu/ho-so", tracking.status_page, middleware=SMALLER),
    Route("/tra-cuu/ho-so/noi-dung", tracking.content_page, middleware=SMALLER),
    Route("/tra-cuu/tep/{attachment_id}", tracking.download),
    Route("/tra-cuu/quyet-dinh", tracking.signed_decision),
    Route("/tra-cuu/tai-khoan", tracking.account_page, middleware=SMALLER),
    Route("/tra-cuu/tai-khoan", tracking.keep_account, methods=["POST"], middleware=SMALLER),
    Route("/tra-cuu/bo-sung", supplements.begin),
    Route("/tra-cuu/sua", changes.begin_change, methods=["POST"]),
    Route("/tra-cuu/rut", tracking.withdrawal_page, middleware=SMALLER),
    Route("/tra-cuu/rut", tracking.withdraw_dossier, methods=["POST"], middleware=SMALLER),
    Route("/tra-cuu/lien-he", tracking.correction_page, middleware=SMALLER),
    Route("/tra-cuu/lien-he", tracking.correct, methods=["POST"], middleware=SMALLER),
    Route("/tra-cuu/ma-moi", renewals.request_page, middleware=SMALLER),
    Route("/tra-cuu/ma-moi", renewals.request_link, methods=["POST"], middleware=SMALLER),
    Route("/tra-cuu/ma-moi/{token}", renewals.confirm_page),
    Route("/tra-cuu/ma-moi/{token}", renewals.show_new_code, methods=["POST"]),
    Route("/tra-cuu/dong", tracking.tracking_page),
    Route("/tra-cuu/dong", tracking.end_viewing, methods=["POST"], middleware=SMALLER),
    Route("/can-bo", queue.desk_home),
    Route("/can-bo/dang-nhap", sign_in.sign_in_page),
    Route("/can-bo/dang-nhap", sign_in.begin_session, methods=["POST"]),
    Route("/can-bo/dang-nhap/ma", sign_in.code_page),
    Route("/can-bo/dang-nhap/ma", sign_in.finish_with_code, methods=["POST"]),
    Route("/can-bo/dang-nhap/co-quan", openid.go),
    Route("/can-bo/dang-nhap/co-quan/ve", openid.come_back),
    Route("/can-bo/dang-xuat", sessions.finish_session, methods=["POST"]),
    Route("/can-bo/tai-khoan", account.account_page),
    Route("/can-bo/tai-khoan/phien", account.end_sessions, methods=["POST"]),
    Route("/can-bo/tai-khoan/ma-chuong-trinh", account.drop_token, methods=["POST"]),
    Route("/can-bo/tai-khoan/mat-khau", account.new_password_page),
    Route("/can-bo/tai-khoan/mat-khau", account.set_new_password, methods=["POST"]),
    Route("/can-bo/tai-khoan/ma-xac-thuc", account.set_up_page),
    Route("/can-bo/tai-khoan/ma-xac-thuc", account.set_up, methods=["POST"]),
    Route("/can-bo/tai-khoan/ma-du-phong", account.recovery_page),
    Route("/can-bo/tai-khoan/ma-du-phong", account.new_recovery_codes, methods=["POST"]),
    Route("/can-bo/tai-khoan/bo-ma-xac-thuc", account.removal_page),
    Route("/can-bo/tai-khoan/bo-ma-xac-thuc", account.remove_second_factor, methods=["POST"]),
    Route("/can-bo/cong-chuc", staff.officers_page),
    Route("/can-bo/cong-chuc/{officer_id:int}", staff.officer_page),
    Route("/can-bo/cong-chuc/{officer_id:int}/{act}", staff.act, methods=["POST"]),
    Route("/can-bo/ho-so", queue.queue_page),
    Route("/can-bo/ho-so", queue.act_on_several, methods=["POST"]),
    Route("/can-bo/cach-xem", queue.keep_view, methods=["POST"]),
    Route("/can-bo/xuat", dossier_lists.ask, methods=["POST"]),
    Route("/can-bo/xuat/{list_id}", dossier_lists.list_page),
    Route("/can-bo/xuat/{list_id}", dossier_lists.again, methods=["POST"]),
    Route("/can-bo/xuat/{list_id}/tep", dossier_lists.fetch),
    Route("/can-bo/quyet-dinh", decisions.choose_page),
    Route("/can-bo/quyet-dinh", decisions.decide_several, methods=["POST"]),
    Route("/can-bo/kinh-phi", money.budget_page),
    Route("/can-bo/bao-cao", reports.reports_page),
    Route("/can-bo/bao-cao/demand/chot", demand.closing_page),
    Route("/can-bo/bao-cao/demand/chot", demand.close, methods=["POST"]),
    Route("/can-bo/bao-cao/demand/chot/{year:int}-{number:int}", demand.closed_page),
    Route("/can-bo/bao-cao/demand/chot/{year:int}-{number:int}.{ending}", demand.closed_file),
    Route("/can-bo/bao-cao/friction/truoc-sau", friction.before_after),
    Route("/can-bo/bao-cao/{name}.{ending}", reports.report_file),
    Route("/can-bo/bao-cao/{name}", reports.report_page),
    Route("/can-bo/ke-hoach", plans.newest_plan),
    Route("/can-bo/ke-hoach/{plan}", plans.desk_page),
    Route("/can-bo/ke-hoach/{plan}", plans.add, methods=["POST"]),
    Route("/can-bo/ke-hoach/{plan}/hoat-dong/{activity_id:int}/go", plans.take_back_page),
    Route("/can-bo/ke-hoach/{plan}/hoat-dong/{activity_id:int}/go", plans.take_back, methods=["POST"]),
    Route("/can-bo/quy-trinh", overview.workflow_page),
    Route("/can-bo/thu", overview.mail_page),
    Route("/can-bo/du-lieu-ca-nhan", data_requests.register_page),
    Route("/can-bo/du-lieu-ca-nhan/moi", data_requests.new_page),
    Route("/can-bo/du-lieu-ca-nhan/moi", data_requests.enter, methods=["POST"]),
    Route("/can-bo/du-lieu-ca-nhan/da-xoa", erasing.erased_page),
    Route("/can-bo/du-lieu-ca-nhan/{number:int}", data_requests.request_page),
    Route("/can-bo/du-lieu-ca-nhan/{number:int}/nguoi-xem", data_requests.access_log_page),
    Route("/can-bo/du-lieu-ca-nhan/{number:int}/du-lieu.zip", data_requests.export),
    Route("/can-bo/du-lieu-ca-nhan/{number:int}/{deed}", data_requests.deed_page),
    Route("/can-bo/du-lieu-ca-nhan/{number:int}/{deed}", data_requests.do, methods=["POST"]),
    Route("/can-bo/tinh-trang", overview.state_page),
    Route("/can-bo/su-co", breaches.log_page),
    Route("/can-bo/su-co/moi", breaches.new_page),
    Route("/can-bo/su-co/moi", breaches.enter, methods=["POST"]),
    Route("/can-bo/su-co/{number:int}", breaches.breach_page),
    Route("/can-bo/su-co/{number:int}/{deed}", breaches.deed_page),
    Route("/can-bo/su-co/{number:int}/{deed}", breaches.do, methods=["POST"]),
    Route("/can-bo/so-theo-doi/{year:int}-{month:int}.pdf", slips.register),
    Route("/can-bo/ban-giay", paper.begin_page),
    Route("/can-bo/ban-giay", paper.begin, methods=["POST"]),
    Route("/can-bo/ho-so/{reference}", officer.dossier_page),
    Route("/can-bo/ho-so/{reference}/phieu", officer.keep_sheet, methods=["POST"]),
    Route("/can-bo/ho-so/{reference}/y-kien", officer.say, methods=["POST"]),
    Route("/can-bo/ho-so/{reference}/ban-giao", officer.hand, methods=["POST"]),
    Route("/can-bo/ho-so/{reference}/han", officer.due_page),
    Route("/can-bo/ho-so/{reference}/xoa-du-lieu", erasing.erase_page),
    Route("/can-bo/ho-so/{reference}/xoa-du-lieu", erasing.erase, methods=["POST"]),
    Route("/can-bo/ho-so/{reference}/tron-goi.zip", packages.package),
    Route("/can-bo/ho-so/{reference}/bo-sung", supplements.ask_page),
    Route("/can-bo/ho-so/{reference}/bo-sung", supplements.ask_for, methods=["POST"]),
    Route("/can-bo/ho-so/{reference}/viec/{act}", acts.act_page),
    Route("/can-bo/ho-so/{reference}/viec/{act}", acts.do, methods=["POST"]),
    Route("/can-bo/ho-so/{reference}/du-thao.{ending}", decisions.draft),
    Route("/can-bo/ho-so/{reference}/ban-ky", decisions.signed),
    Route("/can-bo/ho-so/{reference}/phieu-in/{kind}", slips.make, methods=["POST"]),
    Route("/can-bo/ho-so/{reference}/phieu-in/{slip:int}.pdf", slips.pdf),
    Route("/can-bo/ho-so/{reference}/tep/{attachment_id}", officer.download),
    Route("/can-bo/ho-so/{reference}/tep/{attachment_id}/go", removal.removal_page),
    Route("/can-bo/ho-so/{reference}/tep/{attachment_id}/go", removal.remove, methods=["POST"]),
    Route("/can-bo/ho-so/{reference}/tep/{attachment_id}/xem", viewer.viewer),
    Route("/can-bo/ho-so/{reference}/tep/{attachment_id}/trang/{number:int}", viewer.page_image),
    Route("/can-bo/ho-so/{reference}/{act}", officer.hold, methods=["POST"]),
]


def door_of(wired: Wired) -> Door:
    settings = wired.settings
    return Door(wired.catalogue.messages.say(MALFORMED), settings.head_seconds, settings.stop_seconds)


def create_app(wired: Wired, site: Site, background: Background | None = None) -> ASGIApp:
    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Door]]:
        # More threads than this only take the interpreter from the one that reads requests.
        current_default_thread_limiter().total_tokens = THREADS
        async with background(wired) if background else contextlib.nullcontext():
            yield {DOOR: door_of(wired)}
        wired.tallier.flush()
        wired.engine.dispose()

    app = Starlette(
        routes=ROUTES,
        middleware=[Middleware(SoundHead, public_url=wired.settings.public_url)],
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    # The site answers what no route claims; a route asked with a wrong method still says so.
    app.router.default = Visited(StaticSite(site.folder), wired)
    app.router.redirect_slashes = False
    app.state.wired = wired
    app.state.site = site
    # Outermost, so that answers to crashes carry the headers too.
    return StrictHeaders(BodyDeadline(Counted(app), patience_of(wired.settings)), site.policy)
