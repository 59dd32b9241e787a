"""Tract groups on the map: a look for each class of their hotspots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.maps.style import SIGNIFICANCE_COLOURS, Look
from geo.withheld import RANGE_WORDS

if TYPE_CHECKING:
    from collections.abc import Collection

    from geo.answers import Answers

UNIT_WORDS: Final = {
    "hot": "Hot: a higher rate here and around than chance allows (5 %)",
    "hot_light": "Rather hot: the same at 10 %",
    "not_distinguishable": "Not distinguishable from chance",
    "cold_light": "Rather cold: the same as cold, at 10 %",
    "cold": "Cold: a lower rate here and around than chance allows (5 %)",
    "undefined": "Not judged: no rate, or too few groups around with one",
}
UNIT_LOOKS: Final = tuple(
    Look(f"unit_{code}", words, SIGNIFICANCE_COLOURS[code]) for code, words in UNIT_WORDS.items()
)
STATUS_WORDS: Final = {code: f"count withheld ({words})" for code, words in RANGE_WORDS.items()}


def unit_looks(answers: Answers, counties: Collection[str]) -> pd.Series:
    """
    Return the look of each tract group of some counties, by unit_id.

    Parameters
    ----------
    answers : Answers
    counties : collection of str
        GEOIDs; a group whose tracts lie in several is in where one of them is.

    Returns
    -------
    pandas.Series of Look
    """
    units = answers.reader.read("tract_group").set_index("unit_id")
    prefixes = tuple(counties)
    inside = units["tracts"].map(
        lambda tracts: any(tract.startswith(prefixes) for tract in tracts.split("|"))
    )
    codes = answers.unit_classes()["hotspot_code"].reindex(units.index[inside.to_numpy(bool)])
    looks = {look.code.removeprefix("unit_"): look for look in UNIT_LOOKS}
    return codes.map(looks).astype(object)


def unit_layer(answers: Answers, looks: pd.Series) -> dict[str, Any]:
    """
    Return what the browser is told of tract groups: a look and words for each.

    Parameters
    ----------
    answers : Answers
    looks : pandas.Series of Look, by unit_id
        From `unit_looks`.

    Returns
    -------
    dict
        Merged into the state of the map.
    """
    units = answers.reader.read("tract_group")
    place = {unit: at for at, unit in enumerate(units["unit_id"])}
    rows = units.set_index("unit_id").loc[looks.index]
    styles = list(dict.fromkeys(looks))
    words = [
        f"{_rate_words(row)}\n{look.label}"
        for (_, row), look in zip(rows.iterrows(), looks, strict=True)
    ]
    layer = {
        "layer": "unit",
        "of": [place[unit] for unit in looks.index],
        "styles": [look.as_list for look in styles],
        "style": [styles.index(look) for look in looks],
        "words": words,
    }
    return {"own": layer}


def units_sentence(answers: Answers, counties: Collection[str]) -> str:
    """Return how many tract groups of some counties are hot, cold, withheld."""
    codes = unit_looks(answers, counties).map(lambda look: look.code.removeprefix("unit_"))
    status = answers.reader.read("tract_group").set_index("unit_id")["status_code"]
    withheld = int((status.reindex(codes.index) != "reported").sum())
    return (
        f"Of {len(codes)} tract groups {int((codes == 'hot').sum())} are hot and "
        f"{int((codes == 'cold').sum())} cold (5 %); the count of {withheld} is withheld (1 to 9, "
        "or 10 to 50)."
    )


def _rate_words(row: pd.Series) -> str:
    count = STATUS_WORDS.get(row["status_code"], f"{row['deaths']} deaths")
    if pd.isna(row["rate_per_100k"]):
        return f"{count}, no rate, {row['year']}"
    kind = "modelled" if row["is_modelled"] else "published"
    limits = ""
    if pd.notna(row["rate_lower_per_100k"]):
        limits = f" ({row['rate_lower_per_100k']:.1f} to {row['rate_upper_per_100k']:.1f})"
    return f"{row['rate_per_100k']:.1f}{limits} per 100,000 a year, {kind}; {count}, {row['year']}"
