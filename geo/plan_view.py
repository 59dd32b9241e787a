"""What the plan page shows, from answers and a scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from geo import wording
from geo.access import earth_positions_m
from geo.errors import InputError
from geo.gap_view import POLICE_WORDS
from geo.hotspots import high_need
from geo.map_view import PLAIN, MapView, high_need_period, place_text, site_kinds
from geo.maps.legend import Section
from geo.maps.state import Layers, map_state
from geo.maps.style import SYMBOLS, Look, Symbol
from geo.overview import bounds_of
from geo.reach import reach_of
from geo.remember import remembered
from geo.site_plan import KINDS, SitePlan, candidate_sites, plan_sites, typed_candidates
from geo.siting import reach_matrix
from geo.status_plan import agencies_to_ask

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.answers import Answers
    from geo.scope import Scope

REACHED: Final = Look("reached", "Most residents within reach before", "#e5f5e0")
NEWLY: Final = Look(
    "newly", "Newly: most residents within reach after", "#41ab5d", "dots", "#00441b"
)
BEYOND: Final = Look("beyond", "Most residents still beyond reach", "#f6a34a", "level", "#7f3b08")
STEP_COLUMNS: Final = {
    "step": "Step",
    "name": "Site",
    "people_gained": "People gained",
    "people_covered_greedy": "Reached, step by step",
    "people_covered_exact": "Reached, best set",
    "proof": "Best set is",
}
BEST_COLUMNS: Final = {
    "mark": "On the map",
    "name": "Site",
    "people_reached": "People it alone would bring in",
}
GAIN_COLUMNS: Final = {"name": "Municipality", "county": "County", "people_gained": "People gained"}
SITE_WORDS: Final = {
    "treatment": "a listed treatment facility",
    "otp": "a listed OTP",
    "walk_in": "a walk-in station",
    "kit_cabinet": "a kit cabinet",
}
PLACE_WORDS: Final = {
    "municipality": "municipality centres",
    "station": "police stations",
    "typed": "the places of your list",
}
AGENCY_COLUMNS: Final = {
    "name": "Department",
    "residents_persons": "People it polices",
    "high_need_persons": "Of them in high-need counties",
    "gap_closed_share": "Of the police gap, %",
    "gap_closed_running_share": "With those above, %",
    "police": "Naloxone",
    "searched": "Searched",
    "address": "Station",
    "city": "City",
}


@remembered
def where_next(answers: Answers, scope: Scope) -> SitePlan | None:
    """
    Return the plan of a scope; None where no chosen county has population points.

    Raises
    ------
    InputError
        If there is no candidate, the reader's own list cannot be read, or residents are to be
        weighted by a death rate that a county lacks.
    """
    points = _points(answers, scope)
    if points.empty:
        return None
    counties = scope.chosen_counties(answers.regions[scope.region])
    if scope.plan.candidates == "typed":
        candidates = typed_candidates(scope.plan.typed)
    else:
        candidates = candidate_sites(answers.reader, counties, scope.plan.candidates)
    rates = answers.need("hotspot", *high_need_period(answers, scope))["rate_per_100k"]
    if scope.plan.demand == "rate":
        _require_rates(answers, points["county_geoid"].unique(), rates)

    def best(count: int) -> SitePlan:
        return plan_sites(
            points,
            candidates,
            kind=scope.plan.kind,
            minutes=scope.minutes,
            count=count,
            model=answers.travel_time,
            demand=scope.plan.demand,
            rate_per_100k=rates,
        )

    plan = best(min(scope.plan.count, max(1, len(candidates))))
    useful = int((plan.steps["people_gained"] > 0).sum())
    # Where everybody is reached by fewer, a further site would be one as good as any other.
    return plan if useful in {0, len(plan.steps)} else best(useful)


def _require_rates(answers: Answers, counties: Iterable[str], rates: pd.Series) -> None:
    without = [answers.county_names[one] for one in counties if pd.isna(rates.get(one))]
    if without:
        msg = (
            f"these tables have no death rate of {wording.listing(sorted(without))}; weight "
            "residents in another way, or choose other counties"
        )
        raise InputError(msg)


def require_plan(answers: Answers, scope: Scope) -> SitePlan:
    """
    Return the plan of a scope.

    Raises
    ------
    InputError
        If no chosen county has population points, or `where_next` raises it.
    """
    plan = where_next(answers, scope)
    if plan is None:
        why = answers.edition.why_blank(place_text(answers, scope))
        msg = f"nothing to plan. {why} Choose other counties, or another data folder"
        raise InputError(msg)
    return plan


def steps_for_screen(plan: SitePlan) -> pa.Table:
    """Return the steps in words, with the columns of `STEP_COLUMNS`."""
    shown = plan.steps.copy()
    shown["proof"] = [
        "proven best" if optimal else f"at least {wording.share_text(share)} of the best possible"
        for optimal, share in zip(shown["is_optimal"], shown["share_of_bound"], strict=True)
    ]
    return _arrow(shown[list(STEP_COLUMNS)])


def best_for_screen(plan: SitePlan) -> pa.Table:
    """Return the best set with the columns of `BEST_COLUMNS`."""
    return _arrow(plan.exact.assign(mark=_marks(plan))[list(BEST_COLUMNS)])


def where_sentence(answers: Answers, scope: Scope, plan: SitePlan) -> str:
    """Return what the best set and the steps gain, in words."""
    before, last = plan.people_before, plan.steps.iloc[-1]
    site, count = SITE_WORDS[scope.plan.kind], len(plan.steps)
    if scope.plan.kind == "kit_cabinet":
        text = f"No kit cabinet is listed, so all {plan.people:,} residents start without one. "
    elif scope.plan.kind in answers.unlisted:
        text = (
            f"These tables hold no list that could name {site}, so all {plan.people:,} residents "
            "start without one. "
        )
    elif scope.plan.demand == "people":
        text = f"Existing sites are left aside: all {plan.people:,} residents start without one. "
    else:
        text = (
            f"{before:,} of {plan.people:,} residents live within {scope.minutes} estimated "
            f"minutes of {site}. "
        )
    proof = "no other set gains more" if last["is_optimal"] else "the best found in the time"
    if last["is_optimal"] and last["people_covered_exact"] == last["people_covered_greedy"]:
        proof = "no set gains more; the one found step by step gains as many"
        if set(plan.exact["site_id"]) == set(plan.steps["site_id"]):
            proof = "no other set gains more"
    if scope.plan.demand == "rate":
        proof += ", people weighted by their county’s death rate"
    place = PLACE_WORDS[scope.plan.candidates]
    text += (
        f"The best set of {count} among {place} ({proof}): "
        f"{wording.listing(plan.exact['name'].tolist())}; "
        f"{int(last['people_covered_exact']) - before:,} people gain. Chosen one after "
        f"another, sites gain {int(last['people_covered_greedy']) - before:,}."
    )
    if count < min(scope.plan.count, plan.candidates):
        text += f" A site more would gain nobody: {count} of the {scope.plan.count} asked for "
        text += "are enough." if count > 1 else "is enough."
    return text


def shown_gains(answers: Answers, plan: SitePlan, scope: Scope) -> pd.DataFrame:
    """Return who is newly within reach, by area_id: name, county, people_gained."""
    gained = plan.gained if scope.plan.shown == "steps" else plan.gained_exact
    areas = answers.reader.spatial("municipality").set_index("area_id").reindex(gained.index)
    return pd.DataFrame(
        {
            "name": areas["label"],
            "county": areas["county_geoid"].map(answers.county_names),
            "people_gained": gained["people_gained"],
        }
    )


def plan_map(answers: Answers, scope: Scope, plan: SitePlan) -> MapView:
    """Return what the map of a plan shows: within reach before, newly, not."""
    looks = _looks(answers, scope, plan, _points(answers, scope))
    counties = scope.chosen_counties(answers.regions[scope.region])
    areas = answers.municipalities(scope.as_of, scope.minutes, scope.facilities)
    symbols = tuple(symbol.code for symbol in _symbols(answers, scope))
    stations = answers.walk_in_stations(scope.as_of)["site_id"]
    return MapView(
        counties=counties,
        layers=Layers("police", (*symbols, "counties", "municipalities", "names")),
        county_looks=pd.Series([PLAIN] * len(counties), index=list(counties), dtype=object),
        areas=areas[areas.index.isin(looks.index)],
        area_looks=looks,
        clusters={},
        high=(),
        walk_in=tuple(stations) if "walk_in" in symbols else (),
        legend=tuple(plan_legend(answers, scope)),
    )


def plan_marks(plan: SitePlan, scope: Scope) -> list[tuple[float, float, str, str]]:
    """Return the sites of a plan: latitude, longitude, number, name."""
    return [
        (round(row["latitude"], 4), round(row["longitude"], 4), mark, row["name"])
        for mark, (_, row) in zip(_marks(plan), _sites(plan, scope).iterrows(), strict=True)
    ]


def plan_state(answers: Answers, scope: Scope, plan: SitePlan, *, theme: str) -> str:
    """Return the state of the map: within reach before, newly, not; the sites by their step."""
    seen = plan_map(answers, scope, plan)
    return map_state(
        region=scope.region,
        bounds=bounds_of(answers, seen.counties),
        theme=theme,
        layers=seen.layers,
        county_looks={},
        county_words=dict.fromkeys(seen.counties, "in the plan"),
        clusters={},
        high=[],
        areas=seen.areas,
        area_looks=seen.area_looks.to_dict(),
        position_of=answers.area_positions,
        walk_in=sorted(answers.site_positions[site] for site in seen.walk_in),
        chosen="",
        words_of_minutes=reach_of(answers, scope).words,
        numbered=plan_marks(plan, scope),
    )


def plan_legend(answers: Answers, scope: Scope) -> list[Section]:
    """Return the legend of the plan's map."""
    kind = KINDS[scope.plan.kind]
    title = f"{kind}: within {scope.minutes} estimated minutes"
    sections = [Section(title, (REACHED, NEWLY, BEYOND), note="Numbers: the chosen sites.")]
    symbols = _symbols(answers, scope)
    return [*sections, Section("Listed already", symbols=symbols)] if symbols else sections


