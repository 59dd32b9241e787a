"""Tables of a loaded file as files: what may be told, where it is from, and SYNTHETIC if it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geo import __version__
from geo.downloads import REASON, SUPPRESSED, Export, as_geojson, without_formulas
from geo.own_data.loaded import SYNTHETIC, span_text
from geo.provenance import APP

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from geo.own_data.loaded import OwnData

ENFORCEMENT: Final = (
    "Not for enforcement: people who fear arrest do not call for help. Made to place help, not to "
    "find persons."
)


def own_export(
    own: OwnData, table: pd.DataFrame, columns: Mapping[str, str], title: str, *,
    threshold: int, data_hash: str,
) -> Export:  # fmt: skip
    """
    Return a table of a loaded file as it leaves the app.

    Parameters
    ----------
    own : OwnData
    table : pandas.DataFrame
        Of this package, worked out from what may be told.
    columns : mapping of str to str
        What its columns mean; others are left out.
    title : str
    threshold : int
        No smaller count is told.
    data_hash : str
        Of the published tables.

    Returns
    -------
    Export
    """
    kept = [name for name in table.columns if name in columns or name.endswith(REASON)]
    hidden = f"counts below {threshold} and what would give them away are {SUPPRESSED}"
    block = {
        "title": f"{SYNTHETIC}: {title}" if own.is_synthetic else title,
        "source": "made-up demonstration data; not real events" if own.is_synthetic
        else "events loaded by the county itself; not published; not checked by this app's makers",
        "events in the whole file": str(own.told(threshold).whole.events.sum()),
        "months in the whole file": span_text(own.told(threshold).monthly.columns),
        "small counts": f"{hidden}; areas and months are told together where needed",
        "use": ENFORCEMENT,
        "published tables": f"data hash {data_hash}",
        "version": f"{APP} {__version__}",
    }  # fmt: skip
    if own.is_synthetic:
        block = {SYNTHETIC: "made up; not real events", **block}
    return Export(table[kept], dict(columns), block)


def to_geojson(export: Export, outlines: gpd.GeoDataFrame) -> bytes:
    """Return a table with outlines as GeoJSON in UTF-8, EPSG:4326; the block as `metadata`."""
    key = str(export.table.index.name)
    rows = export.rows.set_index(key)
    frame = outlines.join(rows.astype(object).where(rows.notna(), None))
    return as_geojson(frame.reset_index(names=key), export.block)


def aside_csv(aside: pd.DataFrame) -> bytes:
    """Return the rows that were set aside as CSV in UTF-8, formulas disarmed, for their owner."""
    rows = without_formulas(aside.reset_index())
    rows.columns = without_formulas(pd.DataFrame({"heading": rows.columns}, dtype="str"))["heading"]
    text: str = rows.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8-sig")
