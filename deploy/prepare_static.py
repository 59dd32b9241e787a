"""Write every file that the app would write while it runs: `python -m deploy.prepare_static`."""  # noqa: INP001  no package: one file for the image

from __future__ import annotations

import sys

from pages.shared.readers import STATIC, shared_answers, shared_assets, shared_stylesheet


def main() -> int:
    """Fill the static folder and say how many files it holds."""
    shared_assets().tracts(shared_answers().reader)
    shared_stylesheet()
    sys.stdout.write(f"{len(list(STATIC.iterdir()))} files in {STATIC}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
