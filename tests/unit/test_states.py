from __future__ import annotations

import pytest

from geo.errors import InputError
from geo.states import STATES, state_of


def test_states_are_fifty_with_the_district_and_puerto_rico():
    assert len(STATES) == 52
    for column in ("fips", "postal", "name"):
        assert len({getattr(state, column) for state in STATES}) == 52
    assert [state.fips for state in STATES] == sorted(state.fips for state in STATES)
    # numbers once kept for places that are no states, and for territories
    taken = {int(state.fips) for state in STATES}
    assert set(range(1, 57)) - taken == {3, 7, 14, 43, 52}


@pytest.mark.parametrize("code", ["26", "MI", "mi", "Michigan", " michigan "])
def test_state_is_found_by_number_letters_or_name(code):
    assert state_of(code).name == "Michigan"


def test_names_of_two_words_are_whole():
    assert state_of("DC").name == "District of Columbia"
    assert state_of("37").name == "North Carolina"


@pytest.mark.parametrize("code", ["", "3", "03", "Ontario", "26163"])
def test_what_is_no_state_is_refused(code):
    with pytest.raises(InputError, match="is no state"):
        state_of(code)
