"""Figures that are charts: a county's trend, several counties' trends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo import charts, comparison
from geo.errors import InputError
from geo.figures.content import Picture
from geo.figures.map_kinds import Told
from geo.figures.sheet import INK, QUIET, Box
from geo.figures.typeface import FAMILY, line_in, width_in
from geo.key_numbers import OAKLAND, OAKLAND_NOTE
from geo.profile import Profile, describe_trend, profile
from geo.withheld import is_withheld, withheld_range
from geo.wording import plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from geo.answers import Answers
    from geo.figures.sheet import Sheet
    from geo.scope import Scope

AXIS: Final = "Deaths per 100,000 residents"
MARKERS: Final = ("o", "s", "^", "D", "v", "P")
INTERVAL_METHOD: Final = "Points: crude rates; upright lines: exact 95 % Poisson intervals"
BAR_METHOD: Final = "; thick bars: the range of a suppressed year"
ASPECT: Final = 1.7
APART_YEARS: Final = 0.1
"""Between two counties' points of one year, so that no interval hides another."""
MOST_LEGEND: Final = 0.4


def told_trend(answers: Answers, scope: Scope) -> Told:
    """Return what the trend of the chosen area's county says."""
    found = profile(answers, scope)
    _require_years(found.trend, answers.county_names[found.county])
    late = found.provisional
    bars = is_withheld(pd.concat([found.trend["status_code"], late["status_code"]])).any()
    return Told(
        scope,
        f"{found.title}, {_span(found.trend)}"
        + "".join(f", and {year} provisional" for year in late.index),
        "Residents who died of a drug overdose, by year." + _provisional_note(late),
        _method(bars),
        _years_counted(found.trend),
        _hidden_years(found.trend) + (f" {OAKLAND_NOTE}" if found.county == OAKLAND else ""),
        f"Chart. {describe_trend(found)}",
        f"Chart. {describe_trend(found)} {_year_lines(found.trend)}",
        (
            *answers.edition.death_sources,
            *([answers.measures["provisional_2024"].source_id] if len(late) else []),
        ),
        "trend",
        "",
    )


def told_compare(answers: Answers, scope: Scope) -> Told:
    """Return what the trends of the compared counties say."""
    trends = _trends(answers, scope)
    deaths = int(sum(one["events"].sum() for one in trends.values()))
    alt = comparison.describe_trends(trends)
    status = pd.concat([one["status_code"] for one in trends.values()])
    hidden, between = int(is_withheld(status).sum()), withheld_range(status)
    caution = f"Suppressed at the source ({between} deaths each), where lines break: {hidden} "
    caution += f"{plural(hidden, 'county-year')}."
    caution = caution if hidden else "No year is suppressed."
    if "Oakland" in trends:
        caution += f" {OAKLAND_NOTE}"
    first = next(iter(trends.values()))
    return Told(
        scope,
        f"Overdose deaths of residents per 100,000, {_span(first)}: {', '.join(trends)}",
        "Residents who died of a drug overdose, by year and county.",
        _method(hidden > 0),
        f"n = {len(trends)} counties, {deaths:,} deaths in reported years."
        if any(one["events"].notna().any() for one in trends.values())
        else f"n = {len(trends)} counties, no reported year.",
        caution,
        f"Chart. {alt}",
        f"Chart. {alt} " + " ".join(f"{name}: {_year_lines(one)}" for name, one in trends.items()),
        answers.edition.death_sources,
        "trends",
        "",
    )


def trend_picture(answers: Answers, scope: Scope) -> Picture:
    """Return the chart of the chosen area's county."""
    found = profile(answers, scope)

    def draw(sheet: Sheet, box: Box, size_pt: float) -> None:
        draw_trend(sheet, box, size_pt, found)

    return Picture(ASPECT, draw)


def compare_picture(answers: Answers, scope: Scope) -> Picture:
    """Return the chart of the compared counties."""
    trends = _trends(answers, scope)

    def draw(sheet: Sheet, box: Box, size_pt: float) -> None:
        axes = _chart(sheet, box, size_pt)
        for (name, trend), colour, marker in zip(
            trends.items(), charts.COUNTY_COLOURS, MARKERS, strict=False
        ):
            place = list(trends).index(name) - (len(trends) - 1) / 2
            found = _arrays(trend, shift=place * APART_YEARS)
            size = size_pt / 2
            axes.plot(
                found.years,
                found.rate,
                color=colour,
                marker=marker,
                markersize=size,
                linewidth=1.2,
                label=name,
            )
            known = ~found.hidden
            axes.vlines(
                found.years[known],
                found.low[known],
                found.high[known],
                color=colour,
                linewidth=0.6,
            )
            _bars(axes, found, colour)
        _legend(axes, box, size_pt)

    return Picture(ASPECT, draw)


def draw_trend(sheet: Sheet, box: Box, size_pt: float, found: Profile) -> None:
    """Draw a county's trend into a box: the shapes and colours of the screen."""
    axes = _chart(sheet, box, size_pt)
    final, late = _arrays(found.trend), _arrays(found.provisional)
    if not final.hidden.all():
        _points(axes, final, "o", charts.COLOURS[charts.REPORTED], charts.REPORTED, size_pt)
    if final.hidden.any():
        _bars(
            axes,
            final,
            charts.COLOURS[charts.SUPPRESSED],
            label=charts.suppressed_label(found.trend),
        )
    colour, label = charts.COLOURS[charts.PROVISIONAL], charts.provisional_label(found.provisional)
    if late.hidden.any():
        _bars(axes, late, colour, label=label)
    elif len(late.years):
        _points(axes, late, "D", colour, label, size_pt)
    _legend(axes, box, size_pt)


