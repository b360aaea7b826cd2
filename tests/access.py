"""Who may come to which route: every method of every route stands here once. What is not here fails a test."""

from collections.abc import Mapping

from processor.domain.access.officer import ROLES

Who = str | frozenset[str]
"""One of the names below, or the roles of officers."""
PUBLIC = "public"
"""Anybody."""
LINK = "link"
"""Whoever has the secret link, in whose address it stands."""
PASS = "pass"
"""A sender, by the pass that both codes gave: each sees their own dossier."""
CODES = "codes"
"""A program of the sender, by the access code of the dossier in the address."""
PROGRAM = "program"
"""A program of the province, by the token of an officer."""
OFFICERS = frozenset(ROLES)
WORKING = OFFICERS - {"reader"}
HANDLERS = frozenset({"intake", "appraiser", "admin"})
APPRAISERS = frozenset({"appraiser", "admin"})
LEADERS = frozenset({"leader", "admin"})
CLOSING = LEADERS | APPRAISERS
ADMINS = frozenset({"admin"})

GROUPS: Mapping[Who, str] = {
    PUBLIC: """
        GET /api/v1/forms
        GET /api/v1/forms/{form_id}
        POST /api/v1/forms/{form_id}/dossiers
        POST /api/v1/forms/{form_id}/validate
        GET /api/v1/eligibility
        GET /openapi.json
        GET /healthz
        GET /readyz
        GET /metrics
        GET /kiem-tra-dieu-kien/ket-qua
        POST /kiem-tra-dieu-kien/ket-qua
        GET /nop/{form_id}
        POST /nop/{form_id}
        GET /nop/{form_id}/lay-lai
        POST /nop/{form_id}/lay-lai
        GET /nop/{form_id}/kiem-tra
        POST /nop/{form_id}/kiem-tra
        GET /.well-known/hotro-keys.json
        GET /.well-known/hotro-roots.json
        GET /xac-minh.html
        GET /cong-khai/so-lieu
        GET /cong-khai/so-lieu.json
        GET /cong-khai/so-lieu.csv
        GET /cong-khai/so-lieu/luoc-do.json
        GET /cong-khai/tra-loi
        GET /k/{channel}
        GET /k/{channel}/{about:path}
        GET /tuyen-truyen
        GET /tuyen-truyen/{channel}/{about}/{material}.{ending}
        GET /ke-hoach/{plan}
        GET /tra-cuu
        POST /tra-cuu
        GET /tra-cuu/ma-moi
        POST /tra-cuu/ma-moi
        GET /tra-cuu/dong
        POST /tra-cuu/dong
        GET /ban-nhap/{token}/gui-thu
        GET /ban-nhap/{token}/gui-bo-sung
        OPTIONS /ban-nhap/{token}/tep
        GET /can-bo
        GET /can-bo/dang-nhap
        POST /can-bo/dang-nhap
        GET /can-bo/dang-nhap/ma
        POST /can-bo/dang-nhap/ma
        GET /can-bo/dang-nhap/co-quan
        GET /can-bo/dang-nhap/co-quan/ve
    """,
    LINK: """
        GET /ban-nhap/{token}
        GET /ban-nhap/{token}/phan/{part}
        POST /ban-nhap/{token}/phan/{part}
        GET /ban-nhap/{token}/giay-to/{part}
        POST /ban-nhap/{token}/giay-to/{part}
        GET /ban-nhap/{token}/xoa
        POST /ban-nhap/{token}/xoa
        POST /ban-nhap/{token}/bo-tep
        POST /ban-nhap/{token}/gui-thu
        POST /ban-nhap/{token}/gui-bo-sung
        POST /ban-nhap/{token}/tep
        HEAD /ban-nhap/{token}/tep/{attachment_id}
        PATCH /ban-nhap/{token}/tep/{attachment_id}
        DELETE /ban-nhap/{token}/tep/{attachment_id}
        GET /bien-nhan/{token}.json
        GET /bien-nhan/{token}.pdf
        GET /bien-nhan/{token}
        GET /tra-cuu/ma-moi/{token}
        POST /tra-cuu/ma-moi/{token}
    """,
    PASS: """
        GET /tra-cuu/ho-so
        GET /tra-cuu/ho-so/noi-dung
        GET /tra-cuu/tep/{attachment_id}
        GET /tra-cuu/quyet-dinh
        GET /tra-cuu/tai-khoan
        POST /tra-cuu/tai-khoan
        GET /tra-cuu/bo-sung
        POST /tra-cuu/sua
        GET /tra-cuu/rut
        POST /tra-cuu/rut
        GET /tra-cuu/lien-he
        POST /tra-cuu/lien-he
    """,
    CODES: """
        GET /api/v1/dossiers/{reference}
        POST /api/v1/dossiers/{reference}/supplements
    """,
    PROGRAM: """
        GET /api/v1/events
        GET /api/v1/reports/{name}
        GET /api/v1/desk/dossiers/{reference}
    """,
    OFFICERS: """
        POST /can-bo/dang-xuat
        GET /can-bo/tai-khoan
        POST /can-bo/tai-khoan/phien
        POST /can-bo/tai-khoan/ma-chuong-trinh
        GET /can-bo/tai-khoan/mat-khau
        POST /can-bo/tai-khoan/mat-khau
        GET /can-bo/tai-khoan/ma-xac-thuc
        POST /can-bo/tai-khoan/ma-xac-thuc
        GET /can-bo/tai-khoan/ma-du-phong
        POST /can-bo/tai-khoan/ma-du-phong
        GET /can-bo/tai-khoan/bo-ma-xac-thuc
        POST /can-bo/tai-khoan/bo-ma-xac-thuc
        GET /can-bo/ho-so
        POST /can-bo/cach-xem
        POST /can-bo/xuat
        GET /can-bo/xuat/{list_id}
        POST /can-bo/xuat/{list_id}
        GET /can-bo/xuat/{list_id}/tep
        GET /can-bo/quyet-dinh
        GET /can-bo/kinh-phi
        GET /can-bo/bao-cao
        GET /can-bo/bao-cao/demand/chot
        GET /can-bo/bao-cao/demand/chot/{year:int}-{number:int}
        GET /can-bo/bao-cao/demand/chot/{year:int}-{number:int}.{ending}
        GET /can-bo/bao-cao/friction/truoc-sau
        GET /can-bo/bao-cao/{name}.{ending}
        GET /can-bo/bao-cao/{name}
        GET /can-bo/ke-hoach
        GET /can-bo/ke-hoach/{plan}
        POST /can-bo/ke-hoach/{plan}
        GET /can-bo/ke-hoach/{plan}/hoat-dong/{activity_id:int}/go
        POST /can-bo/ke-hoach/{plan}/hoat-dong/{activity_id:int}/go
        GET /can-bo/quy-trinh
        GET /can-bo/thu
        GET /can-bo/so-theo-doi/{year:int}-{month:int}.pdf
        GET /can-bo/ban-giay
        GET /can-bo/ho-so/{reference}
        GET /can-bo/ho-so/{reference}/han
        GET /can-bo/ho-so/{reference}/tron-goi.zip
        GET /can-bo/ho-so/{reference}/bo-sung
        GET /can-bo/ho-so/{reference}/viec/{act}
        GET /can-bo/ho-so/{reference}/du-thao.{ending}
        GET /can-bo/ho-so/{reference}/ban-ky
        GET /can-bo/ho-so/{reference}/phieu-in/{slip:int}.pdf
        GET /can-bo/ho-so/{reference}/tep/{attachment_id}
        GET /can-bo/ho-so/{reference}/tep/{attachment_id}/xem
        GET /can-bo/ho-so/{reference}/tep/{attachment_id}/trang/{number:int}
    """,
    WORKING: """
        GET /can-bo/du-lieu-ca-nhan
        GET /can-bo/du-lieu-ca-nhan/moi
        POST /can-bo/du-lieu-ca-nhan/moi
        GET /can-bo/du-lieu-ca-nhan/da-xoa
        GET /can-bo/su-co
        GET /can-bo/su-co/moi
        POST /can-bo/su-co/moi
        GET /can-bo/su-co/{number:int}
        GET /can-bo/su-co/{number:int}/{deed}
        POST /can-bo/su-co/{number:int}/{deed}
        GET /can-bo/du-lieu-ca-nhan/{number:int}
        GET /can-bo/ho-so/{reference}/tep/{attachment_id}/go
        POST /can-bo/ho-so/{reference}/tep/{attachment_id}/go
        POST /can-bo/ho-so/{reference}/y-kien
        POST /can-bo/ho-so/{reference}/ban-giao
        POST /can-bo/ho-so/{reference}/phieu-in/{kind}
    """,
    HANDLERS: """
        POST /can-bo/ho-so
        POST /can-bo/ban-giay
        POST /can-bo/ho-so/{reference}/bo-sung
        POST /can-bo/ho-so/{reference}/viec/{act}
        POST /can-bo/ho-so/{reference}/{act}
    """,
    APPRAISERS: """
        POST /can-bo/ho-so/{reference}/phieu
    """,
    CLOSING: """
        POST /can-bo/bao-cao/demand/chot
    """,
    LEADERS: """
        GET /can-bo/du-lieu-ca-nhan/{number:int}/nguoi-xem
        GET /can-bo/du-lieu-ca-nhan/{number:int}/du-lieu.zip
        GET /can-bo/du-lieu-ca-nhan/{number:int}/{deed}
        POST /can-bo/du-lieu-ca-nhan/{number:int}/{deed}
        GET /can-bo/ho-so/{reference}/xoa-du-lieu
        POST /can-bo/ho-so/{reference}/xoa-du-lieu
        POST /can-bo/quyet-dinh
    """,
    ADMINS: """
        GET /can-bo/tinh-trang
        GET /can-bo/cong-chuc
        GET /can-bo/cong-chuc/{officer_id:int}
        POST /can-bo/cong-chuc/{officer_id:int}/{act}
    """,
}
TOLD = [(tuple(line.split()), who) for who, lines in GROUPS.items() for line in lines.strip().splitlines()]
ACCESS: Mapping[tuple[str, ...], Who] = dict(TOLD)
"""By method and route."""
