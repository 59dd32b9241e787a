"""
Who may see the dashboard and load data of their own, as the county's IT person wrote it down.

Not to be confused with `geo.access`, which is travel to treatment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from geo.errors import InputError

VIEWER: Final = "viewer"
UPLOADER: Final = "uploader"
ROLES: Final = (VIEWER, UPLOADER)
NO_ROLE: Final = "none"
SIGN_IN_KEYS: Final = (
    "redirect_uri",
    "cookie_secret",
    "client_id",
    "client_secret",
    "server_metadata_url",
)
"""Keys of section [auth] without which nobody can sign in."""
SHORTEST_COOKIE_SECRET: Final = 32
"""Characters; whoever guesses this secret can sign in as anybody."""
_OPEN_TENANTS: Final = {"common", "organizations", "consumers"}
"""Entra ID's addresses for accounts of any organization, whose e-mail nobody checked."""
_THIS_MACHINE: Final = {"127.0.0.1", "localhost"}


@dataclass(frozen=True)
class Person:
    """
    A person with access.

    Parameters
    ----------
    email : str
        In small letters.
    role : str
        Of `ROLES`.
    counties : frozenset of str or None
        GEOIDs of the counties whose own data the person may load and see; None for all.
    """

    email: str
    role: str
    counties: frozenset[str] | None = None


@dataclass(frozen=True)
class AccessRules:
    """
    Who has which role.

    Parameters
    ----------
    everyone : str
        Role of a signed-in person who is not listed: of `ROLES`, or `NO_ROLE`.
    people : Mapping of str to Person
        The listed ones, by e-mail in small letters.
    """

    everyone: str
    people: Mapping[str, Person]

    def role_of(self, claims: Mapping[str, Any]) -> Person | None:
        """
        Return the person an identity stands for.

        Parameters
        ----------
        claims : Mapping
            What the provider says of who signed in: `email`, `email_verified` and others.

        Returns
        -------
        Person or None
            None where the identity has no access; `why_turned_away` says why.
        """
        email = _stated_email(claims)
        if not email or _is_unverified(claims):
            return None
        listed = self.people.get(email)
        if listed is None and self.everyone in ROLES:
            return Person(email, self.everyone)
        return listed


def why_turned_away(claims: Mapping[str, Any]) -> str:
    """Return the sentence for an identity that has no access; it repeats nothing of it."""
    if not _stated_email(claims):
        return (
            "Your organization’s sign-in did not tell an e-mail address, and this dashboard knows "
            "people by theirs. Ask its administrators to release the claim “email”."
        )
    if _is_unverified(claims):
        return "Your organization’s sign-in says that your e-mail address is not verified."
    return "You are signed in, but your account is not among those with access."


def read_access_rules(section: Mapping[str, Any] | None) -> AccessRules | None:
    """
    Read section [access] of the secrets file.

    Parameters
    ----------
    section : Mapping or None
        The section as TOML gives it; None where the file has none.

    Returns
    -------
    AccessRules or None
        None where there is no section: the dashboard is open.

    Raises
    ------
    InputError
        If a key is unknown or missing, or a role, an e-mail address or a GEOID is malformed; the
        message names section, key and value.

    Examples
    --------
    >>> rules = read_access_rules(
    ...     {"people": {"Jane@County.gov": {"role": "uploader", "counties": ["26087"]}}}
    ... )
    >>> rules.role_of({"email": "jane@county.gov"}).role
    'uploader'
    >>> rules.role_of({"email": "someone@county.gov"}) is None
    True
    """
    if section is None:
        return None
    _check_keys(section, "access", ("everyone", "people"))
    everyone = section.get("everyone", NO_ROLE)
    _check_role(everyone, "access", "everyone", (*ROLES, NO_ROLE))
    listed = section.get("people", {})
    _check_keys(listed, "access.people", None)
    people: dict[str, Person] = {}
    for name, entry in listed.items():
        person = _read_person(name, entry)
        if person.email in people:
            msg = f"[access.people] lists {name!r} twice, in other letters; keep one of them"
            raise InputError(msg)
        people[person.email] = person
    return AccessRules(everyone, people)


