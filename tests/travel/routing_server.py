"""A local server that answers as OSRM and as Valhalla document it, over a road graph."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import numpy as np


def _plain(values):
    return [[None if np.isnan(one) else float(one) for one in row] for row in values]


class RoutingServer:
    """What the server does: `failures` are answered first, `most` limits the places of a table."""

    def __init__(self, graph):
        self.graph = graph
        self.failures = []
        self.most = 100
        self.requests = []
        self.refuse_islands = False
        self.has_distances = True

    def osrm(self, path, query):
        _, _, profile, text = path.strip("/").split("/")
        places = np.array([[float(one) for one in part.split(",")] for part in text.split(";")])
        self.requests.append((profile, len(places)))
        if len(places) > self.most:
            return 400, {"code": "TooBig", "message": "Too many table coordinates"}
        node, away = self.graph.put(places)
        if (away > 30_000).any():
            return 400, {"code": "NoSegment", "message": "Could not find a matching segment"}
        rows, columns = (
            [int(one) for one in query[name][0].split(";")] for name in ("sources", "destinations")
        )
        minutes, metres = self.graph.matrix(places[rows], places[columns], profile)
        ends = [{"location": self.graph.nodes[one].tolist(), "name": ""} for one in node]
        answer = {
            "code": "Ok",
            "durations": _plain(minutes * 60),
            "sources": [ends[row] for row in rows],
            "destinations": [ends[column] for column in columns],
        }
        return 200, answer | ({"distances": _plain(metres)} if self.has_distances else {})

    def valhalla(self, action, request):
        if action == "status":
            return 200, {"version": "3.9.1", "tileset_last_modified": 1}
        if action == "locate":
            return 200, [self._located(one) for one in request["locations"]]
        places = [
            np.array([[one["lon"], one["lat"]] for one in request[name]])
            for name in ("sources", "targets")
        ]
        self.requests.append((request["costing"], tuple(map(len, places))))
        minutes, metres = self.graph.matrix(*places, request["costing"])
        if self.refuse_islands and np.isnan(minutes).any():
            text = "Locations are in unconnected regions. Go check/edit the map at osm.org"
            return 400, {"error_code": 170, "error": text, "status_code": 400}
        seconds, km = _plain(minutes * 60), _plain(metres / 1000)
        cells = [
            [{"time": time, "distance": far} for time, far in zip(*row, strict=True)]
            for row in zip(seconds, km, strict=True)
        ]
        return 200, {"sources_to_targets": cells, "units": "kilometers"}

    def _located(self, place):
        node, away = self.graph.put(np.array([[place["lon"], place["lat"]]]))
        lon, lat = self.graph.nodes[node[0]].tolist()
        edges = [{"correlated_lon": lon, "correlated_lat": lat}]
        return {"edges": edges if away[0] <= place["search_cutoff"] else []}


@contextmanager
def serving(server):
    """Serve on a port the system chooses; give the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            self._answer(lambda: server.osrm(parts.path, parse_qs(parts.query)))

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer(lambda: server.valhalla(self.path.strip("/"), body))

        def _answer(self, make):
            status, found = server.failures.pop(0) if server.failures else make()
            content = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
