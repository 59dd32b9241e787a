"""What people write for outcomes, doses and givers."""

import pandas as pd
import pytest

from geo.own_data.wordings import (
    DOSES,
    GIVERS,
    dose_codes,
    giver_codes,
    outcome_codes,
    response_codes,
)
from geo.privacy.books import RESPONSES


def _one(function, word, *more):
    text = pd.Series([word, word], dtype="str", index=[5, 9])
    found = function(text, *more)
    assert found.index.tolist() == [5, 9]
    assert found.dtype == "str"
    assert found[5] == found[9]
    return found[5]


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Fatal", "fatal"), ("FATAL ", "fatal"), ("Deceased", "fatal"), ("DOA", "fatal"),
        ("Pronounced dead at scene", "fatal"), ("Died in hospital", "fatal"),
        ("Transported - died at hospital", "fatal"), ("Did not survive", "fatal"),
        ("Patient Dead at Scene-No Resuscitation Attempted (Without Transport)", "fatal"),
        ("Non-Fatal", "non_fatal"), ("nonfatal", "non_fatal"), ("Non - fatal", "non_fatal"),
        ("NON_FATAL", "non_fatal"), ("not fatal", "non_fatal"), ("Survived", "non_fatal"),
        ("not deceased", "non_fatal"), ("didn't die", "non_fatal"),
        ("Treated & transported", "non_fatal"), ("Patient refused", "non_fatal"),
        ("MEDIC TR RESP- NO TRANSPORT", "non_fatal"),
        ("Unknown", "unknown"), ("Pending", "unknown"), ("", "unknown"), (None, "unknown"),
        ("yes", "unknown"), ("CANCEL INCIDENT", "unknown"), ("?", "unknown"),
    ],
)  # fmt: skip
def test_outcomes(word, code):
    assert _one(outcome_codes, word, "Outcome") == code


@pytest.mark.parametrize(
    ("column", "yes", "no"),
    [
        ("Fatal", "fatal", "non_fatal"),
        ("Was it a death?", "fatal", "non_fatal"),
        ("DECEASED", "fatal", "non_fatal"),
        ("Non-Fatal", "non_fatal", "fatal"),
        ("nonfatal", "non_fatal", "fatal"),
        ("Survived", "non_fatal", "fatal"),
        ("Patient alive", "non_fatal", "fatal"),
        ("Outcome", "unknown", "unknown"),
    ],
)
def test_a_plain_yes_means_what_the_column_asks(column, yes, no):
    for word in ("Yes", "y", "TRUE", "1"):
        assert _one(outcome_codes, word, column) == yes
    for word in ("No", "n", "false", "0"):
        assert _one(outcome_codes, word, column) == no
    assert _one(outcome_codes, "Unknown", column) == "unknown"


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("0", "none"), ("0.0", "none"), ("None", "none"), ("No", "none"), ("n", "none"),
        ("Not given", "none"), ("Not administered", "none"), ("No naloxone", "none"),
        ("no Narcan given", "none"), ("0 doses", "none"),
        ("1", "one"), ("1.0", "one"), ("1 dose", "one"), ("Single dose", "one"), ("One", "one"),
        ("Narcan x1", "one"),
        ("2", "two"), ("2 Doses", "two"), ("two", "two"), ("2x", "two"), ("naloxone x 2", "two"),
        ("3", "three_or_more"), ("4.0", "three_or_more"), ("10", "three_or_more"),
        ("3+", "three_or_more"), ("3 or more", "three_or_more"), (">2", "three_or_more"),
        ("more than 2", "three_or_more"), ("4 doses", "three_or_more"), (">= 3", "three_or_more"),
        ("Yes", "some"), ("Given", "some"), ("NARCAN", "some"), ("Multiple doses", "some"),
        ("4 mg", "some"), ("2mg IN", "some"), ("0.4 mg", "some"), ("0.4", "some"),
        ("1 or more", "some"), ("2+", "some"),
        ("Unknown", "unknown"), ("unknown if given", "unknown"), ("NULL", "unknown"),
        ("", "unknown"), (None, "unknown"), ("N/A", "unknown"), ("1/5/2023", "unknown"),
        ("=1+1", "unknown"),
    ],
)  # fmt: skip
def test_doses(word, code):
    assert code in DOSES
    assert _one(dose_codes, word) == code


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Police", "police"), ("Law Enforcement", "police"), ("Sheriff’s deputy", "police"),
        ("MSP trooper", "police"), ("Warren PD", "police"),
        ("Department of Public Safety", "police"),
        ("Fire Dept", "fire"), ("Fire/EMS", "fire"), ("DFD", "unknown"), ("FD", "fire"),
        ("EMS", "ems"), ("Paramedic", "ems"), ("ALS unit", "ems"), ("MFR", "ems"),
        ("Ambulance", "ems"), ("hospital", "ems"),
        ("Bystander", "bystander"), ("Family member", "bystander"), ("lay person", "bystander"),
        ("Self", "bystander"), ("general public", "bystander"),
        ("Other", "other"), ("nobody", "unknown"), ("Medical examiner", "unknown"),
        ("Unknown", "unknown"), ("Lawrence", "unknown"), ("Delay", "unknown"), (None, "unknown"),
    ],
)  # fmt: skip
def test_givers(word, code):
    assert code in GIVERS
    assert _one(giver_codes, word) == code


@pytest.mark.parametrize(
    ("doses", "giver", "response"),
    [
        ("none", "police", "nobody"), ("none", "unknown", "nobody"), ("two", "ems", "ems"),
        ("some", "unknown", "giver_unknown"), ("unknown", "fire", "fire"),
        ("unknown", "unknown", "unknown"),
    ],
)  # fmt: skip
def test_responses(doses, giver, response):
    assert response in RESPONSES
    found = response_codes(pd.Series([doses], dtype="str"), pd.Series([giver], dtype="str"))
    assert found.tolist() == [response]


def test_every_pair_of_codes_has_a_response():
    pairs = pd.DataFrame([(one, two) for one in DOSES for two in GIVERS], dtype="str")
    assert set(response_codes(pairs[0], pairs[1])) <= set(RESPONSES)


def test_no_rows_no_codes():
    empty = pd.Series([], dtype="str")
    for found in (outcome_codes(empty, ""), dose_codes(empty), giver_codes(empty)):
        assert found.empty
        assert found.dtype == "str"
