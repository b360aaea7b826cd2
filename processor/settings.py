"""Every setting: name, default, help. Read once from the environment (`HOTRO_…`), then frozen."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
OIDC_ISSUER_FORM = "viết https://MÁY/…, hoặc http:// khi nơi cấp tài khoản chạy trên chính máy này"
OIDC_ROLES_FORM = "viết GIÁ_TRỊ=VAI_TRÒ, cách nhau bằng dấu phẩy, ví dụ tiep-nhan=intake,lanh-dao=leader"
SMTP_FORM = "viết smtp://MÁY:CỔNG, smtp+starttls://TÊN:MẬT_KHẨU@MÁY:CỔNG hoặc smtps://TÊN:MẬT_KHẨU@MÁY:CỔNG"
MAIL_ADDRESS = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]*\Z")


@dataclass(frozen=True)
class MailServer:
    """`plain` encrypts when the server offers it, its certificate unchecked; the other two insist and check."""

    host: str
    port: int
    security: Literal["plain", "starttls", "tls"]
    user: str | None = None
    password: str | None = field(default=None, repr=False)


SMTP_SCHEMES: dict[str, tuple[Literal["plain", "starttls", "tls"], int]] = {
    "smtp": ("plain", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}


def smtp_server(url: str) -> MailServer:
    """Raises ValueError with the form that is wanted; never with the address itself, it may hold a password."""
    try:
        parts = urlsplit(url)
        security, port = SMTP_SCHEMES[parts.scheme]
        port = parts.port or port
    except (KeyError, ValueError):
        raise ValueError(SMTP_FORM) from None
    if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(SMTP_FORM)
    if (parts.username is None) != (parts.password is None):
        raise ValueError("viết cả tên và mật khẩu, hoặc bỏ cả hai")
    user, password = (part if part is None else unquote(part) for part in (parts.username, parts.password))
    return MailServer(parts.hostname, port, security, user, password)


def role_pairs(written: str) -> dict[str, str]:
    """Raises ValueError with the form that is wanted."""
    pairs = [[side.strip() for side in one.rpartition("=")[::2]] for one in written.split(",") if one.strip()]
    if not all(value and role for value, role in pairs):
        raise ValueError(OIDC_ROLES_FORM)
    return dict(pairs)


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HOTRO_", frozen=True, extra="ignore")

    data: Path = Field(Path("var"), description="Thư mục dữ liệu: cơ sở dữ liệu, tệp đính kèm, khóa của máy chủ.")
    database_url: str | None = Field(
        None, description="sqlite:///ĐƯỜNG_DẪN hoặc postgresql://…; mặc định là tệp hotro.db trong thư mục dữ liệu."
    )
    attachments_url: str | None = Field(
        None, description="file:ĐƯỜNG_DẪN; mặc định là thư mục attachments trong thư mục dữ liệu."
    )
    public_url: str | None = Field(
        None, description="Địa chỉ công khai, ví dụ https://hotro.example. Mọi đường dẫn trong thư lấy từ đây."
    )
    edit_uri: str | None = Field(
        None,
        description="Địa chỉ đứng trước tên tệp ở “Sửa trang này”, ví dụ https://kho.example/docs/; "
        "để trống thì dẫn tới trang Biên tập nội dung.",
    )
    abuse_limits: Literal["on", "off"] = Field(
        "on", description="off bỏ giới hạn số lần và bài toán chống máy, chỉ dùng khi đo và thử trên máy mình."
    )
    proof_above: int = Field(
        30, ge=1, description="Số lần gửi trong một giờ từ một địa chỉ mạng, quá số này trang làm bài toán chống máy."
    )
    trusted_proxies: str = Field("", description="Các địa chỉ proxy được tin, cách nhau bằng dấu phẩy.")
    forms: Path = Field(ROOT / "forms", description="Thư mục biểu mẫu và điều khoản chính sách.")
    site: Path = Field(ROOT / "site", description="Thư mục trang tĩnh đã dựng.")
    file_megabytes: int = Field(20, ge=1, description="Cỡ tối đa của một tệp, MB.")
    dossier_megabytes: int = Field(60, ge=1, description="Tổng cỡ tệp tối đa của một hồ sơ, MB.")
    dossier_files: int = Field(20, ge=1, description="Số tệp tối đa của một hồ sơ.")
    draft_days: int = Field(30, ge=1, description="Số ngày giữ bản nháp.")
    upload_hours: int = Field(24, ge=1, description="Số giờ giữ phần đã tải của một tệp chưa tải xong.")
    draft_warn_days: int = Field(5, ge=1, description="Báo trước bấy nhiêu ngày khi bản nháp sắp bị xóa.")
    smtp_url: str | None = Field(
        None,
        repr=False,
        description="Máy chủ thư: smtp://, smtp+starttls:// hoặc smtps://, kèm TÊN:MẬT_KHẨU@ khi cần đăng nhập; "
        "để trống thì thư chờ trong hộp thư đi.",
    )
    mail_from: str | None = Field(
        None, description="Địa chỉ đứng tên gửi thư; mặc định là hotro@ và tên máy trong HOTRO_PUBLIC_URL."
    )
    mail_days: int = Field(3, ge=1, description="Số ngày gửi lại một thư chưa gửi được, rồi thôi.")
    renewal_hours: int = Field(24, ge=1, description="Đường dẫn nhận mã truy cập mới hết hạn sau bấy nhiêu giờ.")
    session_idle_minutes: int = Field(30, ge=1, description="Phiên của công chức hết sau bấy nhiêu phút không dùng.")
    session_hours: int = Field(10, ge=1, description="Phiên của công chức hết sau bấy nhiêu giờ, dù đang dùng.")
    totp: Literal["optional", "required"] = Field(
        "optional",
        description="required buộc công chức dùng mật khẩu phải đặt mã xác thực ngay sau lần đăng nhập đầu tiên.",
    )
    oidc_issuer: str | None = Field(
        None,
        description="Địa chỉ nơi cấp tài khoản cơ quan (OpenID Connect); để trống thì chỉ đăng nhập bằng mật khẩu.",
    )
    oidc_client_id: str | None = Field(None, description="Mã của Hotro ở nơi cấp tài khoản cơ quan.")
    oidc_client_secret: str | None = Field(
        None, repr=False, description="Mật khẩu của Hotro ở nơi cấp tài khoản cơ quan; để trống nếu nơi đó không cấp."
    )
    oidc_role_claim: str = Field("hotro_role", description="Tên mục trong tài khoản cơ quan cho biết vai trò.")
    oidc_roles: str = Field(
        "",
        description="Giá trị nào của mục đó là vai trò nào, ví dụ tiep-nhan=intake,lanh-dao=leader; "
        "có nhiều giá trị thì lấy dòng đứng trước.",
    )
    view_minutes: int = Field(30, ge=5, description="Trang xem hồ sơ của người gửi đóng sau bấy nhiêu phút không dùng.")
    secret_key: str | None = Field(
        None, description="Khóa của máy chủ khi chạy nhiều máy; mặc định tạo một lần trong thư mục dữ liệu."
    )
    log: Literal["text", "json"] = Field("text", description="Dạng nhật ký: text cho người, json cho máy.")
    worker: bool = Field(True, description="Chạy việc nền ngay trong hotro serve.")

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else value

    @field_validator("smtp_url")
    @classmethod
    def _readable(cls, value: str | None) -> str | None:
        if value:
            smtp_server(value)
        return value or None

    @field_validator("mail_from")
    @classmethod
    def _one_address(cls, value: str | None) -> str | None:
        if value and not MAIL_ADDRESS.match(value):
            raise ValueError("viết một địa chỉ thư điện tử, ví dụ hotro@hotro.example")
        return value or None

    @field_validator("oidc_issuer")
    @classmethod
    def _reached_safely(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
        if value and not (parts.hostname and (parts.scheme == "https" or local)):
            raise ValueError(OIDC_ISSUER_FORM)
        return value or None

    @field_validator("oidc_roles")
    @classmethod
    def _pairs(cls, value: str) -> str:
        role_pairs(value)
        return value

    @property
    def role_of_claim(self) -> dict[str, str]:
        """Values of the claim and what each stands for, in the order of the setting."""
        return role_pairs(self.oidc_roles)

    @property
    def mail_server(self) -> MailServer | None:
        """None while no mail can be sent: whoever would promise a mail says so instead."""
        return smtp_server(self.smtp_url) if self.smtp_url else None

    @property
    def link_base(self) -> str:
        """Where links in mail lead. Without HOTRO_PUBLIC_URL nobody but this machine is served."""
        return self.public_url or "http://127.0.0.1:8000"

    @property
    def sender(self) -> str:
        host = urlsplit(self.link_base).hostname or ""
        return self.mail_from or f"hotro@{host if re.search('[a-z]', host) else 'localhost'}"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data / 'hotro.db'}"

    @property
    def attachments(self) -> str:
        return self.attachments_url or f"file:{self.data / 'attachments'}"
