"""Charts from trends; Altair draws them in the browser, from files that Streamlit serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.withheld import RANGE_WORDS, is_withheld, withheld_range

if TYPE_CHECKING:
    import altair as alt

REPORTED: Final = "reported, with 95 % interval"
_RANGE: Final = "suppressed: range of {} deaths"
SUPPRESSED: Final = _RANGE.format(RANGE_WORDS["suppressed"])
PROVISIONAL: Final = "derived, provisional"
REPORTED_PROVISIONAL: Final = "reported, provisional"
_WITHHELD_PROVISIONAL: Final = "provisional, suppressed: range of {} deaths"
DERIVED: Final = "derived_provisional"
"""Status of a count that is worked back from a rate."""
COLOURS: Final = {REPORTED: "#1f78b4", SUPPRESSED: "#8a8a8a", PROVISIONAL: "#e6550d"}
"""Told apart by shape and colour, in light and dark."""
SHAPES: Final = ("circle", "square", "diamond")
COUNTY_COLOURS: Final = ("#1f78b4", "#e6550d", "#31a354", "#756bb1", "#8c6d31", "#d6336c")


def suppressed_label(trend: pd.DataFrame) -> str:
    """
    Return what the thick bars of a trend are, with the ranges that its withheld years lie in.

    Parameters
    ----------
    trend : pandas.DataFrame
        From `geo.trend.yearly_trend`.

    Returns
    -------
    str
        `SUPPRESSED` where no year is withheld, so that a legend says what a bar would be.
    """
    ranges = withheld_range(trend["status_code"])
    return _RANGE.format(ranges) if ranges else SUPPRESSED


def provisional_label(provisional: pd.DataFrame) -> str:
    """
    Return what the provisional year of a trend is, by how its count came about.

    Parameters
    ----------
    provisional : pandas.DataFrame
        From `geo.trend.yearly_trend`; status_code as in `overdose_death_provisional`.

    Returns
    -------
    str
        `PROVISIONAL` where the count is worked back from a rate, `REPORTED_PROVISIONAL` where it
        is the publisher's, its range where it is withheld; empty where there is no such year.
    """
    if provisional.empty:
        return ""
    ranges = withheld_range(provisional["status_code"])
    if ranges:
        return _WITHHELD_PROVISIONAL.format(ranges)
    return PROVISIONAL if is_derived(provisional) else REPORTED_PROVISIONAL


def is_derived(provisional: pd.DataFrame) -> bool:
    """Return whether a provisional count is worked back from a published rate."""
    return bool((provisional["status_code"] == DERIVED).any())


def trend_chart(
    trend: pd.DataFrame, provisional: pd.DataFrame, *, unit: str, height: int = 320
) -> alt.LayerChart:
    """
    Return the chart of a trend.

    Parameters
    ----------
    trend, provisional : pandas.DataFrame
        From `geo.trend.yearly_trend`.
    unit : str
        Title of the axis.
    height : int
        In pixels.

    Returns
    -------
    altair.LayerChart
        A point with its interval for a reported year, a thick bar over the range of a withheld
        one (1 to 9 deaths, or 10 to 50), a diamond for a provisional one, in the legend where
        there is one; no line through a year that is withheld.
    """
    import altair as alt

    label, late_label = suppressed_label(trend), provisional_label(provisional)
    kinds = [REPORTED, label, *filter(None, [late_label])]
    late = _told(provisional, reported=late_label, withheld=late_label)
    rows = pd.concat([_told(trend, withheld=label), late], ignore_index=True)
    years = rows["year"].astype(int)
    span = [str(year) for year in range(years.min(), years.max() + 1)]  # a year without data shows
    base = alt.Chart(rows).encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0), scale=alt.Scale(domain=span)),
        color=alt.Color(
            "what:N",
            title=None,
            scale=alt.Scale(domain=kinds, range=list(COLOURS.values())[: len(kinds)]),
            legend=alt.Legend(orient="bottom", direction="vertical", rowPadding=0, labelLimit=320),
        ),
    )
    limits: dict[str, Any] = {"y": alt.Y("lower:Q", title=unit), "y2": "upper:Q"}

    def bar(what: str) -> alt.Chart:
        own = base.transform_filter(alt.datum.what == what)
        drawn: alt.Chart = own.mark_rule(strokeWidth=8, opacity=0.75).encode(**limits)
        return drawn

    chart: alt.LayerChart = (
        bar(label)
        + base.transform_filter(alt.datum.what != label).mark_rule().encode(**limits)
        + base.transform_filter(alt.datum.what != label)
        .mark_point(filled=True, size=60, opacity=1)
        .encode(
            y="rate:Q",
            shape=alt.Shape(
                "what:N",
                scale=alt.Scale(domain=kinds, range=list(SHAPES[: len(kinds)])),
                legend=None,
            ),
        )
    )
    if is_withheld(provisional["status_code"]).any():
        chart += bar(late_label)
    return chart.properties(height=height)


def _told(
    trend: pd.DataFrame, *, reported: str = REPORTED, withheld: str = SUPPRESSED
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": trend.index.astype(str),
            "what": np.where(is_withheld(trend["status_code"]), withheld, reported),
            "rate": trend["rate_per_100k"].to_numpy(float, na_value=float("nan")),
            "lower": trend["rate_lower_per_100k"].to_numpy(float),
            "upper": trend["rate_upper_per_100k"].to_numpy(float),
        }
    )


def compared_trends_chart(
    trends: dict[str, pd.DataFrame], *, unit: str, height: int = 340
) -> alt.LayerChart:
    """
    Return the trends of several counties on one chart.

    Parameters
    ----------
    trends : dict of str to pandas.DataFrame
        `geo.trend.yearly_trend` by the county's name.
    unit : str
        Title of the axis.
    height : int
        In pixels.

    Returns
    -------
    altair.LayerChart
        A line and a symbol per county, broken where a year is withheld; a thick bar is the range
        of a withheld year, of 1 to 9 deaths or of 10 to 50.
    """
    import altair as alt

    rows = pd.concat(
        [_told(trend).assign(county=name) for name, trend in trends.items()], ignore_index=True
    )
    names = list(trends)
    base = alt.Chart(rows).encode(
        x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
        color=alt.Color(
            "county:N",
            title=None,
            sort=names,
            scale=alt.Scale(domain=names, range=list(COUNTY_COLOURS[: len(names)])),
        ),
    )
    reported = base.transform_filter(alt.datum.what == REPORTED)
    chart: alt.LayerChart = (
        base.transform_filter(alt.datum.what == SUPPRESSED)
        .mark_rule(strokeWidth=6, opacity=0.5)
        .encode(y=alt.Y("lower:Q", title=unit), y2="upper:Q")
        + reported.mark_rule(opacity=0.35).encode(y="lower:Q", y2="upper:Q")
        + base.mark_line(invalid="break-paths-show-path-domains").encode(y="rate:Q")
        + reported.mark_point(filled=True, size=55, opacity=1).encode(
            y="rate:Q",
            shape=alt.Shape("county:N", sort=names, scale=alt.Scale(domain=names), title=None),
        )
    ).properties(height=height)
    return chart
