"""Builders of forms: the demonstration's, fields of any type, and what a browser sends."""

from typing import Any
from urllib.parse import urlencode

from mteja.business.compile import read
from mteja.business.file import part
from mteja.business.forms import Asking, FormField, Option
from mteja.forms.definition import Definition, definition
from tests import kit

ASKING = part(read(kit.ROOT / "layers/business/business.yaml"), Asking)
BOUNDARY = "----a-boundary"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def form(form_id: str) -> Definition:
    return definition(form_id, ASKING, "web")


def field(kind: str, name: str | None = None, **more: Any) -> FormField:
    """Return a field of a type. Standard ones are called like their type, a handle by its
    network."""
    standard = {"email", "phone", "name", "address", "product", "quantity", "serial"}
    others = "instagram" if kind == "handle" else "asked"
    called = name or (kind if kind in standard else others)
    if kind in {"choice", "choices", "range"}:
        more.setdefault("options", tuple(Option(value=one) for one in ("one", "two", "three")))
    if kind == "consent":
        more.setdefault("label", "I agree")
    values = {"name": called, "type": kind, "purpose": "relationship"} | more
    return FormField.model_validate(values)


def asking_for(*fields: FormField, **of_form: Any) -> Definition:
    """Return a form that asks for some fields; `required` names those that must be given."""
    required = of_form.pop("required", ())
    declared = {
        "fields": fields,
        "forms": [
            {
                "id": "made-up",
                "kind": "signup",
                "title": "Made up",
                "fields": [{"field": one.name, "required": one.name in required} for one in fields],
            }
            | of_form
        ],
        "products": ASKING.products,
    }
    return definition("made-up", Asking.model_validate(declared), "web")


def urlencoded(values: list[tuple[str, str]] | dict[str, str]) -> bytes:
    return urlencode(values).encode()


def multipart(values: list[tuple[str, str]], files: dict[str, bytes] | None = None) -> bytes:
    """Return what a browser sends of a form with `enctype="multipart/form-data"`. `files` by the
    name of their field; an empty one was not chosen."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + value.encode()
        for name, value in values
    ]
    for name, content in (files or {}).items():
        chosen = "a.png" if content else ""
        head = f'Content-Disposition: form-data; name="{name}"; filename="{chosen}"'
        kind = "Content-Type: application/octet-stream"
        parts.append(f"--{BOUNDARY}\r\n{head}\r\n{kind}\r\n\r\n".encode() + content)
    return b"\r\n".join([*parts, f"--{BOUNDARY}--\r\n".encode()])
