"""From what was sent to the values of a form, with everything that is wrong told at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from mteja.errors import InvalidFields, InvalidInput
from mteja.forms import values as reading
from mteja.forms.definition import Definition
from mteja.forms.submission import unknown_field
from mteja.forms.values import Setting, is_not_told, read_value
from mteja.identity.identifiers import EMAIL, PHONE
from mteja.recording.facts import Json

_MOST_UNKNOWN = 10  # fields that a form does not have are named; after so many it is clear


@dataclass(frozen=True)
class Checked:
    """The values that were given, by field; and fields whose answer is that there is none."""

    values: dict[str, Json] = field(default_factory=dict)
    declined: tuple[str, ...] = ()


def check(
    form: Definition,
    sent: Mapping[str, object],
    setting: Setting,
    *,
    known: bool = False,
    seen: Collection[str] = (),
) -> Checked:
    """Return what was given. `known`: it is known whose it is, so that it need not name anybody.
    `seen`: names of what the customers themselves saw, so that leaving it out is an answer too.

    Raises InvalidInput, or InvalidFields where several fields are wrong.
    """
    faults: list[InvalidInput] = []
    values: dict[str, Json] = {}
    declined: list[str] = []
    for asked in form.fields:
        raw = sent.get(asked.name)
        if is_not_told(asked.field, raw):
            declined.append(asked.name)
            continue
        try:
            value = read_value(asked.field, raw, setting)
        except InvalidInput as fault:
            faults.append(fault)
            continue
        if value is not None:
            values[asked.name] = value
        elif asked.required:
            faults.append(InvalidInput(asked.name, reading.NEEDED))
        if asked.name in seen and (value is None or value is False):
            declined.append(asked.name)
    named = {EMAIL, PHONE} & {one.name for one in form.fields}
    if not known and not faults and not named & set(values):
        faults.append(InvalidInput(min(named), reading.ONE_NEEDED))
    names = {one.name for one in form.fields}
    faults += [unknown_field(name) for name in sent if name not in names][:_MOST_UNKNOWN]
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise InvalidFields(faults)
    return Checked(values, tuple(declined))
