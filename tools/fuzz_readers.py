"""Feed damaged files to the readers of uploaded files; each is read or refused, none breaks out."""

from __future__ import annotations

import argparse
import io
import itertools
import json
import multiprocessing
import random
import sys
import time
import traceback
import zipfile
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

MOST_SECONDS: Final = 10.0
"""Time one input may take."""
MEMORY_BYTES: Final = 4_000_000_000
REPORT_SECONDS: Final = 60.0
ACCEPTED, REFUSED = "accepted", "refused"


def main() -> int:
    """Mutate and read until the time is over; return 1 at the first input that breaks out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="CPU minutes of the reading")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", type=int, help="number of one input: read it here and show all")
    options = parser.parse_args()
    if options.only is not None:
        return _read_one(options.seed, options.only)
    workers = [_Worker() for _ in range(options.workers)]
    tried, counts = 0, {ACCEPTED: 0, REFUSED: 0}
    said = started = time.monotonic()
    for number in itertools.count():
        worker = workers[number % len(workers)]
        if number >= len(workers):
            problem = worker.answer(counts)
            if problem:
                sys.stdout.write(f"seed {options.seed}, input {worker.number}: {problem}\n")
                return 1
            tried += 1
        spent = sum(one.cpu_seconds for one in workers)
        if time.monotonic() - said > REPORT_SECONDS or spent > options.minutes * 60:
            said = time.monotonic()
            sys.stdout.write(
                f"{tried} inputs tried, {counts[ACCEPTED]} accepted, {counts[REFUSED]} refused, "
                f"{spent:.0f} CPU seconds, {said - started:.0f} seconds\n"
            )
            sys.stdout.flush()
        if spent > options.minutes * 60:
            break
        worker.ask(options.seed, number)
    for worker in workers:
        worker.end()
    return 0


class _Worker:
    """A process that reads inputs; it can crash or hang without harm."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, far = context.Pipe()
        self.process = context.Process(target=_work, args=(far,), daemon=True)
        self.process.start()
        far.close()
        self.pipe.recv()
        self.cpu_seconds = 0.0
        self.number = 0

    def ask(self, seed: int, number: int) -> None:
        self.number = number
        self.pipe.send((seed, number))

    def answer(self, counts: dict[str, int]) -> str:
        """Count what became of the input; return what is wrong, or nothing."""
        try:
            if not self.pipe.poll(MOST_SECONDS):
                self.process.kill()
                return f"hangs over {MOST_SECONDS:g} s"
            outcome, self.cpu_seconds = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            self.process.join()
            return f"crashes, exit code {self.process.exitcode}"
        if outcome not in counts:
            return str(outcome)
        counts[outcome] += 1
        return ""

    def end(self) -> None:
        self.process.kill()
        self.process.join()


def _work(pipe: Connection) -> None:
    _bound_memory()
    samples = seeds()
    pipe.send("ready")
    while True:
        seed, number = pipe.recv()
        pipe.send((_outcome(mutated(samples, seed, number)), time.process_time()))


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _outcome(content: bytes) -> str:
    from geo.errors import InputError
    from geo.own_data.files import RawRows, read_rows

    try:
        read = read_rows(content)
    except InputError:
        return REFUSED
    except BaseException:  # noqa: BLE001  that is what is looked for
        return traceback.format_exc()
    return ACCEPTED if isinstance(read, RawRows) else f"returns {type(read)}"


def _read_one(seed: int, number: int) -> int:
    content = mutated(seeds(), seed, number)
    sys.stdout.write(f"{len(content)} bytes, begins {content[:60]!r}\n")
    outcome = _outcome(content)
    sys.stdout.write(f"{outcome}\n")
    return int(outcome not in {ACCEPTED, REFUSED})


