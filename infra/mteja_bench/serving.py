"""A large table served as DynamoDB is: over HTTP, by a process of its own, so that what asks it
goes through boto3 as in a function, and can be measured by the clock on the wall."""

import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import override

from mteja_bench.large_table import LargeTable, Refused, item_from_json, to_json
from mteja_local.errors import LocalError

_START_SECONDS = 30


@contextmanager
def served(path: Path) -> Iterator[str]:
    """Serve the table of a file; yield the address. Raises LocalError where it does not start."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(path, theirs), daemon=True)
    process.start()
    try:
        if not ours.poll(_START_SECONDS):
            raise LocalError("the large table was not served")
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(path: Path, told: Connection) -> None:
    table = LargeTable(path)

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # connections are kept
        disable_nagle_algorithm = True
        wbufsize = -1  # head and body in one packet

        def do_POST(self) -> None:
            request = item_from_json(self.rfile.read(int(self.headers["Content-Length"])))
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            try:
                status, answer = HTTPStatus.OK, to_json(table.answer(operation, request))
            except Refused as refused:
                status, answer = HTTPStatus.BAD_REQUEST, json.dumps(refused.told)
            body = answer.encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the measurement is what is printed."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    told.send(server.server_port)
    server.serve_forever()
