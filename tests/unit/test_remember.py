"""What the process remembers, and what it must not."""

import gc
import weakref

from geo.gap_view import scoped_gaps
from geo.own_data.own_help import OwnRows
from geo.own_data.own_reader import OwnAnswers, OwnReader
from geo.remember import remembered
from geo.scope import default_scope


class _Asker:
    def __init__(self, *, is_private):
        self.is_private = is_private


def test_an_answer_is_worked_out_once():
    asked = []
    ask = remembered(lambda _, two: asked.append(two) or two)
    asker = _Asker(is_private=False)
    assert [ask(asker, 1), ask(asker, 1), ask(asker, 2)] == [1, 1, 2]
    assert asked == [1, 2]


def test_what_is_one_sessions_is_not_remembered():
    asked = []
    ask = remembered(lambda _, two: asked.append(two) or two)
    asker = _Asker(is_private=True)
    assert [ask(asker, 1), ask(asker, 1)] == [1, 1]
    assert asked == [1, 1]
    gone = weakref.ref(asker)
    del asker
    gc.collect()
    assert gone() is None


def test_no_cache_of_the_process_holds_a_countys_own_rows(reader):
    rows = reader.read("facility").head(0)
    own = OwnAnswers(OwnReader(reader, None, OwnRows(_one_facility(), rows)))
    scope = default_scope(own.today)
    assert len(scoped_gaps(own, scope)) == 193
    gone = weakref.ref(own.reader)
    del own
    gc.collect()
    assert gone() is None


def _one_facility():
    import pandas as pd

    return pd.DataFrame(
        {
            "name": ["A place of our own"],
            "kind_code": ["otp"],
            "latitude": [43.05],
            "longitude": [-83.31],
            "address": pd.array([pd.NA], dtype="str"),
            "city": pd.array(["Lapeer"], dtype="str"),
            "date": ["2024-01-01"],
            "source": ["health department"],
            "county_geoid": ["26087"],
        }
    )
