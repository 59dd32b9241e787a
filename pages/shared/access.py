"""Who is signed in and may do what; open to all where the secrets file asks for no sign-in."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geo.access_rules import (
    UPLOADER,
    AccessRules,
    Person,
    check_sign_in_settings,
    read_access_rules,
    why_turned_away,
)
from geo.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

_ANYBODY: Final = Person("", UPLOADER)
"""Who a person is where no sign-in is asked for."""
_NAME: Final = "Overdose Response Coverage"


# Not st.cache_resource: any visitor's browser may ask Streamlit to clear its caches, and the file
# must not be read again while somebody is writing it. A change takes a restart.
@cache
def shared_rules() -> AccessRules | None:
    """
    Return who has which role, read once per process.

    Returns
    -------
    AccessRules or None
        None where the secrets file has neither [access] nor [auth]: the dashboard is open.

    Raises
    ------
    InputError
        If the file cannot be read, or a section or key is missing or malformed. It is read again
        at the next call.
    """
    secrets = _read_secrets()
    rules = read_access_rules(secrets.get("access"))
    if rules is None and "auth" not in secrets:
        return None
    if rules is None:
        msg = "section [access] is missing; [auth] alone does not say who may come in"
        raise InputError(msg)
    check_sign_in_settings(secrets.get("auth"))
    return rules


def require_sign_in() -> None:
    """
    Let nobody past who must sign in first or has no access.

    Notes
    -----
    Stops the page, with a button to sign in or out; where the settings are wrong, with what is
    wrong. Call it before anything is drawn.
    """
    try:
        rules = shared_rules()
    except InputError as error:
        _say_settings_problem(error)
        st.stop()
    if rules is None:
        return
    claims = _claims()
    if not claims:
        st.title(_NAME)
        st.markdown("This dashboard asks you to sign in with your organization’s account.")
        st.button("Sign in", on_click=st.login, type="primary")
        st.stop()
    if rules.role_of(claims) is None:
        st.title("Your account has no access")
        st.markdown(why_turned_away(claims))
        _draw_sign_out(claims)
        st.stop()


def may_upload() -> bool:
    """Return whether the person may load data of their own and see the page of it."""
    person = _person()
    return person is not None and person.role == UPLOADER


def own_counties() -> frozenset[str] | None:
    """
    Return the counties whose own data the person may load and see.

    Returns
    -------
    frozenset of str or None
        GEOIDs; None for all; empty for who may load none, as `may_upload` says.
    """
    person = _person()
    return person.counties if person is not None and may_upload() else frozenset()


def draw_account() -> None:
    """Show in the sidebar who is signed in, with a button to sign out; nothing where it is open."""
    if shared_rules() is not None:
        with st.sidebar:
            _draw_sign_out(_claims())


def _draw_sign_out(claims: Mapping[str, Any]) -> None:
    # Plain text: what the provider says of a person is nobody's Markdown.
    if claims.get("email"):
        st.text(f"Signed in as {claims['email']}")
    st.button("Sign out", on_click=st.logout)


def _person() -> Person | None:
    """Return who uses this session; None for who is not let in, also where settings are wrong."""
    try:
        rules = shared_rules()
    except InputError:
        return None
    return _ANYBODY if rules is None else rules.role_of(_claims())


def _claims() -> dict[str, Any]:
    """Return what the provider says of who is signed in; empty where nobody is."""
    user: dict[str, Any] = dict(st.user.to_dict())
    return user if user.get("is_logged_in") is True else {}


def _read_secrets() -> dict[str, Any]:
    """
    Return the sections of the secrets file; none where there is no such file.

    Raises
    ------
    InputError
        If there is one that cannot be read. What it says is not repeated: it holds secrets.
    """
    try:
        return st.secrets.to_dict()
    except (OSError, ValueError) as error:
        # Streamlit says "not found" of a file that is there and is no TOML, too.
        if isinstance(error, FileNotFoundError) and not _is_there():
            return {}
        place = re.search(r"\(at (line \d+|end of document)", str(error))
        where = f" ({place[1]})" if place else ""
        msg = f"the file cannot be read{where}; it must be TOML in UTF-8, readable for this app"
        raise InputError(msg) from error


def _is_there() -> bool:
    """Return whether any secrets file is there; a file that may not be looked at is."""
    for path in st.get_option("secrets.files"):
        try:
            Path(path).lstat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return True
        return True
    return False


def _say_settings_problem(error: InputError) -> None:
    """Say in place of the page which section and key is wrong."""
    st.title("The sign-in of this dashboard is not set up right")
    st.error("Nothing is shown until this is repaired in the secrets file:", icon="🛑")
    st.code(str(error), language=None, wrap_lines=True)
    st.markdown("Usually the file is `.streamlit/secrets.toml`; `docs/sign-in.md` has an example.")
