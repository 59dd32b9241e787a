"""The command line: `python -m geo build | check | coverage | gaps | ...`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from geo import (
    analysis,
    evidence_commands,
    figure_commands,
    incident_commands,
    jurisdiction_commands,
    national_commands,
    option_types,
    refresh_commands,
    region_commands,
    zip_commands,
)
from geo.edition import edition_of
from geo.errors import GeoError, InputError
from geo.need import state_hotspots
from geo.regions import Region, find_region, list_regions
from geo.site_plan import CANDIDATES, DEMANDS, KINDS, candidate_sites, plan_sites
from geo.source_records import read_source_records
from geo.states import state_of
from geo.tables.reader import DATA, TableReader, current_folder
from geo.travel import travel_command
from geo.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd

SHARE_COLUMNS = [
    "police_documented_share",
    "police_announced_share",
    "police_unknown_share",
    "treatment_share",
    "otp_share",
    "walk_in_share",
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command: tables to standard output, notes to standard error; return 0 or 2."""
    options = _parser().parse_args(arguments)
    try:
        command: Callable[[argparse.Namespace], int] = options.command
        return command(options)
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (GeoError, FileNotFoundError) as error:
        print(f"geo: {error}", file=sys.stderr)
        return 2


def _build(options: argparse.Namespace) -> int:
    from geo.build import build
    from geo.dictionary import write_dictionary

    build(options.data, report=_note)
    write_dictionary(options.data.parent / "docs" / "data-dictionary.md", TableReader(options.data))
    return 0


def _check(options: argparse.Namespace) -> int:
    from geo.check import check

    problems = check(TableReader(options.data))
    for problem in problems:
        _note(problem)
    _note(f"{len(problems)} problems" if problems else "all tables, links and laws hold")
    return 2 if problems else 0


def _assets(options: argparse.Namespace) -> int:
    from geo.maps.assets import install_assets

    reader = TableReader(options.data)
    people = analysis.people_and_help(reader, analysis.compiled_date(reader))
    install_assets(options.data.parent / "static", reader, people)
    return 0


def _fit(options: argparse.Namespace) -> int:
    from geo.sources.osrm_drive_times import errors_by_county_type, travel_time_model

    if options.by:
        population = TableReader(options.data).read("county_population")
        _write(errors_by_county_type(options.raw, population))
        return 0
    table = travel_time_model(options.raw)
    table.to_csv(
        options.data / "manual" / "travel_time_model.csv", index=False, lineterminator="\n"
    )
    _write(table)
    _note("wrote data/manual/travel_time_model.csv; now run `python -m geo build`")
    return 0


def _coverage(options: argparse.Namespace) -> int:
    reader, region = _open(options)
    people = analysis.people_and_help(reader, options.as_of or analysis.compiled_date(reader))
    people = people[people["county_geoid"].isin(region.counties)]
    if people.empty:
        msg = f"region {region.region_id!r} has no county with residents by tract"
        raise InputError(msg)
    if options.by == "county":
        table = analysis.county_coverage(
            people,
            reader.read("county"),
            minutes=options.minutes,
        )
        table = table.rename_axis("geoid").reset_index()
        table["county_geoid"] = table["geoid"]
    else:
        table = analysis.municipality_coverage(
            reader,
            people,
            as_of=options.as_of or analysis.compiled_date(reader),
            minutes=options.minutes,
        ).rename(columns={"label": "name"})
        table = table[table["county_geoid"].isin(region.counties)]
    table = table.rename(columns={"residents_persons": "residents"})
    _note_missing(region, people["county_geoid"])
    _write(table[["geoid", "name", "county_geoid", "residents", *SHARE_COLUMNS]])
    return 0


