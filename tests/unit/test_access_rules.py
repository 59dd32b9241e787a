"""Who may come in and load data: every branch, and every way to write it wrong."""

from __future__ import annotations

import tomllib

import pytest

from geo.access_rules import (
    SIGN_IN_KEYS,
    AccessRules,
    Person,
    check_sign_in_settings,
    read_access_rules,
    why_turned_away,
)
from geo.errors import InputError

WRITTEN = """
[auth]
redirect_uri = "https://coverage.county.gov/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "coverage"
client_secret = "not told"
server_metadata_url = "https://id.county.gov/.well-known/openid-configuration"

[access]
everyone = "viewer"

[access.people."Jane@County.gov"]
role = "uploader"
counties = ["26087", "26049"]

[access.people."joe@county.gov"]
role = "uploader"
"""


@pytest.fixture
def file():
    return tomllib.loads(WRITTEN)


@pytest.fixture
def rules(file):
    return read_access_rules(file["access"])


def test_without_a_section_there_are_no_rules():
    assert read_access_rules(None) is None


def test_empty_section_lets_nobody_in():
    rules = read_access_rules({})
    assert rules == AccessRules("none", {})
    assert rules.role_of({"email": "jane@county.gov", "email_verified": True}) is None


@pytest.mark.parametrize("email", ["jane@county.gov", "JANE@COUNTY.GOV", " Jane@county.gov "])
def test_listed_person_is_known_in_any_letters(rules, email):
    expected = Person("jane@county.gov", "uploader", frozenset({"26087", "26049"}))
    assert rules.role_of({"email": email}) == expected


def test_counties_left_out_are_all(rules):
    assert rules.role_of({"email": "joe@county.gov"}).counties is None


def test_unlisted_person_has_the_role_of_everyone(rules):
    assert rules.role_of({"email": "Ann@county.gov"}) == Person("ann@county.gov", "viewer", None)


@pytest.mark.parametrize("section", [{}, {"everyone": "none"}])
def test_unlisted_person_is_turned_away_by_default(section):
    assert read_access_rules(section).role_of({"email": "ann@county.gov"}) is None
    assert "not among those" in why_turned_away({"email": "ann@county.gov"})


@pytest.mark.parametrize("claims", [{}, {"email": ""}, {"email": " "}, {"email": None}])
def test_identity_without_email_is_turned_away_with_the_reason(rules, claims):
    assert rules.role_of(claims) is None
    assert "did not tell an e-mail address" in why_turned_away(claims)


@pytest.mark.parametrize("email", [7, ["jane@county.gov"], {"jane@county.gov": 1}, True])
def test_email_that_is_no_text_is_turned_away(rules, email):
    assert rules.role_of({"email": email}) is None


@pytest.mark.parametrize("said", [False, "false", "False", " FALSE", 0, "0"])
def test_unverified_email_does_not_count(rules, said):
    claims = {"email": "jane@county.gov", "email_verified": said}
    assert rules.role_of(claims) is None
    assert "not verified" in why_turned_away(claims)


@pytest.mark.parametrize("said", [True, "true", 1, None])
def test_email_counts_unless_it_is_said_to_be_unverified(rules, said):
    assert rules.role_of({"email": "jane@county.gov", "email_verified": said}) is not None


def test_foreign_letter_that_becomes_a_plain_one_is_somebody_else():
    kelvin = "\N{KELVIN SIGN}ate@county.gov"
    assert kelvin.lower() == "kate@county.gov"
    rules = read_access_rules({"people": {"kate@county.gov": {"role": "uploader"}}})
    assert rules.role_of({"email": kelvin}) is None


def test_reason_repeats_nothing_of_the_identity():
    assert "<b>" not in why_turned_away({"email": "<b>@county.gov"})


