"""Events over time: months that may be told, and weeks that stand out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.own_data.loaded import FILE_AREA, span_text, zone_place
from geo.spikes import ears_c2, poisson_threshold

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import altair as alt

    from geo.own_data.loaded import OwnData
    from geo.privacy.release import Release

MONTH_COLUMNS: Final = {
    "county": "County, or counties told together",
    "months": "Month, or months told together",
    "events": "Events",
    "events_a_month": "Events a month",
}
ALERT_COLUMNS: Final = {
    "county": "County",
    "first_day": "First day of the alert",
    "last_day": "Last day of the alert",
    "method": "Method that raised it",
    "events": "Events in the seven days at its height, in words",
    "usual": "Expected in seven days from the eight weeks before, in words",
    "p": "How often chance alone would do that on its strongest day; not for EARS C2",
}
ALERT_LABELS: Final = {
    "county": "County",
    "first_day": "First day",
    "last_day": "Last day",
    "events": "Seven days at its height",
    "usual": "Expected in seven days",
    "p": "By chance",
}
C2_LABELS: Final = {"county": "County", "first_day": "First day", "last_day": "Last day"}
POISSON: Final = "Poisson threshold"
C2: Final = "EARS C2"
BANDS: Final = (20, 30, 50, 75, 100, 150, 200, 300, 500, 1000)
"""Counts from which a band begins, above the chosen threshold."""
GAP_DAYS: Final = 7
"""Alarms closer together are one alert."""


def month_table(
    told: Release, counties: Collection[str] | None, names: Mapping[str, str]
) -> pd.DataFrame:
    """
    Return events by month and county; months are told together where one of them is small.

    Returns
    -------
    pandas.DataFrame
        The columns of `MONTH_COLUMNS`, and start, end (timestamps) for a chart.
    """
    blocks = told.blocks(told.monthly, counties)
    rows = []
    for row in blocks.itertuples():
        place = zone_place(told, told.monthly, row.zone, names)
        first, last = row.columns[0], row.columns[-1]
        start = pd.Period(first, "M").to_timestamp()
        end = (pd.Period(last, "M") + 1).to_timestamp()
        rows.append(
            (place, span_text(row.columns), row.events, row.events / len(row.columns), start, end)
        )
    columns = [*MONTH_COLUMNS, "start", "end"]
    table = pd.DataFrame(rows, columns=columns).astype({"county": "str", "months": "str"})
    return table.sort_values(["county", "start"], kind="stable").reset_index(drop=True)


def month_chart(table: pd.DataFrame, *, height: int = 300) -> alt.VConcatChart | alt.Chart:
    """Return a bar per month, or per months told together, as wide as they are long."""
    import altair as alt

    places = table["county"].unique()
    chart: alt.Chart = (
        alt.Chart(table)
        .mark_rect(stroke="white", strokeWidth=0.5, color="#1f78b4")
        .encode(
            x=alt.X("start:T", title=None),
            x2="end:T",
            y=alt.Y("zero:Q", title="Events a month"),
            y2="events_a_month:Q",
            tooltip=[
                alt.Tooltip("county:N", title="County"),
                alt.Tooltip("months:N", title="Months"),
                alt.Tooltip("events:Q", title="Events"),
            ],
        )
        .transform_calculate(zero="0")
        .properties(height=height / max(1, min(3, len(places))), width="container")
    )
    if len(places) <= 1:
        return chart
    parts = [
        chart.transform_filter(alt.datum.county == county).properties(title=county)
        for county in places
    ]
    stacked: alt.VConcatChart = alt.vconcat(*parts)
    return stacked


def alert_table(
    own: OwnData,
    counties: Collection[str] | None,
    names: Mapping[str, str],
    *,
    threshold: int,
) -> pd.DataFrame:
    """
    Return the alerts of each county: days on which more happened than the weeks before allow.

    Parameters
    ----------
    own : OwnData
    counties : collection of str, optional
        GEOIDs.
    names : mapping of str to str
        Of counties.
    threshold : int
        Of `THRESHOLDS`; the lowest band.

    Returns
    -------
    pandas.DataFrame
        The columns of `ALERT_COLUMNS`, newest first. No count is told, only bands from the
        threshold on.

    Notes
    -----
    Poisson threshold (seven days against the eight weeks before them, p < .01) and EARS C2.
    """
    known = set(own.placed.pieces["county"].dropna())
    known = known & set(counties) if counties is not None else known
    rows: list[tuple[str, ...]] = []
    for county in sorted(known) or [None]:
        daily = own.daily(county)
        place = names[county] if county else FILE_AREA
        found = poisson_threshold(daily)
        c2 = ears_c2(daily)
        for method, alarms in (
            (POISSON, found["is_alarm"]),
            (C2, c2["is_alarm"]),
        ):  # fmt: skip
            for days in _runs(alarms):
                inside = found.reindex(days)
                span = (place, f"{days[0]:%Y-%m-%d}", f"{days[-1]:%Y-%m-%d}", method)
                if method == C2:
                    rows.append((*span, "", "", ""))
                    continue
                peak = band_text(inside["window_count"].max(), threshold=threshold)
                usual = _usual_text(inside["expected_count"].min(), threshold)
                rows.append((*span, peak, usual, _p_text(inside["p_value"].min())))
    table = pd.DataFrame(rows, columns=list(ALERT_COLUMNS), dtype="str")
    return table.sort_values(["first_day", "county"], ascending=[False, True], ignore_index=True)


def band_text(count: Any, *, threshold: int) -> str:
    """
    Return a count as a band that gives nothing below the threshold away.

    Examples
    --------
    >>> band_text(0, threshold=10), band_text(10, threshold=10), band_text(64, threshold=10)
    ('fewer than 10', '10 or more', '50 or more')
    >>> band_text(14, threshold=15), band_text(19, threshold=15), band_text(64, threshold=15)
    ('fewer than 15', '15 or more', '50 or more')
    """
    if pd.isna(count):
        return "not known"
    if count < threshold:
        return f"fewer than {threshold}"
    return f"{max(band for band in (threshold, *BANDS) if band <= count)} or more"


def _p_text(p: float) -> str:
    """Return a p-value as a bound: exact, it would tell the count."""
    for bound in (0.0001, 0.001):
        if p < bound:
            return f"p < {bound:g}"
    return "p < 0.01"


def _usual_text(expected: Any, threshold: int) -> str:
    if pd.isna(expected):
        return "not known"
    is_small = expected < threshold
    return f"fewer than {threshold}" if is_small else f"about {round(expected / 10) * 10:.0f}"


def _runs(alarms: pd.Series) -> list[pd.DatetimeIndex]:
    """Return the days of each alert: alarms not more than a week apart."""
    days = alarms.index[alarms.fillna(value=False).astype(bool)]
    if len(days) == 0:
        return []
    apart = pd.Series(days).diff() > pd.Timedelta(days=GAP_DAYS)
    return [pd.DatetimeIndex(run) for _, run in pd.Series(days).groupby(apart.cumsum())]