def _hotspots(options: argparse.Namespace) -> int:
    reader, region = _open(options)
    if reader.read("overdose_death").empty:
        msg = (
            "table `overdose_death` is empty, so no hotspots are known; refresh with the source "
            "cdc-county-deaths, and with census-estimates-2010s and census-estimates-2020s for "
            "the residents beside each count"
        )
        raise InputError(msg)
    first, last = _period(options, reader)
    table = state_hotspots(reader, first_year=first, last_year=last)
    table = table[table.index.isin(region.counties)]
    years = f"from {first} to {last}"
    if table.empty:
        msg = (
            f"region {region.region_id!r} has no county to compare: each needs deaths and "
            f"residents of every year {years}, and so do two more counties of its state"
        )
        raise InputError(msg)
    _note_missing(region, table.index, f"no deaths or no residents of a year {years}")
    names = reader.read("county").set_index("geoid")["name"]
    table = table.rename_axis("geoid").reset_index()
    table["name"] = table["geoid"].map(names)
    table = table.rename(columns={"events_low": "deaths_low", "events_high": "deaths_high"})
    for state, rate in table.groupby(table["geoid"].str[:2])["state_rate_per_100k"].first().items():
        unit = "deaths per 100,000 residents per year (model)"
        _note(f"{state_of(str(state)).name}: compared with the state's {rate:.2f} {unit}")
    columns = ["geoid", "name", "deaths_low", "deaths_high", "years_suppressed", "person_years"]
    columns += ["rate_per_100k", "rate_lower_per_100k", "rate_upper_per_100k"]
    _write(table[[*columns, "p_above_state", "p_above_125", "hotspot_code", "cluster_id"]])
    return 0


def _gaps(options: argparse.Namespace) -> int:
    from geo.answers import Answers
    from geo.gap_table import gap_table

    reader, region = _open(options)
    answers = Answers(reader)
    table = gap_table(
        answers,
        region.counties,
        by=options.by,
        as_of=options.as_of or answers.today,
        minutes=options.minutes,
        facilities=options.facilities,
        period=_period(options, reader),
    )
    if table.empty:
        msg = f"region {region.region_id!r} has no gaps. {answers.edition.why_no_gaps()}"
        raise InputError(msg)
    _note_missing(region, table["county_geoid"])
    columns = ["geoid", "name", "county_geoid", "residents", "gap_code", "is_robust", "depends_on"]
    columns += ["need_level_code", "police_code", "treatment_minutes", "otp_minutes"]
    _write(table.rename(columns={"residents_persons": "residents"})[columns])
    return 0


def _siting(options: argparse.Namespace) -> int:

    reader, region = _open(options)
    day = options.as_of or analysis.compiled_date(reader)
    people = analysis.people_and_help(reader, day, prefers_roads=False)
    people = people[people["county_geoid"].isin(region.counties)]
    if people.empty:
        msg = f"region {region.region_id!r} has no county with residents by tract"
        raise InputError(msg)
    first, last = _period(options, reader)
    need = state_hotspots(reader, first_year=first, last_year=last, with_clusters=False)
    plan = plan_sites(
        people,
        candidate_sites(reader, region.counties, options.candidates),
        kind=options.kind,
        minutes=options.minutes,
        count=options.k,
        model=analysis.travel_time_model(reader),
        demand=options.demand,
        rate_per_100k=need["rate_per_100k"],
    )
    _note_missing(region, people["county_geoid"])
    before = f"{plan.people_before:,} of {plan.people:,} residents are within reach before step 1"
    is_unlisted = options.kind in analysis.unlisted_kinds(reader)
    _note(f"{before}, for no list of such sites is in the tables" if is_unlisted else before)
    columns = ["step", "site_id", "name", "latitude", "longitude", "people_gained"]
    columns += ["people_covered_greedy", "people_covered_exact", "is_optimal"]
    _write(plan.steps[columns])
    return 0


def _period(options: argparse.Namespace, reader: TableReader) -> tuple[int, int]:
    """Return the years asked for, else those a visit to the app starts with."""
    folder = reader.data
    records = read_source_records(folder / "sources")
    first, last = edition_of(reader, list_regions(folder / "regions"), records).period
    return getattr(options, "start", None) or first, getattr(options, "end", None) or last


def _add_period(command: _Parser, what: str) -> None:
    usual = "by default as in the app"
    command.add_argument("--start", type=int, help=f"first year {what}; {usual}")
    command.add_argument("--end", type=int, help=f"last year {what}; {usual}")


def _open(options: argparse.Namespace) -> tuple[TableReader, Region]:
    return TableReader(options.data), find_region(
        current_folder(options.data) / "regions", options.region
    )


def _note_missing(
    region: Region, counties: Iterable[str], lacking: str = "no population points"
) -> None:
    absent = sorted(set(region.counties) - set(counties))
    if absent:
        which = f"{len(absent)} {plural(len(absent), 'county')}"
        _note(f"{lacking} for {which}, left out: first {absent[0]}")


def _write(table: pd.DataFrame) -> None:
    table.to_csv(sys.stdout, index=False, float_format="%.6g", lineterminator="\n")


