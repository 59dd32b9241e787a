"""
Two made-up states in the shapes and under the names of the publishers' files.

Ohio's six counties are squares in two rows; each has two townships (west, east) and four census
tracts. There are a city over two counties, a city in one, a village in a township and a census
designated place. Indiana touches Ohio: one county lies at the line, one reaches from 77 to 119 km
away, one lies 149 km away. One county of Kansas is far from both.

                 Dogwood  Elm    Fir
    Poplar (IN)  Alder    Birch  Cedar
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
from shapely import box

WIDE, HIGH = 0.25, 0.2
TRACT_PEOPLE = 10_000
SCRIPT = "<script>alert(1)</script>"
YEARS = range(2019, 2024)

CORNERS = {
    "39001": ("Alder", -84.0, 40.0),
    "39003": ("Birch", -83.75, 40.0),
    "39005": ("Cedar", -83.5, 40.0),
    "39007": ("Dogwood", -84.0, 40.2),
    "39009": ("Elm", -83.75, 40.2),
    "39011": ("Fir", -83.5, 40.2),
    "18001": ("Poplar", -84.25, 40.0),
    "18003": ("Quince", -86.0, 40.0),
    "18005": ("Rowan", -85.4, 40.0),
    "20001": ("Willow", -98.0, 40.0),
}
"""Name of each county, its west and its south."""
WIDTHS = {"18005": 0.5}

PLACES = {
    "39": [
        ("3950001", "Metropolis", "25", box(-83.8, 40.05, -83.7, 40.1), 4_100),
        ("3950002", "Hamlet", "25", box(-83.98, 40.12, -83.93, 40.17), 3_000),
        ("3950003", "Nook", "47", box(-83.48, 40.02, -83.46, 40.04), 1_500),
        ("3950004", "Sprawl", "57", box(-83.98, 40.22, -83.93, 40.27), 900),
    ],
    "18": [("1850001", "Outpost", "25", box(-84.2, 40.02, -84.15, 40.07), 2_500)],
}
"""GEOID, name, legal code, outline and residents of each place."""

DEATHS = {
    "39001": ["61", "62", "63", "64", "65"],
    "39003": ["1-9"] * 5,
    "39005": ["0"] * 5,
    "39007": ["20", "21", "22", "23", "10-50"],
    "39009": ["12"] * 5,
    "39011": [None, "40", "41", "42", "43"],
    "18001": ["15"] * 5,
    "18003": ["1-9"] * 5,
    "18005": ["25"] * 5,
}
"""A count for each of `YEARS`; None where the publisher has no row."""
PROVISIONAL = {
    "39001": "60",
    "39003": None,
    "39005": "0",
    "39007": "24",
    "39009": None,
    "39011": "44",
    "18001": "16",
}
LATE = "39009"
POSTAL = {"39": "OH", "18": "IN", "20": "KS"}

FACILITIES = [
    (f"Clinic {SCRIPT}", "SA", "1 Elm Street", "OH", 40.05, -83.9),
    ("Methadone Program", "OTP", "2 Oak Street", "OH", 40.06, -83.72),
    ("Unplaced Clinic", "SA", "3 Ash Street", "OH", None, None),
    ("Mind", "MH", "4 Fig Street", "OH", 40.05, -83.9),
    ("Across the Line", "SA", "5 Bay Street", "IN", 40.05, -84.1),
    ("Near Enough", "SA", "6 Yew Street", "IN", 40.1, -85.0),
    ("Farther Out", "SA", "7 Gum Street", "IN", 40.1, -85.35),
    ("Far Away", "OTP", "8 Nut Street", "IN", 40.1, -85.9),
]
"""Name, type, street, state and point of each row of the locator."""
PROGRAMS = [
    ("Methadone Program, Inc.", "2 Oak St", "OH"),
    ("Program Without a Point", "9 Fir Street", "OH"),
    ("Far Away", "8 Nut Street", "IN"),
]

STATIONS = [
    ("1", "HAMLET POLICE DEPARTMENT", "39001", 40.14, -83.95, "OPEN"),
    ("2", "ALDER COUNTY SHERIFFS OFFICE", "39001", 40.05, -83.95, "OPEN"),
    ("3", "METROPOLIS POLICE DEPARTMENT", "39001", 40.07, -83.78, "OPEN"),
    ("4", "NOOK POLICE DEPARTMENT", "39005", 40.03, -83.47, "CLOSED"),
    ("5", "POPLAR COUNTY SHERIFFS OFFICE", "18001", 40.1, -84.1, "OPEN"),
]
AGENCIES = {
    "39": [
        ("OH0010100", "Hamlet Police Department", "City", "ALDER"),
        ("OH0010000", "Alder County Sheriff's Office", "County", "ALDER"),
        ("OH0010200", "Metropolis Police Department", "City", "ALDER, BIRCH"),
        ("OH0050100", "Nook Police Department", "City", "CEDAR"),
        ("OH0090000", f"Elm County Sheriff's Office {SCRIPT}", "County", "ELM"),
        ("OH0010900", "Alder College Police", "University or College", "ALDER"),
    ],
    "18": [
        ("IN0010000", "Poplar County Sheriff's Office", "County", "POPLAR"),
        ("IN0010100", "Outpost Police Department", "City", "POPLAR"),
    ],
}
MAPPING_FIELDS = [
    *("geoid", "name", "st_geoid", "st_name", "intent", "period", "count_sup"),
    *("rate", "rate_m", "rate_m_ci", "data_as_of", "ttm_date_range"),
]
PROVISIONAL_FIELDS = [
    *("data_as_of", "year", "month", "st_abbrev", "state_name", "countyname", "fips"),
    *("provisional_drug_overdose", "footnote", "percentage_of_records_pending"),
    "monthendingdate",
]


def write_state_files(folder, state="39"):
    """Write the files of a state, and those that publishers give for the whole country."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (*country_files().items(), *state_files(state).items()):
        (folder / name).write_bytes(content)


