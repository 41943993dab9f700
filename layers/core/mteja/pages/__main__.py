"""`python -m mteja.pages FOLDER`: compile the templates into a folder, when the layer is built."""

import sys

from mteja.pages.catalogues import SOURCE
from mteja.pages.rendering import environment


def main(folder: str) -> None:
    # Compiled templates are those of every language: texts are looked up when a page is shown.
    environment(SOURCE).compile_templates(folder, zip=None, ignore_errors=False)


if __name__ == "__main__":
    main(sys.argv[1])
