"""A real nginx: before several servers in turn, and the example of deploy/nginx as it is shipped, with TLS."""

import contextlib
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from processor.settings import ROOT
from tests.certificates import self_made, trusting
from tests.served import free_port

NGINX = "/usr/sbin/nginx"
MODULES = Path("/usr/lib/nginx/modules")
EXAMPLE = ROOT / "deploy" / "nginx"
MAIN = """
daemon off;
{modules}
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_rlimit_nofile 10000;
events {{ worker_connections 4096; }}
http {{
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
{inside}
}}
"""
# Pieces must come through while they arrive.
SEVERAL = """
  upstream hotro {{ {servers} }}
  log_format which '$request_method $upstream_addr';
  access_log {folder}/upstreams.log which;
  server {{
    listen 127.0.0.1:{port};
    client_max_body_size 100m;
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_request_buffering off;
    proxy_next_upstream off;
    location / {{ proxy_pass http://hotro; }}
  }}
"""


class Nginx:
    """A running nginx; `inside` is what stands in its `http { }`."""

    def __init__(self, folder: Path) -> None:
        if not Path(NGINX).exists():
            raise RuntimeError("nginx is missing: apt-get install --no-install-recommends nginx")
        folder.mkdir()
        self.folder = folder
        self.port = free_port()

    def configure(self, inside: str, modules: Sequence[str] = ()) -> None:
        loaded = "\n".join(f"load_module {MODULES}/{module}.so;" for module in modules)
        user = "user root;" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(
            MAIN.format(folder=self.folder, user=user, inside=inside, modules=loaded)
        )

    def start(self) -> None:
        command = [NGINX, "-c", str(self.folder / "nginx.conf"), "-p", str(self.folder)]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.1)
        raise RuntimeError((self.folder / "error.log").read_text())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


Kind = TypeVar("Kind", bound=Nginx)


class Proxy(Nginx):
    """Before several servers: every request may meet another one."""

    def __init__(self, folder: Path, ports: Sequence[int]) -> None:
        super().__init__(folder)
        self.url = f"http://127.0.0.1:{self.port}"
        servers = " ".join(f"server 127.0.0.1:{port};" for port in ports)
        self.configure(SEVERAL.format(folder=folder, servers=servers, port=self.port))

    def asked(self) -> list[tuple[str, str]]:
        """Method and server of each request."""
        lines = (self.folder / "upstreams.log").read_text().splitlines()
        return [(method, server) for method, _, server in (line.partition(" ") for line in lines)]


class ShippedProxy(Nginx):
    """deploy/nginx with the changes that its comment asks for; `changed` are lines of it, with what stands instead.

    Several ports `behind` are a line each, as the commented ones are."""

    def __init__(self, folder: Path, *behind: int, **changed: str) -> None:
        super().__init__(folder)
        certificate, _ = self_made(folder)
        self.trust = trusting(certificate)
        self.plain_port = free_port()
        self.url = f"https://localhost:{self.port}"
        self.configure(shipped(changed, behind, self.port, self.plain_port, folder))


class MachinesProxy(ShippedProxy):
    """The same before several machines, here ports; no limit for one address, which all the senders share."""

    def __init__(self, folder: Path, *behind: int) -> None:
        super().__init__(folder)
        changed = {"limit_conn": "hotro_connections 1000", "limit_req": "zone=hotro_requests burst=100000 nodelay"}
        self.configure(shipped(changed, behind, self.port, self.plain_port, folder, apart=True))


class SiteProxy(ShippedProxy):
    """The same with the pages of the site by nginx itself, brotli included, as the comments of site.conf tell."""

    def __init__(self, folder: Path, site: Path, *behind: int) -> None:
        super().__init__(folder, *behind)
        ours = folder / "hotro"
        ours.mkdir()
        for file in EXAMPLE.iterdir():
            text = (
                file.read_text()
                .replace("/srv/hotro/current/site", str(site))
                .replace("# brotli_static", "brotli_static")
            )
            (ours / file.name).write_text(text.replace("/etc/nginx/hotro", str(ours)))
        inside = shipped({}, behind, self.port, self.plain_port, folder).replace(str(EXAMPLE), str(ours))
        switched = inside.replace(f"# include {ours}/site.conf;", f"include {ours}/site.conf;")
        assert switched != inside
        self.configure(switched, ["ngx_http_brotli_static_module"])


def shipped(
    changed: Mapping[str, str],
    behind: Sequence[int],
    port: int,
    plain_port: int,
    folder: Path,
    *,
    apart: bool = False,
) -> str:
    """With the lines for ports of one machine, or those for machines `apart`."""
    text = "\n".join(line for line in (EXAMPLE / "hotro.conf").read_text().splitlines() if "listen [::]" not in line)
    several = re.findall(rf"# (server {'10.0.0' if apart else '127.0.0'}\.\d+:\d+ .*;)$", text, re.MULTILINE)
    line = several[0] if len(behind) > 1 else "server 127.0.0.1:8000;"
    places = {
        "server 127.0.0.1:8000;": "\n".join(
            re.sub(r"\d+\.0\.0\.\d+:\d+", f"127.0.0.1:{one}", line, count=1) for one in behind
        ),
        "listen 443": f"listen 127.0.0.1:{port}",
        "listen 80": f"listen 127.0.0.1:{plain_port}",
        "hotro.example": "localhost",
        "/etc/ssl/hotro": str(folder),
        "/etc/nginx/hotro": str(EXAMPLE),
    }
    for directive, value in changed.items():
        text, times = re.subn(rf"^(\s*{directive}) .*;$", rf"\1 {value};", text, flags=re.MULTILINE)
        assert times, f"deploy/nginx/hotro.conf has no {directive}"
    for written, here in places.items():
        assert written in text, written
        text = text.replace(written, here)
    return text


@contextlib.contextmanager
def behind_shipped(folder: Path, *behind: int, **changed: str) -> Iterator[ShippedProxy]:
    with running(ShippedProxy(folder, *behind, **changed)) as proxy:
        yield proxy


@contextlib.contextmanager
def proxied(folder: Path, ports: Sequence[int]) -> Iterator[Proxy]:
    with running(Proxy(folder, ports)) as proxy:
        yield proxy


@contextlib.contextmanager
def running(proxy: Kind) -> Iterator[Kind]:
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