def country_files():
    """Return the content of each file that holds every state, by its name."""
    counties = [(geoid, name, "06", county_box(geoid)) for geoid, (name, *_) in CORNERS.items()]
    return {
        "cb_2023_us_county_500k.zip": outlines(counties),
        "co-est2020-alldata.csv": estimates(range(2010, 2021)),
        "co-est2024-alldata.csv": estimates(range(2020, 2025)),
        "psx4-wq38.json": as_json(death_rows()),
        "gb4e-yj24.json": as_json(provisional_rows()),
        "4day-mt2f.json": as_json(group_rows()),
        "findtreatment.json": as_json(locator_rows()),
        "otp-directory.csv": programs(),
        "Local_Law_Enforcement_Locations.csv": stations(),
    }


def state_files(state):
    """Return the content of each file of one state, by its name."""
    tracts, towns = parts(state, 4), parts(state, 2)
    places = [one[:4] for one in PLACES[state]]
    return {
        f"cb_2023_{state}_cousub_500k.zip": outlines(towns),
        f"cb_2023_{state}_place_500k.zip": outlines(places),
        f"cb_2023_{state}_tract_500k.zip": outlines(tracts),
        f"dec2020_pl_{state}_tract.json": as_json(counted_tracts(state)),
        f"dec2020_pl_{state}_cousub.json": as_json(counted_towns(state)),
        f"dec2020_pl_{state}_place.json": as_json(counted_places(state)),
        f"acs5_2023_{state}_tract.json": as_json(surveyed_tracts(state)),
        f"fbi-agencies-{state}.json": as_json(agencies(state)),
    }


def county_box(geoid):
    """Return the square of a county."""
    _, west, south = CORNERS[geoid]
    return box(west, south, west + WIDTHS.get(geoid, WIDE), south + HIGH)


