"""Stop with a clear word where Python is too old."""

import sys

FLOOR = (3, 11)

if sys.version_info < FLOOR:
    found = ".".join(map(str, sys.version_info[:3]))
    sys.exit(
        f"Python {FLOOR[0]}.{FLOOR[1]} or newer is needed, this is {found}. "
        "Name another one: make PYTHON=python3.12 run"
    )
