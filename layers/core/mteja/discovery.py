"""What stands by itself in a folder and is found by its name: platforms, shops, layouts.

A member is a module or package of the folder that has the attribute looked for; whoever adds one
adds a file and changes nothing else.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def member(package: str, name: str, attribute: str) -> Any:
    """Return what a member calls so; no other is imported. Raises LookupError for no member."""
    full = f"{package}.{name}"
    try:
        module = import_module(full)
    except ModuleNotFoundError as error:
        if error.name != full:  # the member is there, and needs what is not
            raise
        raise LookupError(full) from None
    if not hasattr(module, attribute):
        raise LookupError(full)
    return getattr(module, attribute)


def members(package: str, attribute: str) -> dict[str, Any]:
    """Return what each member calls so, by the members' names in alphabetical order.

    Imports all of them: for builds and commands, not for a function that starts.
    """
    found = {}
    for one in iter_modules(import_module(package).__path__):
        module = import_module(f"{package}.{one.name}")
        if hasattr(module, attribute):
            found[one.name] = getattr(module, attribute)
    return dict(sorted(found.items()))