def parts(state, number):
    """Return two halves (townships) or four quarters (tracts) of each county: code, name, box."""
    rows = []
    for county in counties_of(state):
        name = CORNERS[county][0]
        west, south, east, north = county_box(county).bounds
        middle, half = (west + east) / 2, (south + north) / 2 if number == 4 else north
        boxes = [box(west, south, middle, half), box(middle, south, east, half)]
        if number == 4:
            boxes += [box(west, half, middle, north), box(middle, half, east, north)]
            rows += [(f"{county}{n:04}00", str(n), "CT", one) for n, one in enumerate(boxes, 1)]
        else:
            sides = zip(("West", "East"), boxes, strict=True)
            rows += [
                (f"{county}{n:05}", f"{side} {name}", "44", one)
                for n, (side, one) in enumerate(sides, 10_001)
            ]
    return rows


def counties_of(state):
    """Return the GEOIDs of a state's counties."""
    return [geoid for geoid in CORNERS if geoid[:2] == state]


def outlines(rows):
    """Return a zipped shapefile of rows of code, name, legal code and outline."""
    columns = {
        "GEOID": [one[0] for one in rows],
        "STATEFP": [one[0][:2] for one in rows],
        "COUSUBFP": [one[0][-5:] for one in rows],
        "NAME": [one[1] for one in rows],
        "LSAD": [one[2] for one in rows],
        "ALAND": [round(one[3].area * 9.4e9) for one in rows],
        "AWATER": [0] * len(rows),
    }
    frame = gpd.GeoDataFrame(columns, geometry=[one[3] for one in rows], crs="EPSG:4269")
    target = io.BytesIO()
    with TemporaryDirectory() as at, zipfile.ZipFile(target, "w") as archive:
        frame.to_file(Path(at) / "cb.shp")
        for path in sorted(Path(at).iterdir()):
            archive.write(path, path.name)
    return target.getvalue()


def people_of_tract(geoid):
    """Return the residents of a tract: nobody lives in the last one of Fir."""
    return 0 if geoid == "39011000400" else TRACT_PEOPLE


def counted_tracts(state):
    """Return the census of the tracts as the Census Data API answers."""
    rows = [
        [f"Tract {name}", str(people_of_tract(geoid)), geoid[:2], geoid[2:5], geoid[5:]]
        for geoid, name, *_ in parts(state, 4)
    ]
    return [["NAME", "P1_001N", "state", "county", "tract"], *rows]


def counted_towns(state):
    """Return the census of the townships."""
    rows = [
        [f"{name} township", str(2 * TRACT_PEOPLE), geoid[:2], geoid[2:5], geoid[5:]]
        for geoid, name, *_ in parts(state, 2)
    ]
    return [["NAME", "P1_001N", "state", "county", "county subdivision"], *rows]


def counted_places(state):
    """Return the census of the places."""
    rows = [
        [name, str(people), geoid[:2], geoid[2:]] for geoid, name, _, _, people in PLACES[state]
    ]
    return [["NAME", "P1_001N", "state", "place"], *rows]