def _note(text: str) -> None:
    print(text, file=sys.stderr)


class _Parser(argparse.ArgumentParser):
    """Answer a wrong call with one line and exit code 2."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(2, f"geo: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m geo", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="data folder")
    commands = parser.add_subparsers(required=True, parser_class=_Parser, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], text: str) -> _Parser:
        command: _Parser = commands.add_parser(name, help=text, description=text)
        command.set_defaults(command=run)
        return command

    add("build", _build, "make every table from data/manual and check it")
    add("check", _check, "verify hashes, schemas, links and laws of the tables")
    add("assets", _assets, "put the browser's files beside the app")
    _add_travel_times(add)
    coverage = add("coverage", _coverage, "people and shares reached, per county or municipality")
    coverage.add_argument("--by", choices=["county", "municipality"], default="county")
    coverage.add_argument(
        "--minutes", type=option_types.minutes, default=float(analysis.DEFAULT_MINUTES)
    )
    hotspots = add("hotspots", _hotspots, "county hotspots of a period")
    _add_period(hotspots, "of deaths")
    jurisdictions = add(
        "jurisdictions", jurisdiction_commands.jurisdictions, "primary agencies and what they carry"
    )
    jurisdiction_commands.add_jurisdiction_options(jurisdictions)
    gaps = add("gaps", _gaps, "gap class of each municipality or county, worst first")
    gaps.add_argument("--by", choices=["municipality", "county"], default="municipality")
    gaps.add_argument(
        "--minutes", type=option_types.minutes, default=float(analysis.DEFAULT_MINUTES)
    )
    gaps.add_argument("--facilities", choices=["treatment", "otp"], default="treatment")
    _add_period(gaps, "high need is judged on")
    siting = add("siting", _siting, "where the next sites would reach most people")
    siting.add_argument("--kind", choices=list(KINDS), required=True)
    siting.add_argument("--k", type=int, required=True, help="sites to place")
    siting.add_argument(
        "--minutes", type=option_types.minutes, default=float(analysis.DEFAULT_MINUTES)
    )
    siting.add_argument("--candidates", choices=list(CANDIDATES), default="municipality")
    siting.add_argument("--demand", choices=list(DEMANDS), default="uncovered")
    figure = add("figure", figure_commands.figure, "figures as PNG, SVG and PDF")
    pack = add("pack", figure_commands.pack, "figures with text, numbers and areas, a zip each")
    sheets = add("fact-sheets", figure_commands.fact_sheets, "one county on one page, PDF")
    incidents = add("incidents", incident_commands.incidents, "check a file of your own incidents")
    incident_commands.add_incident_options(incidents)
    renew = add("refresh", refresh_commands.refresh, "tables of any state, from official files")
    refresh_commands.add_refresh_options(renew)
    nation = add("national", national_commands.national, "many states, here or on a cluster")
    national_commands.add_national_options(nation)
    region = add("region", region_commands.region, "write a file of data/regions")
    region_commands.add_region_options(region)
    zips = add("zip-table", zip_commands.zip_table, "ZIP codes to areas, for a file of your own")
    zip_commands.add_zip_options(zips)
    evidence = add(
        "evidence", evidence_commands.evidence, "make or check a file of police evidence"
    )
    evidence_commands.add_evidence_options(evidence)
    figure_commands.add_figure_options(figure, has_layer=True, has_formats=True)
    figure_commands.add_figure_options(pack, has_layer=True, has_formats=False)
    figure_commands.add_figure_options(sheets, has_layer=False, has_formats=False)
    for command in (coverage, hotspots, jurisdictions, gaps, siting, figure, pack, sheets):
        command.add_argument("--region", required=True, help="a file of data/regions")
    for command in (coverage, jurisdictions, gaps, siting, figure, pack, sheets):
        command.add_argument("--as-of", type=option_types.day, default=None, help="YYYY-MM-DD")
    return parser


def _add_travel_times(add: Callable[..., _Parser]) -> None:
    fit = add("fit-travel-time", _fit, "fit estimated minutes to published drive times")
    fit.add_argument("--raw", type=Path, required=True, help="folder of the published files")
    fit.add_argument(
        "--by", choices=["county-type"], help="only tell how far off the line is; write nothing"
    )
    routes = add("travel", travel_command.travel, "minutes by road, which the app prefers")
    travel_command.add_travel_options(routes)


if __name__ == "__main__":
    sys.exit(main())