@remembered
def whose_status_next(answers: Answers, scope: Scope) -> pd.DataFrame:
    """Return `agencies_to_ask` of a scope, with name, search_code and searched_date."""
    need = answers.need("hotspot", *high_need_period(answers, scope))
    high = high_need(need)
    table = agencies_to_ask(
        _points(answers, scope), answers.reader.read("agency_station"), set(high[high].index)
    )
    agency = answers.reader.read("agency").set_index("agency_id")["name"]
    table.insert(0, "name", agency.reindex(table.index))
    status = answers.agency_status(scope.as_of)
    return table.join(status[["search_code", "searched_date"]])


def agencies_for_screen(table: pd.DataFrame) -> pa.Table:
    """Return the phone list in words, with the columns of `AGENCY_COLUMNS`."""
    shown = table.copy()
    shown["police"] = shown["naloxone_code"].map(POLICE_WORDS)
    is_announced = shown["naloxone_code"] == "announced"
    searched = pd.Series([wording.search_text(row) for _, row in shown.iterrows()], shown.index)
    shown["searched"] = searched.mask(is_announced, "an announcement was found")
    shares = ["gap_closed_share", "gap_closed_running_share"]
    shown[shares] = shown[shares] * 100
    return _arrow(shown[list(AGENCY_COLUMNS)])


