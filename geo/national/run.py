"""Many states, in this process or on a Dask cluster, and the nation put together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd

from geo.errors import InputError, SourceError
from geo.national.state_task import partition, run_state
from geo.national.store import Store, as_parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from geo.national.state_task import Job

RETRIES: Final = 3
"""Times a state is tried again where its task failed or its worker was lost."""
PATIENCE_S: Final = 5.0
"""How long a scheduler may take to answer."""
NATION: Final = "coverage/nation.parquet"


def run_states(
    job: Job,
    states: Sequence[str],
    *,
    scheduler: str | None,
    report: Callable[[str], None],
    patience_s: float = PATIENCE_S,
) -> pd.DataFrame:
    """
    Make every state, then the nation's counties in one file.

    Parameters
    ----------
    job : Job
        Of any state.
    states : sequence of str
        FIPS codes.
    scheduler : str, optional
        Address of a Dask scheduler; None for one state after another in this process.
    report : callable
        Told a line per state that is done.
    patience_s : float, seconds
        How long a scheduler may take to answer.

    Returns
    -------
    pandas.DataFrame, one row per state, by FIPS code
        state, is_new (whether it had to be made), counties, municipalities, tracts, facilities,
        missing (titles of the sources there is nothing of, each with why), empty (parts of the
        coverage without a row).

    Raises
    ------
    InputError
        If the scheduler cannot be reached, or a state fails; states that are done stay done.
    SourceError
        If a publisher cannot be reached.
    """
    jobs = [replace(job, state=state) for state in states]
    made = _here(jobs) if scheduler is None else _on_cluster(jobs, scheduler, patience_s)
    rows = []
    for done in made:
        told = _told(done)
        rows.append(told)
        words = "made" if done["is_new"] else "as before"
        for what in ("missing", "empty"):
            words += f"; {what}: {told[what]}" if told[what] else ""
        report(f"{len(rows)} of {len(jobs)}, state {done['state']}: {words}")
    put_together(Store(job.out), states)
    return pd.DataFrame(rows).sort_values("state", ignore_index=True)


def put_together(store: Store, states: Sequence[str]) -> gpd.GeoDataFrame:
    """
    Read the counties of every state and store them as one file.

    Parameters
    ----------
    store : Store
    states : sequence of str
        FIPS codes of states that are done.

    Returns
    -------
    geopandas.GeoDataFrame
        The rows of `coverage/county` of all states, by GEOID.
    """
    parts = [store.read_table(partition("coverage/county", state)) for state in sorted(states)]
    nation = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=parts[0].crs)
    nation = nation.sort_values("geoid", ignore_index=True)
    store.write(NATION, as_parquet(nation))
    return nation


def _here(jobs: Sequence[Job]) -> Iterator[dict[str, Any]]:
    for job in jobs:
        yield _named(job)


def _on_cluster(jobs: Sequence[Job], scheduler: str, patience_s: float) -> Iterator[dict[str, Any]]:
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        msg = "--scheduler needs the extra packages `scale`: pip install '.[scale]'"
        raise InputError(msg) from error
    try:
        client = Client(  # type: ignore[no-untyped-call]
            scheduler, timeout=patience_s, set_as_default=False
        )
    except OSError as error:
        msg = f"no Dask scheduler answers at {scheduler}; start one with `dask scheduler`"
        raise InputError(msg) from error
    with client:
        tasks = [
            client.submit(_named, job, key=f"state-{job.state}", pure=False, retries=RETRIES)
            for job in jobs
        ]
        for task in as_completed(tasks, loop=client.loop):  # type: ignore[no-untyped-call]
            done: dict[str, Any] = task.result()
            yield done


def _named(job: Job) -> dict[str, Any]:
    try:
        return run_state(job)
    except (InputError, SourceError) as error:
        msg = f"state {job.state}: {error}"
        raise type(error)(msg) from error


def _told(done: dict[str, Any]) -> dict[str, Any]:
    rows = done["rows"]
    empty = [name for name in rows if name.startswith("coverage/") and not rows[name]]
    return {
        "state": done["state"],
        "is_new": done["is_new"],
        "counties": rows["tables/county"],
        "municipalities": rows["tables/municipality"],
        "tracts": rows["tables/tract"],
        "facilities": rows["tables/facility"],
        "missing": "; ".join(done["missing"].values()),
        "empty": ", ".join(empty),
    }
