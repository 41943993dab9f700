"""A proxy before the stack that answers 503 first, as a busy API does."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_OWN = frozenset({"connection", "transfer-encoding", "content-length", "date", "server"})


class Proxy(ThreadingHTTPServer):
    """Passes on what it is sent, but for the first `failures` posts. `refused` counts those."""

    daemon_threads = True

    def __init__(self, target: str, failures: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = target
        self.refused = 0
        self._left = failures
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def fails(self) -> bool:
        with self._lock:
            self._left -= 1
            self.refused += self._left >= 0
            return self._left >= 0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.server.fails():
            headers = {"retry-after": "1", "access-control-allow-origin": "*"}
            self._answer(503, headers, b'{"type": "/problems/internal"}')
        else:
            self._pass(body)

    def do_GET(self) -> None:
        self._pass(None)

    def do_OPTIONS(self) -> None:
        self._pass(None)

    def _pass(self, body: bytes | None) -> None:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
        headers["x-forwarded-proto"] = "http"
        request = urllib.request.Request(  # noqa: S310 - the local stack
            self.server.target + self.path, data=body, headers=headers, method=self.command
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                self._answer(answer.status, dict(answer.headers.items()), answer.read())
        except urllib.error.HTTPError as error:
            self._answer(error.code, dict(error.headers.items()), error.read())

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in _OWN:
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Requests hold what a test made up; they are not printed."""


@contextmanager
def failing_first(target: str, failures: int = 2) -> Iterator[Proxy]:
    """Run a proxy whose first posts fail."""
    proxy = Proxy(target, failures)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
