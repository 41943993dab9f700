"""A website at https://shop.example, and the stack's API beside it at https://api.shop.example.

Both are this one server: a browser started with `arguments`, or that has `gate` as its proxy, looks
nowhere else. So pages have the origin that the demonstration allows, over TLS, and the API is on
their site, as on a domain of the owner's own.
"""

import contextlib
import http.client
import shutil
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SHOP, API = "https://shop.example", "https://api.shop.example"
_PASSED_ON = (
    *("accept-encoding", "accept-language", "content-type", "cookie", "if-none-match", "origin"),
    *("referer", "sec-fetch-site", "sec-gpc", "user-agent"),
)
_PAGE = """<!doctype html><html lang="en"><title>{title}</title>
{before}{script}
<h1>{title}</h1>
<p><a id="next" href="/{next}">Next</a> <a id="file" href="/catalogue.pdf" download>Catalogue</a>
<a id="out" href="https://elsewhere.example/there">Elsewhere</a>
<a id="tell" href="https://www.facebook.com/sharer/sharer.php?u=x" target="_blank">Tell</a></p>
<button id="save" data-mteja-favourite="demo-lamp" aria-pressed="false">Save</button>
<button id="rate" data-mteja-rating="demo-lamp:5">Five stars</button>
<div style="height: 3000px"></div>
</html>"""


class Shopfront:
    """The running server. `script` is what its pages load the tracker with, and `before` stands
    before that; `asked` are the paths of the API that were called; where `down`, the API does not
    answer."""

    def __init__(self, folder: Path, stack_url: str, key: str) -> None:
        self.stack = urlsplit(stack_url)
        self.key = key
        self.consent: str | None = None
        self.down = False
        self.before = ""
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_certificate(folder))
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self._gate = ThreadingHTTPServer(("127.0.0.1", 0), _gate(self._server.server_port))
        for server in (self._server, self._gate):
            threading.Thread(target=server.serve_forever, daemon=True).start()

    @property
    def gate(self) -> int:
        """The port of a proxy that leads to nothing but this server, whatever it is asked for."""
        return self._gate.server_port

    @property
    def arguments(self) -> list[str]:
        """What a Chromium needs to find nothing but this server."""
        here = f"127.0.0.1:{self._server.server_port}"
        return [f"--host-resolver-rules=MAP *:443 {here}", "--ignore-certificate-errors"]

    @property
    def script(self) -> str:
        consent = "" if self.consent is None else f' data-consent="{self.consent}"'
        return f'<script defer src="{API}/mteja.js" data-key="{self.key}"{consent}></script>'

    def page(self, path: str) -> str:
        name = path.strip("/") or "home"
        return _PAGE.format(
            title=name.title(), before=self.before, script=self.script, next=f"{name}-next"
        )

    def stop(self) -> None:
        for server in (self._gate, self._server):
            server.shutdown()
            server.server_close()


def _handler(shopfront: Shopfront) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.headers["host"] == urlsplit(API).netloc:
                self._pass_on(b"")
            elif self.headers["host"] != urlsplit(SHOP).netloc or self.path.startswith("/favicon"):
                self._answer(204, [], b"")
            else:
                text = shopfront.page(urlsplit(self.path).path)
                self._answer(200, [("content-type", "text/html; charset=utf-8")], text.encode())

        def do_POST(self) -> None:
            self._pass_on(self.rfile.read(int(self.headers["content-length"])))

        def _pass_on(self, body: bytes) -> None:
            if shopfront.down:
                self.close_connection = True
                return
            shopfront.asked.append(urlsplit(self.path).path)
            connection = http.client.HTTPConnection(shopfront.stack.netloc, timeout=30)
            headers = {name: self.headers[name] for name in _PASSED_ON if self.headers[name]}
            headers["host"] = self.headers["host"]
            connection.request(self.command, shopfront.stack.path + self.path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            kept = [
                (name, value)
                for name, value in answer.getheaders()
                if name.lower() not in {"connection", "content-length", "date", "transfer-encoding"}
            ]
            self._answer(answer.status, kept, content)
            connection.close()

        def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response(status)
            for name, value in [*headers, ("content-length", str(len(body)))]:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def _gate(port: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            if not self.path.endswith(".example:443") and "facebook" not in self.path:
                self.send_error(HTTPStatus.BAD_GATEWAY)  # what a browser asks its maker
                return
            self.send_response(HTTPStatus.OK)
            self.end_headers()
            with socket.create_connection(("127.0.0.1", port)) as beyond:
                there = threading.Thread(target=_carry, args=(self.connection, beyond))
                there.start()
                _carry(beyond, self.connection)
                there.join()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def _carry(one: socket.socket, other: socket.socket) -> None:
    """Hand on what one end says, until it ends."""
    with one.makefile("rb", buffering=0) as read, other.makefile("wb", buffering=0) as write:
        with contextlib.suppress(OSError):  # the other end may go first
            shutil.copyfileobj(read, write)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def _certificate(folder: Path) -> Path:
    """Write a key and its own certificate for this run; return the file with both."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / "shopfront.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file
