"""Answers that are worked out once, however many sessions ask at once."""

from __future__ import annotations

from functools import lru_cache, wraps
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from contextlib import AbstractContextManager

REMEMBERED: Final = 128
Question = TypeVar("Question", bound="Callable[..., Any]")


def remembered(
    question: Question,
    *,
    most: int = REMEMBERED,
    lock: AbstractContextManager[bool] | None = None,
) -> Question:
    """
    Return a function that remembers its answers.

    Parameters
    ----------
    question : callable
        Of hashable arguments; its answers are shared, so nobody may change one.
    most : int
        Answers kept; the one not asked for longest goes first.
    lock : context manager, optional
        Held while an answer is worked out. Functions that ask each other share one.

    Returns
    -------
    callable
        As `question`. Of many threads that ask the same at once, one works it out. Where the
        first argument says `is_private`, nothing is remembered.
    """
    known = lru_cache(maxsize=most)(question)
    held = lock or RLock()

    @wraps(question)
    def ask(*arguments: Hashable, **options: Hashable) -> object:
        if arguments and getattr(arguments[0], "is_private", False):
            return question(*arguments, **options)  # what is one session's is kept by it alone
        with held:
            return known(*arguments, **options)

    return cast("Question", ask)