def surveyed_tracts(state):
    """Return the survey of the tracts: a tenth more than the census, none for the first."""
    rows = [
        ["Tract", str(people_of_tract(geoid) * 11 // 10), "300", geoid[:2], geoid[2:5], geoid[5:]]
        for geoid, *_ in parts(state, 4)
    ]
    return [["NAME", "B01003_001E", "B01003_001M", "state", "county", "tract"], *rows]


def estimates(years):
    """Return the residents of every county: 40,000 and the year; latin-1."""
    head = ["SUMLEV", "STATE", "COUNTY", "CTYNAME", *(f"POPESTIMATE{year}" for year in years)]
    rows = [["040", "39", "000", "Ohio", *["240000"] * len(years)]]
    rows += [
        ["050", geoid[:2], geoid[2:], f"{name} County", *(40_000 + year for year in years)]
        for geoid, (name, *_) in CORNERS.items()
    ]
    rows.append(["050", "35", "013", "Doña Ana County", *["220000"] * len(years)])
    return as_csv(head, rows).decode().encode("latin-1")


def death_rows():
    """Return a row per county and year, and what must not be taken for one."""
    rows = [
        mapping_row(geoid, str(year), count)
        for geoid, counts in DEATHS.items()
        for year, count in zip(YEARS, counts, strict=True)
        if count is not None
    ]
    trailing = mapping_row("39001", "TTM", "66") | {"ttm_date_range": "2025"}
    return [*rows, trailing, mapping_row("39001", "2023", "99") | {"intent": "All_Suicide"}]


def group_rows():
    """Return groups of tracts: three tracts of Alder with 30 deaths, four of Birch withheld."""
    alder, birch = (
        [geoid for geoid, *_ in parts("39", 4) if geoid[:5] == county]
        for county in ("39001", "39003")
    )
    one = [geoid for geoid, *_ in parts("18", 4)][:2]
    return [
        mapping_row(unit, "2023", count) | {"st_geoid": tracts[0][:2], "name": ", ".join(tracts)}
        for unit, count, tracts in (
            ("39-1", "30", alder[:3]),
            ("39-2", "20", alder[3:]),
            ("39-3", "1-9", birch),
            ("18-1", "12", one),
        )
    ]


def mapping_row(geoid, period, count):
    """Return a row of the county or tract file of overdose deaths."""
    return {
        "geoid": geoid,
        "name": "Some County",
        "st_geoid": geoid[:2],
        "st_name": "Some State",
        "intent": "Drug_OD",
        "period": period,
        "count_sup": count,
        "rate": "10.0",
        "rate_m": "0.0",
        "data_as_of": "2026-05-14T00:00:00.000",
    }


def provisional_rows():
    """Return a row per county for the newest twelve months and those a year before."""
    rows = []
    for geoid, deaths in PROVISIONAL.items():
        for year in ("2024", "2025"):
            row = {
                "data_as_of": "2026-07-05T00:00:00.000",
                "year": year,
                "month": "12",
                "st_abbrev": POSTAL[geoid[:2]],
                "countyname": CORNERS[geoid][0],
                "fips": geoid,
                "provisional_drug_overdose": deaths,
                "footnote": None if deaths else "Numbers less than 10 are suppressed",
                "percentage_of_records_pending": "0.01",
                "monthendingdate": f"{year}-12-31T00:00:00.000",
            }
            if geoid == LATE:
                row["footnote"] = "Reported late by the county"
            rows.append({name: value for name, value in row.items() if value is not None})
    return rows


def locator_rows():
    """Return the rows of the locator of treatment facilities."""
    return [
        {
            "name1": name,
            "name2": None,
            "street1": street,
            "street2": None,
            "city": "Somewhere",
            "state": state,
            "zip": "43001" if state == "OH" else "46001",
            "latitude": None if latitude is None else str(latitude),
            "longitude": None if longitude is None else str(longitude),
            "typeFacility": kind,
            "services": None,
        }
        for name, kind, street, state, latitude, longitude in FACILITIES
    ]


def programs():
    """Return the directory of opioid treatment programs."""
    rows = [
        [name, street, "Somewhere", state, "43001" if state == "OH" else "46001"]
        for name, street, state in PROGRAMS
    ]
    return as_csv(["Program Name", "Street", "City", "State", "Zip Code"], rows)


def stations():
    """Return the list of police stations."""
    head = ["ID", "NAME", "ADDRESS", "CITY", "STATE", "ZIP", "TYPE", "STATUS", "COUNTYFIPS"]
    kind = "LOCAL POLICE DEPARTMENT"
    rows = [
        [number, name, "1 Main St", "TOWN", POSTAL[home[:2]], "43001", kind, status, home, *point]
        for number, name, home, *point, status in STATIONS
    ]
    return as_csv([*head, "LATITUDE", "LONGITUDE"], rows)


def agencies(state):
    """Return the FBI's agencies of a state, a list for each county."""
    lists = {}
    for ori, name, kind, counties in AGENCIES[state]:
        row = {
            "ori": ori,
            "agency_name": name,
            "agency_type_name": kind,
            "counties": counties,
            "state_abbr": POSTAL[state],
            "latitude": 40.1,
            "longitude": -83.9,
        }
        for county in counties.split(", "):
            lists.setdefault(county, []).append(row)
    return lists


def as_json(content):
    """Return JSON as bytes."""
    return json.dumps(content).encode()


def as_csv(head, rows):
    """Return CSV as bytes."""
    target = io.StringIO()
    csv.writer(target).writerows([head, *rows])
    return target.getvalue().encode()