def seeds() -> list[bytes]:
    """Return one small valid file of each kind and variety."""
    import geopandas as gpd
    import pandas as pd

    frame = pd.DataFrame(
        {
            "id": range(8),
            "name": ["NA", "", "a, b", 'c "d"', "é", "x", "y", "z"],
            "share": [1.0, 2.5, None, 1e300, -1.0, 0.1, 7.0, 8.0],
            "moment": pd.date_range("2024-01-31 13:05", periods=8, freq="h"),
        }
    )
    points = gpd.points_from_xy([-83.0 - k / 10 for k in range(8)], [42.0] * 8)
    layer = gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")
    text = frame.to_csv(index=False)
    return [
        text.encode(),
        text.encode("latin-1"),
        text.replace(",", ";").encode("utf-16"),
        (text + "1,2,3,4,5,6\n\n7\n").encode("utf-8-sig"),
        _written(lambda target: frame.to_excel(target, index=False)),
        _written(frame.to_parquet),
        _written(layer.to_parquet),
        _layer(layer, "GeoJSON"),
        _layer(layer.to_crs(26917), "GeoJSON"),
        json.dumps(json.loads(layer.drop(columns="moment").to_json()), indent=1).encode(),
        _layer(layer, "GPKG"),
        _layer(layer.to_crs(26917), "GPKG"),
        _shapefile(layer.drop(columns="moment")),
    ]


def _written(write: Callable[[io.BytesIO], object]) -> bytes:
    target = io.BytesIO()
    write(target)
    return target.getvalue()


def _layer(layer: object, driver: str) -> bytes:
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2024-01-31T00:00:00.000Z"})
    return _written(lambda target: pyogrio.write_dataframe(layer, target, driver=driver))


def _shapefile(layer: object) -> bytes:
    import tempfile
    from pathlib import Path

    import pyogrio

    with tempfile.TemporaryDirectory() as folder:
        pyogrio.write_dataframe(layer, Path(folder) / "calls.shp")
        return _zipped({path.name: path.read_bytes() for path in Path(folder).iterdir()})


def _zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def mutated(samples: list[bytes], seed: int, number: int) -> bytes:
    """Return the input of a number: a sample after one to six mutations."""
    chance = random.Random(f"{seed} {number}")  # noqa: S311  to be repeated, not secret
    sample = chance.choice(samples)
    if sample.startswith(b"PK") and chance.random() < 0.8:  # noqa: PLR2004
        with zipfile.ZipFile(io.BytesIO(sample)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        name = chance.choice(sorted(members))
        members[name] = _mutate(members[name], chance.choice(samples), chance)
        return _zipped(members)
    return _mutate(sample, chance.choice(samples), chance)


def _mutate(content: bytes, other: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 6)):
        content = chance.choice(_MUTATIONS)(content, other, chance)
    return content[:1_000_000]


def _place(content: bytes, chance: random.Random) -> int:
    """Return a place, half of the time near the start or the end, where headers are."""
    last = max(len(content) - 1, 0)
    near = min(last, 200)
    return chance.choice(
        [
            chance.randint(0, last),
            chance.randint(0, last),
            chance.randint(0, near),
            last - chance.randint(0, near),
        ]
    )


def _flip(content: bytes, _: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _time in range(chance.randint(1, 8)):
        if changed:
            changed[_place(content, chance)] ^= 1 << chance.randint(0, 7)
    return bytes(changed)


def _truncate(content: bytes, _: bytes, chance: random.Random) -> bytes:
    return content[: _place(content, chance)]


def _splice(content: bytes, other: bytes, chance: random.Random) -> bytes:
    start = _place(other, chance)
    at = _place(content, chance)
    return content[:at] + other[start : start + chance.randint(1, 400)] + content[at:]


def _repeat(content: bytes, _: bytes, chance: random.Random) -> bytes:
    start = _place(content, chance)
    chunk = content[start : start + chance.randint(1, 100)]
    return content[:start] + chunk * chance.choice([2, 10, 300]) + content[start:]


def _remove(content: bytes, _: bytes, chance: random.Random) -> bytes:
    start = _place(content, chance)
    return content[:start] + content[start + chance.randint(1, 100) :]


def _renumber(content: bytes, _: bytes, chance: random.Random) -> bytes:
    """Write a number that programs stumble over, in binary or as digits."""
    at = _place(content, chance)
    value = chance.choice([0, 1, -1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, -0x80000000])
    width = chance.choice([1, 2, 4, 8])
    order: Literal["little", "big"] = chance.choice(_ORDERS)
    binary = (value % (1 << 8 * width)).to_bytes(width, order)
    word = chance.choice([binary, b"99999999999999999999", b"1e999", b"-0", b"NaN", b"\n", b'"'])
    return content[:at] + word + content[at + len(word) :]


_ORDERS: Final[tuple[Literal["little", "big"], ...]] = ("little", "big")
_MUTATIONS: Final = (_flip, _flip, _truncate, _splice, _repeat, _remove, _renumber, _renumber)


if __name__ == "__main__":
    sys.exit(main())
