"""What lies within reach by road, as outlines for the browser and a line in the legend."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from geo.maps.layers import outline_layer
from geo.maps.legend import Ring, Section
from geo.remember import remembered
from geo.sites import sites_as_of
from geo.travel.tables import CATCHMENT_MINUTES

if TYPE_CHECKING:
    from datetime import date

    import geopandas as gpd

    from geo.answers import Answers
    from geo.scope import Scope

COLOUR: Final = "#7b3fa0"
WIDTH_PX: Final = 2.5
TO: Final = {"treatment": "any listed facility", "otp": "an OTP"}
TOLERANCE_DEGREES: Final = 0.0005


@remembered
def catchment_content(answers: Answers, as_of: date, kind: str, minutes: int) -> bytes:
    """
    Return the outline of all that lies within reach of a kind of site by car, as GeoJSON.

    Parameters
    ----------
    answers : Answers
    as_of : datetime.date
    kind : {"treatment", "otp"}
    minutes : int
        One of `CATCHMENT_MINUTES`.

    Returns
    -------
    bytes
        Empty where there is no such outline.
    """
    rows = _catchments(answers, as_of, kind, minutes)
    if rows is None or rows.empty:
        return b""
    joined = rows.geometry.union_all().simplify(TOLERANCE_DEGREES)
    return json.dumps(outline_layer(joined, rows.crs), separators=(",", ":")).encode()


def catchment_section(answers: Answers, scope: Scope) -> Section:
    """Return what the legend says of the outline; why there is none where there is none."""
    title, kind = "Reach by road", scope.facilities
    if scope.minutes not in CATCHMENT_MINUTES:
        made = " and ".join(map(str, CATCHMENT_MINUTES))
        return Section(title, note=f"Outlines are made for {made} minutes, not {scope.minutes}.")
    rows = _catchments(answers, scope.as_of, kind, scope.minutes)
    found = 0 if rows is None else len(rows)
    wanted = len(sites_as_of(answers.reader, scope.as_of).of_kind(kind))
    ring = Ring(f"Within {scope.minutes} min of {TO[kind]} by car", COLOUR, WIDTH_PX)
    note = f"Of {found:,} of {wanted:,} places; the others have no outline."
    return Section(title, rings=(ring,) if found else (), note="" if found == wanted else note)


def _catchments(answers: Answers, as_of: date, kind: str, minutes: int) -> gpd.GeoDataFrame | None:
    every = answers.reader.catchments
    if every is None:
        return None
    sites = sites_as_of(answers.reader, as_of).of_kind(kind)["site_id"]
    is_wanted = (every["mode_code"] == "car") & (every["minutes"] == minutes)
    return every[is_wanted & every["site_id"].isin(sites)]
