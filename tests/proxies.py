"""A real nginx before several servers, in turn: every request may meet another one."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.served import free_port

NGINX = "/usr/sbin/nginx"
# As in docs/ky-thuat/cai-dat.md; pieces must come through while they arrive.
CONFIGURATION = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
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
}}
"""


class Proxy:
    def __init__(self, folder: Path, ports: Sequence[int]) -> None:
        if not Path(NGINX).exists():
            raise RuntimeError("nginx is missing: apt-get install --no-install-recommends nginx")
        folder.mkdir()
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        servers = " ".join(f"server 127.0.0.1:{port};" for port in ports)
        user = "user root;" if os.geteuid() == 0 else ""
        text = CONFIGURATION.format(folder=folder, user=user, servers=servers, port=self.port)
        (folder / "nginx.conf").write_text(text)

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

    def asked(self) -> list[tuple[str, str]]:
        """Method and server of each request."""
        lines = (self.folder / "upstreams.log").read_text().splitlines()
        return [(method, server) for method, _, server in (line.partition(" ") for line in lines)]


@contextlib.contextmanager
def proxied(folder: Path, ports: Sequence[int]) -> Iterator[Proxy]:
    proxy = Proxy(folder, ports)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
