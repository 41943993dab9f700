"""From what was typed into a field to its value, or to what is wrong with it.

What is wrong is said in marked texts, which pages show in other languages.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from mteja.business.forms import FormField
from mteja.errors import InvalidInput
from mteja.forms.definition import Asks
from mteja.forms.serials import serial_number
from mteja.heard_from import CHANNELS
from mteja.identity import identifiers
from mteja.identity.identifiers import Identifier
from mteja.pages.catalogues import marked
from mteja.recording.described import address_lines, name_parts
from mteja.recording.facts import Json
from mteja.social.handles import handle
from mteja.texts import one_line, paragraphs

NOT_TOLD = "rather-not-say"
"""What may be answered to any field that is sensitive or a range, instead of its options."""

_ADDRESS = ("line1", "line2", "city", "region", "postal_code", "country")
_NAME = ("first", "last", "full")
_MOST_TEXT = 200
_MOST_PART = 100
_YES = frozenset({"true", "on", "yes", "1"})
_NO = frozenset({"false", "off", "no", "0"})
_OLDEST = date(1900, 1, 1)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

NEEDED = marked("needed")
ONE_NEEDED = marked("an e-mail address or a telephone number is needed")
NOT_TEXT = marked("must be text")
TOO_LONG = marked("at most {most} characters")
CONTROLS = marked("contains characters that can't be shown")
NOT_EMAIL = marked("not an e-mail address that can be used")
NOT_PHONE = marked("not a telephone number; give it with + and country code")
NOT_DATE = marked("a day as year-month-day")
NOT_NEAR = marked("a day between 1900 and today")
NOT_NUMBER = marked("a whole number")
TOO_SMALL = marked("at least {least}")
TOO_GREAT = marked("at most {most}")
NOT_OPTION = marked("not one of the options")
NOT_BOTH = marked("either some of the options, or that you would rather not say")
NOT_YES_OR_NO = marked("yes or no")
NOT_SERIAL = marked("a serial number: letters, digits, hyphens, at most 60")
NOT_HANDLE = marked("a name as @name, or the address of the page")
NOT_ADDRESS = marked("an address: line1, line2, city, region, postal_code, country")
NO_PLACE = marked("a street or a town is needed too")
NOT_COUNTRY = marked("a country's code of two letters")
NOT_NAME = marked("a name, or first and last")


@dataclass(frozen=True)
class Setting:
    """What reading values needs to know: where national telephone numbers are dialled, what day it
    is in the business, and of which form the field is, which only products need."""

    region: str
    today: date
    form: Asks | None = None


def read_value(field: FormField, raw: object, setting: Setting) -> Json:
    """Return a field's value; None where nothing was given. Raises InvalidInput.

    Shapes: text, e-mail, phone (E.164), date (`YYYY-MM-DD`), choice, range, product, serial, hidden
    and handle (without @) are text; number and quantity int; consent bool; choices a list of text
    in the order of the options; name an object with `full` and perhaps `first` and `last`; address
    an object.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    return _READERS[field.type](field, raw, setting)


def is_not_told(field: FormField, raw: object) -> bool:
    """Whether somebody would rather not answer. Among several choices it stands in a list."""
    alone = raw == NOT_TOLD or (field.type == "choices" and raw == [NOT_TOLD])
    return alone and may_be_not_told(field)


def may_be_not_told(field: FormField) -> bool:
    return field.sensitive or field.type == "range"


def _plain(field: FormField, raw: object, most: int, *, lines: bool = False) -> str:
    if not isinstance(raw, str):
        raise InvalidInput(field.name, NOT_TEXT)
    if len(raw) > 4 * most + 100:  # far too long: not worth normalising
        raise InvalidInput(field.name, TOO_LONG, most=most)
    text = unicodedata.normalize("NFC", raw)
    try:
        text = paragraphs(text) if lines else one_line(text)
    except ValueError:
        raise InvalidInput(field.name, CONTROLS) from None
    if len(text) > most:
        raise InvalidInput(field.name, TOO_LONG, most=most)
    return text


def _text(field: FormField, raw: object, _: Setting) -> Json:
    most = field.most or _MOST_TEXT
    return _plain(field, raw, most, lines=most > _MOST_TEXT) or None


def _email(field: FormField, raw: object, _: Setting) -> Json:
    parsed = identifiers.email(_plain(field, raw, 254))
    if not isinstance(parsed, Identifier):
        raise InvalidInput(field.name, NOT_EMAIL)
    return parsed.value


def _phone(field: FormField, raw: object, setting: Setting) -> Json:
    parsed = identifiers.phone(_plain(field, raw, 40), setting.region)
    if not isinstance(parsed, Identifier):
        raise InvalidInput(field.name, NOT_PHONE)
    return parsed.value


