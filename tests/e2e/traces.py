"""Traces of a person in everything that the stack keeps: tables, queues, buckets and logs.

A value may stand there as it is, in other letters or codings, hashed without a key, or inside
something encoded or compressed. What is found is told by place and form, never by value.
"""

import base64
import binascii
import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from urllib.parse import quote

from mteja.store.wire import item_from_wire
from mteja_local.clients import Clients
from mteja_local.sam import ARTIFACTS_BUCKET

_DEPTH = 3
# No mark holds it, nor a form of one.
_BETWEEN = b"\n\xff\n"
_HASHES = ("md5", "sha1", "sha256", "sha512", "blake2b", "blake2s")


@cache
def forms(mark: str) -> dict[str, bytes]:
    """Return what to look for, by name. Small letters, since `found` looks into these."""
    raw = mark.encode()
    needles = {
        "text": raw,
        "percent-encoded": quote(mark, safe="").encode(),
        "utf-16": mark.encode("utf-16-le"),
        "backwards": raw[::-1],
        "hexadecimal": raw.hex().encode(),
    }
    for name in _HASHES:
        digest = hashlib.new(name, raw).digest()
        needles |= {f"{name}": digest, f"{name} in hexadecimal": digest.hex().encode()}
        needles[f"{name} in base64"] = base64.b64encode(digest).rstrip(b"=")[:-1]
    return {name: needle.lower() for name, needle in needles.items()}


class Sight:
    """A value of any shape, looked at once for all that may be looked for."""

    def __init__(self, value: object) -> None:
        whole = list(_bytes_of(value))
        self._whole = _BETWEEN.join(whole)
        views = {view.lower() for one in whole for view in _views(one, _DEPTH)}
        self._views = _BETWEEN.join(views)

    def forms_of(self, mark: str) -> list[str]:
        """Return the forms in which a mark stands in the value."""
        names = {name for name, needle in forms(mark).items() if needle in self._views}
        for offset in range(3):
            # The middle of base64 stands whichever bytes are before and after it.
            coded = base64.b64encode(b"\0" * offset + mark.encode())
            middle = coded[4 if offset else 0 : -4]
            if len(middle) > 4 and middle in self._whole:
                names.add("base64")
        return sorted(names)


def found(mark: str, value: object) -> list[str]:
    """Return the forms in which a mark stands in a value of any shape."""
    return Sight(value).forms_of(mark)


def everything(clients: Clients, stack: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Yield each thing that the stack keeps, with where it is."""
    for table in stack["tables"].values():
        for item in items(clients, table):
            yield f"{table} {item['pk']} {item.get('sk', '')}", item
    yield from _messages(clients)
    yield from _objects(clients)
    yield from _log_lines(clients)


def items(clients: Clients, table: str) -> list[dict[str, Any]]:
    """Return every item of a table."""
    pages = clients("dynamodb").get_paginator("scan").paginate(TableName=table)
    return [item_from_wire(item) for page in pages for item in page["Items"]]


def _messages(clients: Clients) -> Iterator[tuple[str, object]]:
    """Peek: what is read stays visible to others."""
    sqs = clients("sqs")
    for queue in sqs.list_queues().get("QueueUrls", []):
        received = sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0, AttributeNames=["All"]
        )
        for message in received.get("Messages", []):
            yield f"queue {queue}", message


def _objects(clients: Clients) -> Iterator[tuple[str, object]]:
    s3 = clients("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        if bucket["Name"] == ARTIFACTS_BUCKET:
            continue  # what `sam deploy` puts there is code
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"]):
            for one in page.get("Contents", []):
                body = s3.get_object(Bucket=bucket["Name"], Key=one["Key"])["Body"].read()
                yield f"bucket {bucket['Name']}", [one["Key"], body]


def _log_lines(clients: Clients) -> Iterator[tuple[str, object]]:
    logs = clients("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
            for event in page["events"]:
                yield f"log {name}", event["message"]


def _bytes_of(value: object) -> Iterator[bytes]:
    match value:
        case bytes():
            yield value
        case str():
            yield value.encode()
            yield from _parsed(value)
        case dict():
            for name, one in value.items():
                yield from _bytes_of(name)
                yield from _bytes_of(one)
        case list() | tuple():
            yield from (part for one in value for part in _bytes_of(one))
        case _:
            yield str(value).encode()


def _parsed(text: str) -> Iterable[bytes]:
    """JSON may write each letter as an escape."""
    if not text.startswith(("{", "[")):
        return
    try:
        parsed = json.loads(text)
    except ValueError:
        return
    yield from _bytes_of(parsed)


def _views(value: bytes, depth: int) -> Iterator[bytes]:
    """Yield a value, and what it becomes when it is decoded or decompressed."""
    yield value
    if depth == 0:
        return
    for turn in (_from_base64, _from_hexadecimal, zlib.decompress, gzip.decompress, _inflate):
        try:
            turned = turn(value)
        except (binascii.Error, ValueError, zlib.error, OSError, EOFError):
            continue
        if turned and turned != value:
            yield from _views(turned, depth - 1)


def _from_base64(value: bytes) -> bytes:
    text = value.translate(bytes.maketrans(b"-_", b"+/"))
    return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)


def _from_hexadecimal(value: bytes) -> bytes:
    return binascii.unhexlify(value)


def _inflate(value: bytes) -> bytes:
    return zlib.decompress(value, wbits=-15)
