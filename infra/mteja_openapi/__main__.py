"""`python -m mteja_openapi`: print the document."""

import json

from mteja_openapi.document import document


def main() -> None:
    print(json.dumps(document(), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
