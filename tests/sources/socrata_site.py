"""Rows on the tests' server, asked for as data.cdc.gov is: conditions, order, pages and count."""

from __future__ import annotations

import json
import re

from tests.sources.publisher_server import Answer


def as_json(content, **more):
    return Answer(
        json.dumps(content).encode(), headers={"Content-Type": "application/json"}, **more
    )


def publish(publisher, resource_id, rows, *, fields, counted=None):
    """Answer for a data set; a row's empty fields are left out, as the publisher does."""

    def answer(asked):
        wanted = re.findall(r"(\w+)='([^']*)'", asked.query["$where"][0])
        kept = [row for row in rows if all(row.get(name) == value for name, value in wanted)]
        if "$select" in asked.query:
            return as_json([{"row_count": str(len(kept) if counted is None else counted)}])
        for name in reversed(asked.query["$order"][0].split(",")):
            kept.sort(key=lambda row, name=name: row[name])
        first, most = int(asked.query["$offset"][0]), int(asked.query["$limit"][0])
        page = kept[first : first + most]
        return as_json([{k: v for k, v in row.items() if v is not None} for row in page])

    described = {"id": resource_id, "columns": [{"fieldName": name} for name in fields]}
    publisher.script(f"data.cdc.gov/api/views/{resource_id}.json", as_json(described))
    publisher.script(rows_of(resource_id), answer)


def rows_of(resource_id):
    return f"data.cdc.gov/resource/{resource_id}.json"