def status_sentence(answers: Answers, table: pd.DataFrame) -> str:
    """Return what the first calls could settle, in words."""
    if not answers.edition.population_year:
        return answers.edition.why_blank()
    if table.empty:
        return "No department without documented naloxone polices the chosen counties."
    total = int(table["residents_persons"].sum())
    first = min(10, len(table))
    share = wording.share_text(table["gap_closed_running_share"].iloc[first - 1])
    return (
        f"{total:,} residents live under {len(table)} departments that no source documents to "
        f"carry naloxone. The first {first} of them police {share} of these people. An answer "
        f"counts once it is dated and can be cited."
    )


def _points(answers: Answers, scope: Scope) -> pd.DataFrame:
    people = answers.estimated_people(scope.as_of)
    counties = scope.chosen_counties(answers.regions[scope.region])
    return people[people["county_geoid"].isin(counties)]


def _looks(answers: Answers, scope: Scope, plan: SitePlan, points: pd.DataFrame) -> pd.Series:
    existing = f"{scope.plan.kind}_minutes"
    before = np.zeros(len(points), bool)
    if existing in points and scope.plan.demand != "people":
        before = (points[existing] <= scope.minutes).to_numpy(bool)
    sites = _sites(plan, scope)
    reach = reach_matrix(
        earth_positions_m(points["longitude"], points["latitude"]),
        earth_positions_m(sites["longitude"], sites["latitude"]),
        within_km=points["within_km"].to_numpy(float),
        model=answers.travel_time,
        minutes=scope.minutes,
    )
    people = points["residents_persons"].astype(float)
    area = points["area_id"]
    half = people.groupby(area).sum() / 2
    reached = people.where(before, 0.0).groupby(area).sum() >= half
    after = people.where(before | reach.any(axis=1), 0.0).groupby(area).sum() >= half
    looks = [
        REACHED if early else NEWLY if late else BEYOND
        for early, late in zip(reached, after, strict=True)
    ]
    return pd.Series(looks, index=half.index)


def _sites(plan: SitePlan, scope: Scope) -> pd.DataFrame:
    return plan.steps if scope.plan.shown == "steps" else plan.exact


def _marks(plan: SitePlan) -> list[str]:
    return [str(number) for number in range(1, len(plan.steps) + 1)]


def _symbols(answers: Answers, scope: Scope) -> tuple[Symbol, ...]:
    shown = (
        {scope.plan.kind, "older"} if scope.plan.kind in ("otp", "treatment") else {scope.plan.kind}
    )
    shown &= site_kinds(answers, scope)
    return tuple(one for one in SYMBOLS if one.code in shown)


def _arrow(table: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
