"""/etc/hotro/env as an operator finds it: every setting with its meaning and its page, from the settings themselves.

`python -m deploy.environment` prints it; deploy/install.sh writes it where there is none, and beside it as env.mau.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from processor.settings import ROOT, Settings

HEAD = """# Cài đặt của Hotro trên máy này. Mỗi dòng TÊN=GIÁ_TRỊ: không khoảng trắng quanh dấu =, không dấu nháy.
# Dòng bắt đầu bằng # chưa có hiệu lực; bỏ dấu # để dùng. Trang cài đặt nói thêm: docs/ky-thuat/cai-dat.md.
# Sau khi sửa, chạy lại deploy/install.sh: nó dựng lại trang nếu đổi địa chỉ, khởi động lại Hotro, không sửa tệp này.
"""
MUST = "\n# ===== Phải chọn trước khi phục vụ =====\n"
OTHER = "\n# ===== Đổi khi cần; giá trị ghi ở đây là mặc định =====\n"

# What an office has to decide, in the order of the pages; and an example of each.
CHOSEN = {
    "public_url": "https://hotro.example",
    "trusted_proxies": "127.0.0.1",
    "clamd_url": "unix:/run/clamav/clamd.ctl",
    "smtp_url": "smtp+starttls://hotro:mat-khau@thu.hotro.example:587",
    "mail_from": "hotro@hotro.example",
    "backup_recipients": "age1…",
}
# What the units of deploy/systemd and the nginx example count on.
SET = {"data": "/var/lib/hotro", "trusted_proxies": "127.0.0.1", "worker": "false", "log": "json"}
PARTS = {
    "public_url": "cai-dat.md#sau-proxy",
    "trusted_proxies": "cai-dat.md#sau-proxy",
    "clamd_url": "cai-dat.md#quet-ma-doc",
    "smtp_url": "cai-dat.md#thu-dien-tu",
    "mail_from": "cai-dat.md#thu-dien-tu",
    "backup_recipients": "sao-luu.md#tao-khoa",
    "database_url": "chuyen-postgresql.md#chuyen-postgresql",
    "attachments_url": "kho-doi-tuong.md#dat",
    "at_rest_key": "cai-dat.md#ma-hoa-tren-dia",
    "oidc_issuer": "cai-dat.md#tai-khoan-co-quan",
}


def page() -> str:
    """The file as it should stand on a new server."""
    others = [name for name in Settings.model_fields if name not in CHOSEN]
    return HEAD + MUST + "".join(entries(CHOSEN)) + OTHER + "".join(entries(others))


def entries(names: Any) -> Iterator[str]:
    for name in names:
        part = f" Xem {PARTS[name]}." if name in PARTS else ""
        yield f"\n# {Settings.model_fields[name].description}{part}\n{line(name)}\n"


def line(name: str) -> str:
    """In force where something counts on it, else a comment with the example or the default."""
    variable = f"HOTRO_{name.upper()}"
    if name in SET:
        return f"{variable}={SET[name]}"
    return f"#{variable}={CHOSEN.get(name) or written(Settings.model_fields[name].default)}"


def written(default: Any) -> str:
    if default is None:
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    return str(default.relative_to(ROOT) if isinstance(default, Path) and default.is_relative_to(ROOT) else default)


if __name__ == "__main__":
    print(page(), end="")
