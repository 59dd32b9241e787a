"""Every table of the app as a file: what it is called, what its columns mean, where it is from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo import comparison, gap_view, plan_facts, plan_view, what_if_view
from geo import overview as view
from geo.catalogue import evidence_catalogue, source_catalogue, table_catalogue
from geo.downloads import REASON, Export
from geo.key_numbers import key_number_table
from geo.map_view import place_text
from geo.profile import PROVISIONAL, profile, trend_table
from geo.provenance import provenance
from geo.site_plan import KINDS
from geo.withheld import is_withheld

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geo.answers import Answers
    from geo.scope import Scope

TREND_COLUMNS: Final = {
    "year": "Year",
    "county": "County",
    "events": "Deaths of residents",
    "status_code": "reported, suppressed (1 to 9) or suppressed_10_to_50; of a provisional year "
    "also derived (worked back from a rate), and it ends in provisional",
    "population_persons": "Residents",
    "rate_per_100k": "Deaths per 100,000 residents",
    "rate_lower_per_100k": "Lower limit: 95 % interval; of a suppressed year, of its range",
    "rate_upper_per_100k": "Upper limit: 95 % interval; of a suppressed year, of its range",
}
SITE_COLUMNS: Final = {
    "site_id": "Our identifier of the place",
    "name": "Place",
    "latitude": "Degrees north, NAD83",
    "longitude": "Degrees east, NAD83",
}
KEY_NUMBER_COLUMNS: Final = {
    "label": "What is counted",
    "value": "As shown",
    "low": "As a number; shares from 0 to 1; the lower end where suppression leaves a range",
    "high": "The same, upper end",
    "detail": "Interval, unit or remark",
    "source": "Publisher, vintage, what to beware of",
    "table": "File it was worked out from",
}
STEP_COLUMNS: Final = {
    "step": "Order of the greedy choice",
    **SITE_COLUMNS,
    "people_gained": "Residents newly within reach by this step",
    "people_covered_greedy": "Residents within reach after this step, chosen one by one",
    "people_covered_exact": "Residents within reach of the best set of this many sites",
    "share_of_bound": "Best set found, as a share of what no set can exceed",
    "is_optimal": "The best set is proven best",
}
BEST_COLUMNS: Final = {
    **SITE_COLUMNS,
    "people_reached": "Residents this site alone would bring within reach",
}
GAIN_COLUMNS: Final = {
    "area_id": "Our identifier of a municipality: county and Census GEOID",
    "name": "Municipality",
    "county": "County",
    "people_gained": "Residents newly within reach",
}
AGENCY_COLUMNS: Final = {
    "agency_id": "Our identifier of the department",
    "name": "Department",
    "naloxone_code": "Status by dated sources; not_documented is unknown, not no",
    "residents_persons": "Residents it polices, {year}, by tract",
    "high_need_persons": "Of them in counties of high need",
    "gap_closed_share": "Share of all residents without documented police naloxone, 0 to 1",
    "gap_closed_running_share": "The same, with every department above",
    "address": "Main station",
    "city": "City of the main station",
    "search_code": "What a search for a source found",
    "searched_date": "Day of the search",
}
KIT_COLUMNS: Final = {
    "county_geoid": "County GEOID",
    "county": "County",
    "population_persons": "Residents, latest estimate",
    **{
        f"kits_by_{way}{end}": f"Naloxone kits a year by {way}{words}"
        for way in ("people", "deaths")
        for end, words in (("", ""), ("_lower", ", lower limit"), ("_upper", ", upper limit"))
    },
}
BACKTEST_COLUMNS: Final = {
    "ranking": "What puts counties first",
    "counties": "Counties in the top fifth",
    "deaths_share_low": "Share of later deaths in them, 0 to 1, suppressed years at their least",
    "deaths_share_high": "The same, suppressed years at their most",
    "people_share": "Share of residents in them, 0 to 1",
    "lift": "Deaths per resident in them, times the state’s",
}
COMPARISON_COLUMNS: Final = {
    "measure": "Measure",
    "county_geoid": "County GEOID",
    "county": "County",
    "value": "Rate per 100,000 residents per year, or share from 0 to 1",
    "lower": "95 % interval, lower limit",
    "upper": "95 % interval, upper limit",
    "text": "As shown",
}
DIFFERENCE_COLUMNS: Final = {
    "county_geoid": "County GEOID",
    "county": "County",
    "beside": "County it is compared with",
    "difference_per_100k": "Difference of crude death rates, per 100,000 residents per year",
    "difference_lower": "95 % interval of the difference, lower limit",
    "difference_upper": "95 % interval of the difference, upper limit",
    "ratio": "Ratio of the two rates",
    "ratio_lower": "95 % interval of the ratio, lower limit",
    "ratio_upper": "95 % interval of the ratio, upper limit",
    "text": "As shown",
}
CHANGE_COLUMNS: Final = {"area_id": GAIN_COLUMNS["area_id"], **what_if_view.CHANGE_COLUMNS}


def export_of(answers: Answers, scope: Scope, name: str, page: str) -> Export:
    """
    Return a table of the app, ready to be written.

    Parameters
    ----------
    answers : Answers
    scope : Scope
    name : str
        A key of `EXPORTS`.
    page : str
        Address of the page, without a query.

    Returns
    -------
    Export

    Raises
    ------
    InputError
        If the scope has no such table.
    """
    title, table, columns, sources = EXPORTS[name](answers, scope)
    reach = KINDS[scope.plan.kind] if name.startswith("plan-") else ""
    origin = provenance(answers, scope, title, source_ids=sources, page=page, reach=reach)
    return Export(table, answers.edition.dated(columns), origin.block)


Made = tuple[str, "pd.DataFrame", "Mapping[str, str]", "Sequence[str]"]


def with_reason(table: pd.DataFrame, column: str, reason: pd.Series) -> pd.DataFrame:
    """Return a table with the column that says why `column` has no number, right after it."""
    place = int(table.columns.get_loc(column)) + 1
    known = table[column].notna() & (reason != "suppressed")
    found = reason.mask(known, "reported")
    wide = table.copy()
    wide.insert(place, f"{column}{REASON}", found)
    return wide


def _measured(answers: Answers, table: str = "") -> tuple[str, ...]:
    """Return the source of each measure, or of those of one table."""
    measures = answers.measures.values()
    return tuple(one.source_id for one in measures if one.source_id and table in ("", one.table))


def _gaps(answers: Answers, scope: Scope) -> Made:
    rows = gap_view.for_download(answers, gap_view.listed_gaps(answers, scope))
    title = f"Gaps in police naloxone and treatment, {place_text(answers, scope)}"
    return (
        title,
        rows,
        gap_view.download_columns(answers, scope),
        (*answers.edition.gap_sources, *answers.edition.death_sources),
    )


def _counties(answers: Answers, scope: Scope) -> Made:
    table = view.county_table(answers, scope)
    need = answers.need(scope.measure, scope.start, scope.end)
    code = need["reliability_code"].reindex(table.index).fillna("missing")
    code = code.where(code.isin(["suppressed", "missing"]), "missing")
    hidden = table["rate_per_100k"].notna() & (code == "suppressed")
    table = with_reason(table, "rate_per_100k", code.mask(hidden, "reported"))
    columns = {"geoid": "County GEOID", **view.county_columns(answers, scope)}
    title = f"Coverage by county, {place_text(answers, scope)}"
    return (
        title,
        table,
        columns,
        (answers.measures[scope.measure].source_id, *answers.edition.gap_sources),
    )


def _municipalities(answers: Answers, scope: Scope) -> Made:
    columns = {"area_id": GAIN_COLUMNS["area_id"], **view.municipality_columns(answers, scope)}
    title = f"Coverage by municipality, {place_text(answers, scope)}"
    return title, view.municipality_table(answers, scope), columns, answers.edition.gap_sources


def _key_numbers(answers: Answers, scope: Scope) -> Made:
    title = f"Key numbers, {place_text(answers, scope)}"
    sources = (
        answers.measures[scope.measure].source_id,
        *answers.edition.estimates,
        *answers.edition.gap_sources,
    )
    return title, key_number_table(answers, scope), KEY_NUMBER_COLUMNS, sources


def trend_rows(trend: pd.DataFrame) -> pd.DataFrame:
    """Return a trend in which what is suppressed says so beside its number."""
    hidden = is_withheld(trend["status_code"].str.removesuffix(PROVISIONAL))
    reason = trend["status_code"].mask(hidden, "suppressed").mask(~hidden, "missing")
    return with_reason(with_reason(trend, "events", reason), "rate_per_100k", reason)


def _trend(answers: Answers, scope: Scope) -> Made:
    found = profile(answers, scope)
    return (
        found.title,
        trend_rows(trend_table(found)),
        TREND_COLUMNS,
        (*answers.edition.death_sources, *_measured(answers, "overdose_death_provisional")),
    )


def _trends(answers: Answers, scope: Scope) -> Made:
    trends = comparison.compared_trends(answers, scope)
    table = pd.concat(trends, names=["county"]).reset_index().set_index("county")
    title = f"Overdose deaths of residents per 100,000: {', '.join(trends)}"
    return title, trend_rows(table), TREND_COLUMNS, answers.edition.death_sources


def _comparison(answers: Answers, scope: Scope) -> Made:
    table = comparison.comparison(answers, scope)
    rows = with_reason(table, "value", table["reason_code"]).drop(columns="reason_code")
    title = f"Every measure, {', '.join(dict.fromkeys(rows['county']))}"
    edition = answers.edition
    sources = (*edition.death_sources, *_measured(answers), *edition.gap_sources)
    return title, rows.reset_index(drop=True), COMPARISON_COLUMNS, sources


def _differences(answers: Answers, scope: Scope) -> Made:
    table = comparison.differences(answers, scope)
    return (
        "Differences of crude death rates",
        table,
        DIFFERENCE_COLUMNS,
        answers.edition.death_sources,
    )


def _plan_part(take: Callable[[Any, Answers, Scope], pd.DataFrame], what: str, columns: Any) -> Any:
    def made(answers: Answers, scope: Scope) -> Made:
        plan = plan_view.require_plan(answers, scope)
        title = f"{what}: {KINDS[scope.plan.kind]}, {place_text(answers, scope)}"
        return title, take(plan, answers, scope), columns, answers.edition.plan_sources

    return made


def _departments(answers: Answers, scope: Scope) -> Made:
    title = f"Departments to ask, {place_text(answers, scope)}"
    table = plan_view.whose_status_next(answers, scope)
    return (
        title,
        table,
        AGENCY_COLUMNS,
        (*answers.edition.police_sources, *answers.edition.death_sources),
    )


def _kits(answers: Answers, scope: Scope) -> Made:
    title = f"Naloxone kits for saturation, {place_text(answers, scope)}"
    return (
        title,
        plan_facts.kits(answers, scope),
        KIT_COLUMNS,
        (*answers.edition.kits, *answers.edition.death_sources),
    )


def _backtest(answers: Answers, scope: Scope) -> Made:
    table = plan_facts.backtest(answers, scope).rename_axis("ranking")
    return (
        "How well rankings found later deaths",
        table,
        BACKTEST_COLUMNS,
        answers.edition.death_sources,
    )


def _changes(answers: Answers, scope: Scope) -> Made:
    title = f"Municipalities that change, {place_text(answers, scope)}"
    return (
        title,
        what_if_view.gap_changes(answers, scope),
        CHANGE_COLUMNS,
        answers.edition.gap_sources,
    )


def _shares(answers: Answers, scope: Scope) -> Made:
    table = what_if_view.share_changes(answers, scope)
    title = f"Shares of residents on record and what if, {place_text(answers, scope)}"
    columns = what_if_view.SHARE_COLUMNS | {
        "record_share": "On record, 0 to 1",
        "supposed_share": "What if, 0 to 1",
    }
    return title, table, columns, answers.edition.gap_sources


def _catalogue(list_rows: Callable[[Answers], pd.DataFrame], title: str) -> Any:
    def made(answers: Answers, _: Scope) -> Made:
        rows = list_rows(answers)
        return title, rows, {name: name for name in rows.columns}, tuple(answers.sources)

    return made


def _evidence(answers: Answers, _: Scope) -> Made:
    rows = evidence_catalogue(answers)
    sources = (*answers.edition.evidence, *answers.edition.agencies)
    return "Police evidence", rows, {name: name for name in rows.columns}, sources


EXPORTS: Final[dict[str, Callable[[Answers, Scope], Made]]] = {
    "gaps": _gaps,
    "counties": _counties,
    "municipalities": _municipalities,
    "key-numbers": _key_numbers,
    "trend": _trend,
    "trends": _trends,
    "comparison": _comparison,
    "differences": _differences,
    "plan-steps": _plan_part(
        lambda plan, *_: plan.steps.reset_index(drop=True), "Sites one by one", STEP_COLUMNS
    ),
    "plan-best-set": _plan_part(
        lambda plan, *_: plan.exact.reset_index(drop=True), "Best set of sites", BEST_COLUMNS
    ),
    "plan-newly-within-reach": _plan_part(
        lambda plan, answers, scope: plan_view.shown_gains(answers, plan, scope),
        "Who is newly within reach",
        GAIN_COLUMNS,
    ),
    "departments-to-ask": _departments,
    "kits": _kits,
    "back-test": _backtest,
    "what-if-changes": _changes,
    "what-if-shares": _shares,
    "sources": _catalogue(source_catalogue, "Sources"),
    "police-evidence": _evidence,
    "tables": _catalogue(table_catalogue, "Tables"),
}