def _name(field: FormField, raw: object, _: Setting) -> Json:
    if not isinstance(raw, dict):
        return name_parts({"full": _plain(field, raw, 2 * _MOST_PART)}) or None
    return name_parts(_parts(field, raw, _NAME, NOT_NAME)) or None


def _address(field: FormField, raw: object, _: Setting) -> Json:
    if isinstance(raw, str):
        return address_lines({"line1": _plain(field, raw, _MOST_TEXT)}) or None
    if not isinstance(raw, dict):
        raise InvalidInput(field.name, NOT_ADDRESS)
    parts = _parts(field, raw, _ADDRESS, NOT_ADDRESS)
    country = parts.get("country", "").upper()
    if country:
        if not re.fullmatch("[A-Z]{2}", country):
            raise InvalidInput(f"{field.name}.country", NOT_COUNTRY)
        parts["country"] = country
    lines = address_lines(parts)
    if not lines and set(parts) - {"country"}:
        raise InvalidInput(field.name, NO_PLACE)
    return lines or None  # a country alone is a page's default


def _parts(
    field: FormField, raw: Mapping[str, object], known: tuple[str, ...], fault: str
) -> dict[str, str]:
    if set(raw) - set(known):
        raise InvalidInput(field.name, fault)
    found: dict[str, str] = {}
    for name in known:
        given = raw.get(name)
        if given is None or given == "":
            continue
        part = field.model_copy(update={"name": f"{field.name}.{name}"})
        text = _plain(part, given, _MOST_PART)
        if text:
            found[name] = text
    return found


def _date(field: FormField, raw: object, setting: Setting) -> Json:
    text = _plain(field, raw, 10)
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(field.name, NOT_DATE) from None
    # A day may have begun at the customer's that has not begun here.
    if not _OLDEST <= day <= setting.today + timedelta(days=1):
        raise InvalidInput(field.name, NOT_NEAR)
    return day.isoformat()


def _number(field: FormField, raw: object, _: Setting) -> Json:
    least = 0 if field.least is None else field.least
    return _whole(field, raw, least, 10**9 if field.most is None else field.most)


def _quantity(field: FormField, raw: object, _: Setting) -> Json:
    return _whole(field, raw, 1, 10_000)


def _whole(field: FormField, raw: object, least: int, most: int) -> int:
    if isinstance(raw, str) and re.fullmatch(r"\s*-?[0-9]{1,12}\s*", raw, re.ASCII):
        raw = int(raw)
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise InvalidInput(field.name, NOT_NUMBER)
    if raw < least:
        raise InvalidInput(field.name, TOO_SMALL, least=least)
    if raw > most:
        raise InvalidInput(field.name, TOO_GREAT, most=most)
    return raw


def option_values(field: FormField) -> list[str]:
    """Return what may be answered to a choice."""
    return [one.value for one in field.options] or list(CHANNELS)


def _choice(field: FormField, raw: object, _: Setting) -> Json:
    if raw not in option_values(field):
        raise InvalidInput(field.name, NOT_OPTION)
    return str(raw)


def _choices(field: FormField, raw: object, _: Setting) -> Json:
    given = raw if isinstance(raw, list) else [raw]
    offered = option_values(field)
    if NOT_TOLD in given and may_be_not_told(field):
        raise InvalidInput(field.name, NOT_BOTH)
    if any(one not in offered for one in given):
        raise InvalidInput(field.name, NOT_OPTION)
    chosen: list[Json] = [one for one in offered if one in given]
    return chosen or None


def _consent(field: FormField, raw: object, _: Setting) -> Json:
    if isinstance(raw, bool):
        return raw
    text = str(raw).strip().lower() if isinstance(raw, str | int) else ""
    if text in _YES or text in _NO:
        return text in _YES
    raise InvalidInput(field.name, NOT_YES_OR_NO)


def _product(field: FormField, raw: object, setting: Setting) -> Json:
    form = setting.form
    if form is None or raw not in [one.id for one in form.products]:
        raise InvalidInput(field.name, NOT_OPTION)
    return str(raw)


def _serial(field: FormField, raw: object, _: Setting) -> Json:
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)  # many are nothing but digits
    number = serial_number(_plain(field, raw, 80))
    if number is None:
        raise InvalidInput(field.name, NOT_SERIAL)
    return number


def _handle(field: FormField, raw: object, _: Setting) -> Json:
    name = handle(field.name, _plain(field, raw, _MOST_TEXT))
    if name is None:
        raise InvalidInput(field.name, NOT_HANDLE)
    return name


_READERS: dict[str, Callable[[FormField, object, Setting], Json]] = {
    "text": _text,
    "email": _email,
    "phone": _phone,
    "name": _name,
    "address": _address,
    "date": _date,
    "number": _number,
    "choice": _choice,
    "choices": _choices,
    "range": _choice,
    "consent": _consent,
    "product": _product,
    "quantity": _quantity,
    "serial": _serial,
    "handle": _handle,
    "hidden": _text,
}
