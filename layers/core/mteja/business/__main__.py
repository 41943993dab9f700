"""`python -m mteja.business check|compile|parameters|built-with|schema`: what builds use of the
owner's file.
"""

import argparse
import json
import sys
from pathlib import Path

from mteja.business.compile import OwnersFileError, code_version, compile_to, parameters, read
from mteja.business.schema import schema
from mteja.orders.platforms import source_fields


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m mteja.business", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, arguments in {
        "check": ("file",),
        "compile": ("file", "folder"),
        "parameters": ("file",),
        "built-with": ("file",),
        "schema": (),
    }.items():
        command = commands.add_parser(name)
        for argument in arguments:
            command.add_argument(argument, type=Path)
    chosen = parser.parse_args()
    try:
        if chosen.command == "check":
            read(chosen.file)
        elif chosen.command == "compile":
            compile_to(chosen.file, chosen.folder)
        elif chosen.command == "built-with":
            chosen.file.write_text(code_version(), encoding="utf-8")
        elif chosen.command == "parameters":
            for name, value in parameters(chosen.file).items():
                print(f"{name}={value}")  # noqa: T201 - a command's output
        else:
            print(json.dumps(schema(source_fields()), indent=2))  # noqa: T201
    except OwnersFileError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
