"""Run the router as Streamlit does, without a browser."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest


class App:
    """The app of one session, and what it says."""

    def __init__(self, script, query):
        self.test = AppTest.from_file(str(script), default_timeout=60)
        for name, value in query.items():
            self.test.query_params[name] = value
        self.test.run()

    @property
    def component(self):
        """The arguments the map component was given."""
        return json.loads(self.test.get("component_instance")[0].proto.json_args)

    @property
    def state(self):
        """The state the map was told."""
        script = self.component["feature_group"]
        start = script.index("window.coverage.apply(") + len("window.coverage.apply(")
        return json.JSONDecoder().raw_decode(script[start:])[0]

    @property
    def html(self):
        """All HTML and Markdown of the page."""
        parts = [element.proto.body for element in self.test.get("html")]
        return "\n".join(parts + [element.value for element in self.test.markdown])

    def open_table(self, level):
        """Open the table under the map; return its rows."""
        self.test.session_state["w_table"] = True
        self.test.run()
        self.test.session_state["w_table"] = True
        self.test.segmented_control(key="w_level").set_value(level).run()
        return self.test.dataframe[0].value

    def address(self):
        """The parameters of the address."""
        return {name: "".join(value) for name, value in self.test.query_params.items()}


@pytest.fixture
def open_app(project):
    def open_at(page="dashboard.py", **query):
        app = App(project / page, query)
        assert not app.test.exception, app.test.exception
        return app

    return open_at