def _points(  # noqa: PLR0917
    axes: Axes, found: _Arrays, marker: str, colour: str, label: str, size_pt: float
) -> None:
    known = ~found.hidden
    axes.vlines(found.years[known], found.low[known], found.high[known], color=colour, linewidth=1)
    axes.plot(
        found.years[known],
        found.rate[known],
        linestyle="none",
        marker=marker,
        markersize=size_pt / 1.8,
        color=colour,
        label=label,
        clip_on=False,
    )


def _chart(sheet: Sheet, box: Box, size_pt: float) -> Axes:
    from matplotlib.ticker import MaxNLocator

    line = line_in(size_pt)
    left, below = 4.2 * line, 1.8 * line
    inner = Box(box.left + left, box.bottom + below, box.width - left, box.height - below)
    axes = sheet.axes(inner, zorder=1)
    axes.set_ylabel(AXIS, fontsize=size_pt, fontfamily=FAMILY, color=INK)
    axes.tick_params(labelsize=size_pt, labelfontfamily=FAMILY, width=0.5, length=2)
    axes.grid(axis="y", color="#e0e0e0", linewidth=0.5)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set(edgecolor=QUIET, linewidth=0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return axes


def _legend(axes: Axes, box: Box, size_pt: float) -> None:
    labels = axes.get_legend_handles_labels()[1]
    widest = max(width_in(label, size_pt) for label in labels) + 4 * line_in(size_pt)
    columns = max(1, min(len(labels), int(box.width / widest)))
    axes.set_ylim(bottom=0)
    axes.legend(
        prop={"family": FAMILY, "size": size_pt},
        facecolor="white",
        edgecolor="none",
        framealpha=1,
        loc="upper left",
        ncols=columns,
        borderaxespad=0,
        handlelength=1.4,
    )
    low, high = axes.get_ylim()
    lines = -(-len(labels) // columns)
    room = lines * 1.5 * line_in(size_pt) / box.height
    axes.set_ylim(low, high / (1 - min(room, MOST_LEGEND)))  # the legend stands above the points


def _bars(axes: Axes, found: _Arrays, colour: str, *, label: str = "_nolegend_") -> None:
    axes.vlines(
        found.years[found.hidden],
        found.low[found.hidden],
        found.high[found.hidden],
        color=colour,
        linewidth=4,
        alpha=0.75,
        label=label,
    )


@dataclass(frozen=True)
class _Arrays:
    """A trend as arrays: years, rate, low, high, and which years are hidden."""

    years: np.ndarray
    rate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    hidden: np.ndarray


def _arrays(trend: pd.DataFrame, *, shift: float = 0.0) -> _Arrays:
    columns = ("rate_per_100k", "rate_lower_per_100k", "rate_upper_per_100k")
    rate, low, high = (trend[name].to_numpy(float, na_value=np.nan) for name in columns)
    hidden = is_withheld(trend["status_code"]).to_numpy(bool)
    return _Arrays(trend.index.to_numpy(float) + shift, rate, low, high, hidden)


def _method(has_bars: bool) -> str:  # noqa: FBT001
    return INTERVAL_METHOD + (BAR_METHOD if has_bars else "") + "."


def _trends(answers: Answers, scope: Scope) -> dict[str, pd.DataFrame]:
    if len(comparison.compared_counties(answers, scope)) < comparison.FEWEST:
        msg = "nothing to compare: choose two to six counties, or the trend of a county"
        raise InputError(msg)
    return comparison.compared_trends(answers, scope)


def _require_years(trend: pd.DataFrame, name: str) -> None:
    if trend.empty:
        msg = f"nothing to draw: {name} County is not in the source of deaths"
        raise InputError(msg)


def _span(trend: pd.DataFrame) -> str:
    return f"{trend.index.min()} to {trend.index.max()}"


def _years_counted(trend: pd.DataFrame) -> str:
    known = trend["events"].dropna()
    if known.empty:
        return "No reported year."
    return f"n = {int(known.sum()):,} deaths in {len(known)} reported years."


def _provisional_note(provisional: pd.DataFrame) -> str:
    """Return what is to be said of the provisional year; empty where there is none."""
    if provisional.empty:
        return ""
    between = withheld_range(provisional["status_code"])
    how = f", suppressed at the source ({between} deaths)" if between else ""
    if charts.is_derived(provisional):
        how = ", worked back from published rates"
    year = provisional.index[-1]
    return f" {year}: provisional{how}, not comparable with final counts."


def _hidden_years(trend: pd.DataFrame) -> str:
    hidden = trend.index[is_withheld(trend["status_code"]).to_numpy(bool)]
    if not len(hidden):
        return "No year is suppressed."
    between = withheld_range(trend["status_code"])
    return f"Suppressed at the source ({between} deaths): {', '.join(map(str, hidden))}."


def _year_lines(trend: pd.DataFrame) -> str:
    lines = [
        f"{year} suppressed" if pd.isna(rate) else f"{year} {rate:.1f}"
        for year, rate in trend["rate_per_100k"].items()
    ]
    return "By year: " + ", ".join(lines) + "."
