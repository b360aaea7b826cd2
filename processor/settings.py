"""Every setting: name, default, help. Read once from the environment (`HOTRO_…`), then frozen."""

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


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
    trusted_proxies: str = Field("", description="Các địa chỉ proxy được tin, cách nhau bằng dấu phẩy.")
    forms: Path = Field(ROOT / "forms", description="Thư mục biểu mẫu và điều khoản chính sách.")
    site: Path = Field(ROOT / "site", description="Thư mục trang tĩnh đã dựng.")
    file_megabytes: int = Field(20, ge=1, description="Cỡ tối đa của một tệp, MB.")
    dossier_megabytes: int = Field(60, ge=1, description="Tổng cỡ tệp tối đa của một hồ sơ, MB.")
    dossier_files: int = Field(20, ge=1, description="Số tệp tối đa của một hồ sơ.")
    draft_days: int = Field(30, ge=1, description="Số ngày giữ bản nháp.")
    session_idle_minutes: int = Field(30, ge=1, description="Phiên của công chức hết sau bấy nhiêu phút không dùng.")
    session_hours: int = Field(10, ge=1, description="Phiên của công chức hết sau bấy nhiêu giờ, dù đang dùng.")
    secret_key: str | None = Field(
        None, description="Khóa của máy chủ khi chạy nhiều máy; mặc định tạo một lần trong thư mục dữ liệu."
    )
    log: Literal["text", "json"] = Field("text", description="Dạng nhật ký: text cho người, json cho máy.")
    worker: bool = Field(True, description="Chạy việc nền ngay trong hotro serve.")

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else value

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data / 'hotro.db'}"

    @property
    def attachments(self) -> str:
        return self.attachments_url or f"file:{self.data / 'attachments'}"