def test_rules_cannot_be_changed(rules):
    with pytest.raises(AttributeError):
        rules.everyone = "uploader"


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("viewer", ["[access]", "'viewer'"]),
        ([], ["[access]", "[]"]),
        ({"evryone": "viewer"}, ["[access]", "`evryone`"]),
        ({"everyone": "admin"}, ["[access]", "`everyone`", "'admin'", "viewer, uploader, none"]),
        ({"everyone": True}, ["[access]", "`everyone`", "True"]),
        ({"everyone": None}, ["[access]", "`everyone`", "missing"]),
        ({"people": "jane@county.gov"}, ["[access.people]", "'jane@county.gov'"]),
        ({"people": [{}]}, ["[access.people]"]),
        ({"people": {"jane": {"role": "viewer"}}}, ['[access.people."jane"]', "e-mail"]),
        ({"people": {"a@b c": {"role": "viewer"}}}, ['[access.people."a@b c"]', "e-mail"]),
        ({"people": {"a@b@c": {"role": "viewer"}}}, ['[access.people."a@b@c"]', "e-mail"]),
    ],
)
def test_malformed_section_is_named(section, said):
    with pytest.raises(InputError) as error:
        read_access_rules(section)
    for part in said:
        assert part in str(error.value)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("uploader", ["'uploader'"]),
        ({}, ["`role`", "missing"]),
        ({"role": "Uploader"}, ["`role`", "'Uploader'", "viewer, uploader"]),
        ({"role": "none"}, ["`role`", "'none'"]),
        ({"role": ["viewer"]}, ["`role`", "['viewer']"]),
        ({"role": "viewer", "conties": ["26087"]}, ["`conties`", "role, counties"]),
        ({"role": "uploader", "counties": "26087"}, ["`counties`", "'26087'"]),
        ({"role": "uploader", "counties": []}, ["`counties`", "leave the key out"]),
        ({"role": "uploader", "counties": None}, ["`counties`", "None"]),
        ({"role": "uploader", "counties": [26087]}, ["`counties`", "26087", "in quotes"]),
        ({"role": "uploader", "counties": ["26087", "2604"]}, ["`counties`", "'2604'"]),
        ({"role": "uploader", "counties": ["26087\n"]}, ["`counties`", r"'26087\n'"]),
        ({"role": "uploader", "counties": ["٢٦٠٨٧"]}, ["`counties`", "five digits"]),
        ({"role": "uploader", "counties": ["Lapeer"]}, ["`counties`", "'Lapeer'"]),
    ],
)
def test_malformed_person_is_named(entry, said):
    with pytest.raises(InputError) as error:
        read_access_rules({"people": {"jane@county.gov": entry}})
    for part in ['[access.people."jane@county.gov"]', *said]:
        assert part in str(error.value)


def test_person_listed_twice_in_other_letters_is_named():
    people = {"jane@county.gov": {"role": "viewer"}, "Jane@county.gov": {"role": "uploader"}}
    with pytest.raises(InputError, match=r"'Jane@county.gov' twice"):
        read_access_rules({"people": people})


def test_sign_in_settings_that_can_sign_in(file):
    check_sign_in_settings(file["auth"])


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost:9000"])
def test_provider_on_this_machine_needs_no_https(file, host):
    check_sign_in_settings(file["auth"] | {"server_metadata_url": f"http://{host}/discovery"})


@pytest.mark.parametrize("section", [None, "yes", []])
def test_missing_sign_in_section_is_named(section):
    with pytest.raises(InputError, match=r"\[auth\] is missing"):
        check_sign_in_settings(section)


@pytest.mark.parametrize("key", SIGN_IN_KEYS)
@pytest.mark.parametrize("value", [None, "", "  ", 7, {}])
def test_missing_or_empty_sign_in_key_is_named(file, key, value):
    with pytest.raises(InputError, match=rf"\[auth\] needs `{key}`"):
        check_sign_in_settings(file["auth"] | {key: value})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("cookie_secret", "changeme"),
        ("cookie_secret", "x" * 31),
        ("redirect_uri", "coverage.county.gov/oauth2callback"),
        ("redirect_uri", "https://coverage.county.gov/"),
        ("redirect_uri", "https://[half/oauth2callback"),
        ("server_metadata_url", "http://id.county.gov/.well-known/openid-configuration"),
        ("server_metadata_url", "file://localhost/discovery"),
        ("server_metadata_url", "https://id.example/{tenant}/.well-known/openid-configuration"),
        ("server_metadata_url", "https://[half/discovery"),
        ("server_metadata_url", "https://login.microsoftonline.com/common/v2.0/discovery"),
        ("server_metadata_url", "https://login.microsoftonline.us/organizations/v2.0/discovery"),
    ],
)
def test_unsafe_sign_in_value_is_refused_and_not_repeated(file, key, value):
    with pytest.raises(InputError) as error:
        check_sign_in_settings(file["auth"] | {key: value})
    assert f"`{key}`" in str(error.value)
    assert value not in str(error.value)


def test_entra_with_its_own_tenant_is_taken(file):
    address = (
        "https://login.microsoftonline.com/11111111-2222/v2.0/.well-known/openid-configuration"
    )
    check_sign_in_settings(file["auth"] | {"server_metadata_url": address})
