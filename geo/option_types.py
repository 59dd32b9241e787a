"""Values of the command line's options, each with a word on what is wrong with it."""

from __future__ import annotations

import argparse
from datetime import date


def day(text: str) -> date:
    """
    Return a day written as YYYY-MM-DD.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is none; the command line says so in one line.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        msg = f"{text!r} is not a day; use YYYY-MM-DD"
        raise argparse.ArgumentTypeError(msg) from error


def minutes(text: str) -> float:
    """
    Return a positive number of minutes.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        msg = f"{text!r} is not a positive number of minutes"
        raise argparse.ArgumentTypeError(msg)
    return value