def check_sign_in_settings(section: Mapping[str, Any] | None) -> None:
    """
    Make sure that section [auth] of the secrets file can sign people in.

    Parameters
    ----------
    section : Mapping or None
        The section as TOML gives it; None where the file has none.

    Raises
    ------
    InputError
        If the section or one of `SIGN_IN_KEYS` is missing or malformed. The message names the key
        and never repeats a value: they are secrets.
    """
    if not isinstance(section, Mapping):
        msg = "section [auth] is missing; with [access], people must be able to sign in"
        raise InputError(msg)
    for key in SIGN_IN_KEYS:
        value = section.get(key)
        if not isinstance(value, str) or not value.strip():
            msg = f"[auth] needs `{key}`, a text in quotes that is not empty"
            raise InputError(msg)
    if len(section["cookie_secret"]) < SHORTEST_COOKIE_SECRET:
        msg = f"[auth] `cookie_secret` must be {SHORTEST_COOKIE_SECRET} random characters or more"
        raise InputError(msg)
    back = _split(section, "redirect_uri")
    if back.scheme not in {"http", "https"} or not back.path.endswith("/oauth2callback"):
        msg = "[auth] `redirect_uri` must be https://HOST/oauth2callback with this server’s HOST"
        raise InputError(msg)
    provider = _split(section, "server_metadata_url")
    unsafe = provider.scheme != "https" and provider.hostname not in _THIS_MACHINE
    if unsafe or provider.scheme not in {"http", "https"} or "{" in provider.geturl():
        msg = "[auth] `server_metadata_url` must be your provider’s own address, with https://"
        raise InputError(msg)
    tenant = provider.path.strip("/").partition("/")[0]
    if (provider.hostname or "").startswith("login.microsoftonline.") and tenant in _OPEN_TENANTS:
        msg = (
            f"[auth] `server_metadata_url` says {tenant!r}, which lets in accounts of any "
            "organization; put your own tenant’s identifier there"
        )
        raise InputError(msg)


def _split(section: Mapping[str, Any], key: str) -> SplitResult:
    try:
        return urlsplit(str(section[key]))
    except ValueError as error:
        msg = f"[auth] `{key}` is not an address"
        raise InputError(msg) from error


def _read_person(name: str, entry: object) -> Person:
    section = f'access.people."{name}"'
    email = _small_letters(name)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        msg = f"[{section}] is no e-mail address; write it in quotes"
        raise InputError(msg)
    fields = _check_keys(entry, section, ("role", "counties"))
    role = fields.get("role")
    _check_role(role, section, "role", ROLES)
    if "counties" not in fields:
        return Person(email, str(role))
    counties = fields["counties"]
    if not isinstance(counties, list) or not counties:
        msg = (
            f"[{section}] `counties` is {counties!r}; it must be a list of GEOIDs, for example "
            '["26087"]; leave the key out for all counties'
        )
        raise InputError(msg)
    for geoid in counties:
        if not isinstance(geoid, str) or not re.fullmatch(r"[0-9]{5}", geoid):
            msg = f"[{section}] `counties` has {geoid!r}; a county’s GEOID is five digits in quotes"
            raise InputError(msg)
    return Person(email, str(role), frozenset(counties))


def _check_keys(section: object, name: str, known: tuple[str, ...] | None) -> Mapping[str, Any]:
    """Return a section; a misspelled key must not open what it was meant to close."""
    if not isinstance(section, Mapping):
        msg = f"[{name}] must be a section, not {section!r}"
        raise InputError(msg)
    for key in section:
        if known is not None and key not in known:
            msg = f"[{name}] has `{key}`, which means nothing here; known are {', '.join(known)}"
            raise InputError(msg)
    return section


def _check_role(role: object, section: str, key: str, known: tuple[str, ...]) -> None:
    if not isinstance(role, str) or role not in known:
        said = "is missing" if role is None else f"is {role!r}"
        msg = f"[{section}] `{key}` {said}; it must be one of {', '.join(known)}"
        raise InputError(msg)


def _stated_email(claims: Mapping[str, Any]) -> str:
    email = claims.get("email")
    return _small_letters(email) if isinstance(email, str) else ""


def _small_letters(email: str) -> str:
    """Make capitals small in ASCII only: some foreign letters turn into another's plain ones."""
    email = email.strip()
    return email.lower() if email.isascii() else email


def _is_unverified(claims: Mapping[str, Any]) -> bool:
    # Some providers send the text "false".
    return str(claims.get("email_verified", True)).strip().lower() in {"false", "0"}
