"""The card of an area: its numbers, its police, its nearest help, each with a source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo import wording
from geo.coverage import SITE_KINDS
from geo.gaps import NOT_KNOWN
from geo.key_numbers import NO_LIST, OAKLAND
from geo.maps.style import GAP_WORDS
from geo.reach import reach_in
from geo.states import state_of

if TYPE_CHECKING:
    from geo.answers import Answers
    from geo.scope import Scope

CENSUS_YEAR: Final = 2020
SITE_LABELS = {
    "treatment": "Nearest treatment",
    "otp": "Nearest OTP (methadone)",
    "walk_in": "Nearest walk-in station",
}


@dataclass(frozen=True)
class Fact:
    """
    One line of a card.

    Parameters
    ----------
    label, text : str
    link : str
        Address of the source, or empty.
    """

    label: str
    text: str
    link: str = ""


@dataclass(frozen=True)
class Card:
    """
    What is known of an area.

    Parameters
    ----------
    title, subtitle : str
    facts : tuple of Fact
    notes : tuple of str
        What to beware of.
    """

    title: str
    subtitle: str
    facts: tuple[Fact, ...]
    notes: tuple[str, ...] = field(default=())


def area_card(answers: Answers, scope: Scope) -> Card | None:
    """
    Return the card of the area of a scope.

    Parameters
    ----------
    answers : Answers
    scope : Scope
        Its `area` is a county GEOID, an area_id or empty.

    Returns
    -------
    Card or None
        None where no area is chosen.
    """
    if not scope.area:
        return None
    if "-" in scope.area:
        return _municipality(answers, scope)
    return _county(answers, scope)


def _county(answers: Answers, scope: Scope) -> Card:
    name = answers.county_names[scope.area]
    coverage = answers.counties(scope.as_of, scope.minutes)
    facts = [_county_residents(answers, scope.area), *_need_facts(answers, scope, scope.area)]
    notes = [_county_note(scope.area)]
    if scope.area in coverage.index:
        row = coverage.loc[scope.area]
        reach = reach_in(answers, scope.as_of, (scope.area,))
        facts += [
            Fact(
                "Police naloxone",
                f"{wording.share_text(row['police_documented_share'])} of residents under a "
                f"department documented to carry, "
                f"{wording.share_text(row['police_announced_share'])} announced only, "
                f"{wording.share_text(row['police_unknown_share'])} unknown",
            ),
            *(
                Fact(
                    f"Within {scope.minutes} min of {what}",
                    f"{wording.share_text(row[f'{kind}_share'])} of residents; median "
                    f"{wording.minutes_text(row[f'{kind}_minutes'])} ({reach.word_of(kind)})"
                    if kind not in answers.unlisted
                    else f"not known: {NO_LIST}",
                )
                for kind, what in (
                    ("treatment", "treatment"),
                    ("otp", "an OTP"),
                    ("walk_in", "a walk-in station"),
                )
            ),
        ]
    else:
        notes.append(answers.edition.why_blank())
    return Card(f"{name} County", "County", tuple(facts), tuple(filter(None, notes)))


def _county_residents(answers: Answers, county: str) -> Fact:
    rows = answers.reader.read("county_population")
    now = rows[(rows["year"] == rows["year"].max()) & (rows["county_geoid"] == county)]
    if now.empty:
        return Fact("Residents", "not in these tables")
    people, year = now[["population_persons", "year"]].iloc[0]
    return Fact("Residents", f"{int(people):,} ({int(year)} estimate)")


def _municipality(answers: Answers, scope: Scope) -> Card:
    area = answers.reader.spatial("municipality").set_index("area_id").loc[scope.area]
    row = answers.municipalities(scope.as_of, scope.minutes, scope.facilities).loc[scope.area]
    county = answers.county_names[row["county_geoid"]]
    facts = [
        Fact("Residents", _residents(row, area, answers.edition.population_year)),
        Fact("Gap", _gap(row["gap_code"], scope.minutes)),
        Fact(
            "Police",
            f"{row['agency_name']}: {wording.BASIS_WORDS[row['basis_code']]} "
            f"({wording.CONFIDENCE_WORDS[row['confidence_code']]})",
        ),
        Fact("Naloxone", wording.naloxone_sentence(row, answers.today), _link(row["source_url"])),
        *_first_documented(row),
        *_nearest(answers, scope, row),
        *_need_facts(answers, scope, row["county_geoid"], prefix=f"{county} County: "),
        *_state_police(answers, scope),
    ]
    notes = [_county_note(row["county_geoid"]), _minutes_note(answers, scope, row)]
    if row["boundary_code"] == "derived":
        notes.append("Outline built from whole census tracts; it may be off by a little.")
    if area["is_cross_county"]:
        notes.append("Only the part in this county.")
    if "township" in row["type_code"] and pd.notna(area["census_2010_persons"]):
        notes.append("Without the villages inside it.")
    if pd.notna(row["jurisdiction_note"]):
        notes.append(f"On the jurisdiction: {row['jurisdiction_note']}.")
    kind = row["type_code"].replace("_", " ")
    return Card(
        row["label"],
        f"{kind.capitalize()} in {county} County",
        tuple(facts),
        tuple(filter(None, notes)),
    )


def _minutes_note(answers: Answers, scope: Scope, row: pd.Series) -> str:
    if pd.isna(row["residents_persons"]):
        if answers.edition.population_year:
            return "None of its tracts has a count of residents: minutes and gap are not known."
        return answers.edition.why_blank()
    if set(SITE_KINDS) <= set(answers.unlisted):
        return ""
    error = answers.travel_time.mean_absolute_error_minutes
    return reach_in(answers, scope.as_of, (row["county_geoid"],)).told(
        f"Minutes are estimated from straight-line distance: off by {error:.1f} on average."
    )


def _gap(code: str, minutes: int) -> str:
    if code in NOT_KNOWN:
        return GAP_WORDS[code].removeprefix("Gap ")
    words = GAP_WORDS[code].removeprefix("Gap: ")
    words = words[0].upper() + words[1:]
    return words if code in ("naloxone_gap", "nobody_lives_here") else f"{words} ({minutes} min)"


def _first_documented(row: pd.Series) -> list[Fact]:
    if pd.isna(row["since_source_url"]) or row["since_source_url"] == row["source_url"]:
        return []
    since = wording.partial_date_text(row["since_date"]) or "undated page"
    return [Fact("First documented", since, _link(row["since_source_url"]))]


def _residents(row: pd.Series, area: pd.Series, year: int) -> str:
    if pd.isna(row["residents_persons"]):
        return "not known"
    text = f"{int(row['residents_persons']):,} ({year})"
    later = area["census_2020_persons"]
    if year < CENSUS_YEAR and pd.notna(later) and "township" not in row["type_code"]:
        text += f"; {int(later):,} ({CENSUS_YEAR})"
    return text


def _nearest(answers: Answers, scope: Scope, row: pd.Series) -> list[Fact]:
    names = answers.site_names(scope.as_of)
    reach = reach_in(answers, scope.as_of, (row["county_geoid"],))
    facts = []
    for kind, label in SITE_LABELS.items():
        site, minutes = row[f"{kind}_site_id"], row[f"{kind}_minutes"]
        if kind in answers.unlisted:
            facts.append(Fact(label, f"not known: {NO_LIST}"))
        elif pd.isna(row["residents_persons"]):
            facts.append(Fact(label, "not known: residents not known"))
        elif not row["residents_persons"]:
            facts.append(Fact(label, "nobody lives here"))
        elif pd.isna(site):
            facts.append(Fact(label, "none known on the chosen day"))
        else:
            how = f"({reach.word_of(kind)}, median)"
            facts.append(Fact(label, f"{names[site]}, {wording.minutes_text(minutes)} {how}"))
    return facts


def _need_facts(answers: Answers, scope: Scope, county: str, prefix: str = "") -> list[Fact]:
    measure = answers.measures[scope.measure]
    need = answers.need(scope.measure, scope.start, scope.end)
    what = "ED visits" if measure.events == "visits" else "Overdose deaths"
    label = f"{what}, {wording.period_text(scope.start, scope.end)}"
    if county not in need.index:
        why = answers.why_no_need(scope.measure, scope.start, scope.end, county)
        return [Fact(label, prefix + why)]
    row = need.loc[county]
    count = wording.count_text(int(row["events_low"]), int(row["events_high"]))
    if row["years_suppressed"]:
        hidden = int(row["years_suppressed"])
        years = wording.plural(hidden, "year")
        count += f" ({hidden} {years} suppressed, {row['withheld_range']} each)"
    rate = wording.rate_text(
        row["rate_per_100k"], row["rate_lower_per_100k"], row["rate_upper_per_100k"]
    )
    if not measure.is_modelled:
        kind = "crude rate, 95 % interval"
    else:
        kind = "smoothed rate, 95 % credible interval"
    facts = [
        Fact(label, prefix + count),
        Fact("Rate", f"{rate} {measure.unit} ({kind})" if pd.notna(row["rate_per_100k"]) else rate),
    ]
    if measure.is_modelled:
        facts.append(Fact("Hotspot", _hotspot(row)))
    return facts


def _hotspot(row: pd.Series) -> str:
    state = state_of(str(row.name)[:2]).name
    text = (
        f"{wording.HOTSPOT_WORDS[row['hotspot_code']]}; probability of being above {state}’s "
        f"{row['state_rate_per_100k']:.1f}: {_probability(row['p_above_state'])}"
    )
    if pd.notna(row["cluster_id"]):
        text += f"; in cluster {int(row['cluster_id'])} (p = {row['cluster_p_value']:.3f})"
    return text


def _probability(value: float) -> str:
    if value > 0.99:  # noqa: PLR2004
        return "over 99 %"
    return "under 1 %" if value < 0.01 else f"{100 * value:.0f} %"  # noqa: PLR2004


def _state_police(answers: Answers, scope: Scope) -> list[Fact]:
    status = answers.agency_status(scope.as_of)
    agencies = answers.reader.read("agency").set_index("agency_id")
    whole = agencies.index[agencies["type_code"] == "state_police"]
    return [
        Fact(
            "State Police",
            "may act everywhere, beside the department above. "
            + wording.naloxone_sentence(status.loc[agency], answers.today),
        )
        for agency in whole
    ]


def _county_note(county: str) -> str:
    if county == OAKLAND:
        return (
            "Oakland’s medical examiner rules many deaths drug abuse rather than overdose: its "
            "counts run low and are not comparable with Macomb’s or Wayne’s."
        )
    return ""


def _link(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
