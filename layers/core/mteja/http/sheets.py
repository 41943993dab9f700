"""Tables as CSV, for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

CSV = "text/csv"
# What a spreadsheet would take for a formula, or for the end of a cell before one
# (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def wants_csv(headers: Mapping[str, str]) -> bool:
    """Whether whoever asks takes CSV. Header names are in lower case."""
    return CSV in headers.get("accept", "").lower()


def sheet(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table as CSV (RFC 4180). No cell is a formula: text that begins like one begins with
    an apostrophe instead, and numbers stay numbers."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def answer_sheet(name: str, content: str) -> dict[str, Any]:
    """Return a CSV response of an HTTP API. `name` is the file's, without its ending."""
    headers = {
        "content-type": f"{CSV}; charset=utf-8",
        "content-disposition": f'attachment; filename="{name}.csv"',
        "cache-control": "no-store",
    }
    return {"statusCode": 200, "headers": headers, "body": content}
