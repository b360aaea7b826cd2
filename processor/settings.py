"""Every setting: name, default, help. Read once from the environment (`HOTRO_…`), then frozen."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from processor.addresses import (
    MailServer,
    ObjectAccess,
    ScannerAddress,
    account_issuer,
    known_places,
    mail_address,
    object_endpoint,
    public_keys,
    role_pairs,
    scanner_address,
    smtp_server,
)

ROOT = Path(__file__).resolve().parent.parent
AWS_NAMES = {
    "s3_endpoint": "AWS_ENDPOINT_URL",
    "s3_region": "AWS_REGION",
    "s3_key_id": "AWS_ACCESS_KEY_ID",
    "s3_secret": "AWS_SECRET_ACCESS_KEY",
}
"""What every other program that speaks S3 calls them; ours goes first."""


def read_by(reader: Callable[[str], Any], empty: str | None = None) -> AfterValidator:
    """The text stays as it was written, once the reader takes it; where nothing is written, `empty` stands."""

    def check(value: str | None) -> str | None:
        if value:
            reader(value)
        return value or empty

    return AfterValidator(check)


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HOTRO_", frozen=True, extra="ignore")

    data: Path = Field(Path("var"), description="Thư mục dữ liệu: cơ sở dữ liệu, tệp đính kèm, khóa của máy chủ.")
    database_url: str | None = Field(
        None, description="sqlite:///ĐƯỜNG_DẪN hoặc postgresql://…; mặc định là tệp hotro.db trong thư mục dữ liệu."
    )
    database_connections: int = Field(
        16,
        ge=2,
        description="Số kết nối cơ sở dữ liệu tối đa của mỗi tiến trình. Với PostgreSQL: nhân với số tiến trình của "
        "mọi máy, thêm một cho mỗi tiến trình để nghe tin, phải nhỏ hơn max_connections.",
    )
    database_wait_seconds: float = Field(
        5, gt=0, description="Mọi kết nối đang bận quá bấy nhiêu giây thì trả lời 503, người gửi thử lại sau."
    )
    attachments_url: str | None = Field(
        None,
        description="file:ĐƯỜNG_DẪN hoặc s3://BUCKET/TIỀN_TỐ; mặc định là thư mục attachments trong thư mục dữ liệu.",
    )
    attachments_from: str | None = Field(
        None,
        description="Nơi giữ tệp cũ, trong lúc chuyển sang HOTRO_ATTACHMENTS_URL: tệp chưa chuyển được đọc ở đây.",
    )
    s3_endpoint: Annotated[str | None, read_by(object_endpoint)] = Field(
        None,
        validate_default=True,
        description="Địa chỉ kho đối tượng S3, ví dụ https://kho.hotro.example:9000; để trống thì theo "
        "AWS_ENDPOINT_URL, rồi tới Amazon S3.",
    )
    s3_region: str | None = Field(
        None, validate_default=True, description="Vùng của kho; để trống thì theo AWS_REGION, rồi tới us-east-1."
    )
    s3_key_id: str | None = Field(
        None, validate_default=True, description="Mã khóa truy cập kho; để trống thì theo AWS_ACCESS_KEY_ID."
    )
    s3_secret: str | None = Field(
        None,
        repr=False,
        validate_default=True,
        description="Khóa bí mật truy cập kho; để trống thì theo AWS_SECRET_ACCESS_KEY.",
    )
    s3_secret_file: Path | None = Field(
        None, description="Tệp chứa khóa bí mật truy cập kho, chỉ chủ đọc được; dùng thay cho HOTRO_S3_SECRET."
    )
    s3_seconds: float = Field(
        20, gt=0, description="Một yêu cầu tới kho lâu hơn bấy nhiêu giây thì thôi, trang trả lời 503."
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
    trusted_proxies: Annotated[str, read_by(known_places, "")] = Field(
        "",
        description="Địa chỉ hoặc dải địa chỉ của các proxy được tin, cách nhau bằng dấu phẩy; để trống thì không tin.",
    )
    head_seconds: float = Field(
        10, gt=0, description="Kết nối chưa gửi đủ phần đầu của yêu cầu sau bấy nhiêu giây thì đóng."
    )
    body_silence_seconds: float = Field(
        20, gt=0, description="Phần nội dung của một yêu cầu im bấy nhiêu giây thì ngắt, trả lời 408."
    )
    body_slow_after_seconds: float = Field(
        30, gt=0, description="Chờ người gửi bấy nhiêu giây rồi thì bắt đầu xét tốc độ gửi trung bình."
    )
    body_kilobytes_a_second: float = Field(
        8, gt=0, description="Gửi chậm hơn mức này, tính trung bình, thì ngắt, kB/s."
    )
    body_seconds: float = Field(2100, gt=0, description="Một yêu cầu gửi lâu hơn bấy nhiêu giây thì ngắt.")
    stop_seconds: int = Field(
        15,
        ge=1,
        description="Khi dừng, chờ các yêu cầu đang nhận dở bấy nhiêu giây rồi ngắt; biên nhận đã hiện vẫn còn.",
    )
    forms: Path = Field(ROOT / "forms", description="Thư mục biểu mẫu và điều khoản chính sách.")
    site: Path = Field(ROOT / "site", description="Thư mục trang tĩnh đã dựng.")
    file_megabytes: int = Field(20, ge=1, description="Cỡ tối đa của một tệp, MB.")
    dossier_megabytes: int = Field(60, ge=1, description="Tổng cỡ tệp tối đa của một hồ sơ, MB.")
    dossier_files: int = Field(20, ge=1, description="Số tệp tối đa của một hồ sơ.")
    disk_reserve: int = Field(
        256, ge=0, description="Chỗ trống giữ lại trên ổ đĩa, MB; ít hơn thì tạm không nhận tệp và hồ sơ mới."
    )
    submissions_together: int = Field(
        100,
        ge=1,
        description="Số hồ sơ mỗi tiến trình kiểm tra và ghi cùng lúc; nhiều hơn thì người gửi tiếp theo được hẹn lại "
        "(503), bản nháp vẫn lưu.",
    )
    writer_apart_from: int = Field(
        4,
        ge=0,
        description="Bấy nhiêu hồ sơ chờ ghi cùng lúc thì việc ghi vào SQLite có tiến trình riêng; "
        "1: ngay từ đầu, 0: không bao giờ.",
    )
    draft_days: int = Field(30, ge=1, description="Số ngày giữ bản nháp.")
    upload_hours: int = Field(24, ge=1, description="Số giờ giữ phần đã tải của một tệp chưa tải xong.")
    draft_warn_days: int = Field(5, ge=1, description="Báo trước bấy nhiêu ngày khi bản nháp sắp bị xóa.")
    smtp_url: Annotated[str | None, read_by(smtp_server)] = Field(
        None,
        repr=False,
        description="Máy chủ thư: smtp://, smtp+starttls:// hoặc smtps://, kèm TÊN:MẬT_KHẨU@ khi cần đăng nhập; "
        "để trống thì thư chờ trong hộp thư đi.",
    )
    clamd_url: Annotated[str | None, read_by(scanner_address)] = Field(
        None,
        description="Máy quét mã độc ClamAV: unix:/ĐƯỜNG_DẪN hoặc tcp:MÁY:CỔNG; none là chủ ý chạy không có máy quét; "
        "để trống thì tệp chỉ qua kiểm tra loại và cấu trúc, và mọi trang của bàn xử lý nói chưa có máy quét.",
    )
    mail_from: Annotated[str | None, read_by(mail_address)] = Field(
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
    oidc_issuer: Annotated[str | None, read_by(account_issuer)] = Field(
        None,
        description="Địa chỉ nơi cấp tài khoản cơ quan (OpenID Connect); để trống thì chỉ đăng nhập bằng mật khẩu.",
    )
    oidc_client_id: str | None = Field(None, description="Mã của Hotro ở nơi cấp tài khoản cơ quan.")
    oidc_client_secret: str | None = Field(
        None, repr=False, description="Mật khẩu của Hotro ở nơi cấp tài khoản cơ quan; để trống nếu nơi đó không cấp."
    )
    oidc_role_claim: str = Field("hotro_role", description="Tên mục trong tài khoản cơ quan cho biết vai trò.")
    oidc_roles: Annotated[str, read_by(role_pairs, "")] = Field(
        "",
        description="Giá trị nào của mục đó là vai trò nào, ví dụ tiep-nhan=intake,lanh-dao=leader; "
        "có nhiều giá trị thì lấy dòng đứng trước.",
    )
    view_minutes: int = Field(30, ge=5, description="Trang xem hồ sơ của người gửi đóng sau bấy nhiêu phút không dùng.")
    secret_key: str | None = Field(
        None,
        description="Khóa của máy chủ thay cho tệp server.key, đặt trước lần chạy đầu tiên, như nhau ở mọi máy; "
        "để trống thì tệp được tạo một lần trong thư mục dữ liệu, máy thêm sau chép tệp đó.",
    )
    at_rest_key: Path | None = Field(
        None,
        description="Tệp khóa để mã hóa tệp đính kèm và dữ liệu cá nhân trên đĩa; ngoài thư mục dữ liệu. "
        "Tạo bằng hotro at-rest key.",
    )
    log: Literal["text", "json"] = Field("text", description="Dạng nhật ký: text cho người, json cho máy.")
    worker: bool = Field(True, description="Chạy việc nền ngay trong hotro serve.")
    backup_recipients: Annotated[str, read_by(public_keys, "")] = Field(
        "",
        description="Khóa công khai mở được bản sao lưu (age1…), cách nhau bằng dấu phẩy; tạo bằng hotro backup key.",
    )
    backup_warn_hours: int = Field(
        26, ge=1, description="Bản sao lưu trọn vẹn gần nhất cũ hơn bấy nhiêu giờ thì báo cho quản trị."
    )
    backup_keep_days: int = Field(
        30, ge=1, description="Số ngày giữ bản sao lưu; dữ liệu đã xóa còn nằm trong bản sao lâu nhất bấy nhiêu ngày."
    )

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else value

    @field_validator(*AWS_NAMES, mode="before")
    @classmethod
    def _as_others_call_it(cls, value: str | None, info: ValidationInfo) -> str | None:
        return value or os.environ.get(AWS_NAMES[str(info.field_name)]) or None

    @property
    def backup_keys(self) -> list[str]:
        return public_keys(self.backup_recipients)

    @property
    def role_of_claim(self) -> dict[str, str]:
        """Values of the claim and what each stands for, in the order of the setting."""
        return role_pairs(self.oidc_roles)

    @property
    def mail_server(self) -> MailServer | None:
        """None while no mail can be sent: whoever would promise a mail says so instead."""
        return smtp_server(self.smtp_url) if self.smtp_url else None

    @property
    def without_scanner(self) -> bool:
        """Files open though nobody has scanned them, and every page of the desk says so."""
        return self.scanner is None

    @property
    def scanner(self) -> ScannerAddress | None:
        """None while no file can be scanned."""
        return scanner_address(self.clamd_url) if self.clamd_url else None

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
    def database_file(self) -> Path | None:
        """None of a database that is a server."""
        scheme, _, rest = self.database.partition(":///")
        return Path(rest.partition("?")[0]) if scheme == "sqlite" else None

    @property
    def folders(self) -> list[Path]:
        """Where it writes on this machine: data, attachments, and where a database that is a file lies."""
        found = [self.data, self.spool]
        if self.database_file:
            found.append(self.database_file.parent)
        return list(dict.fromkeys(found))

    @property
    def attachments(self) -> str:
        return self.attachments_url or f"file:{self.data / 'attachments'}"

    @property
    def spool(self) -> Path:
        """Where files arrive: the store itself, or a folder from which they go on to an object store."""
        scheme, _, rest = self.attachments.partition(":")
        return Path(rest) if scheme == "file" else self.data / "incoming"

    @property
    def object_access(self) -> ObjectAccess:
        endpoint = object_endpoint(self.s3_endpoint) if self.s3_endpoint else None
        region = self.s3_region or ObjectAccess.region
        return ObjectAccess(endpoint, region, self.s3_key_id, self.s3_secret, self.s3_secret_file, self.s3_seconds)
