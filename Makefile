# make run: start the app (DATA=folder: on another data folder).  make test: every check.  make setup: prepare .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
DATA ?=

.PHONY: run test setup setup-test lint types pytest other-pythons bench clean

run: setup
	COVERAGE_DATA=$(DATA) $(BIN)/streamlit run dashboard.py --server.port $(PORT)

setup: $(VENV)/installed
	@$(BIN)/python -m geo assets

test: setup-test lint types pytest other-pythons

# A stamp holds the hash of what was installed: nothing is installed twice.
$(VENV)/installed: requirements.txt tools/check_python.py
	$(PYTHON) tools/check_python.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

setup-test: setup $(VENV)/installed-test
	@$(BIN)/python tools/find_chromium.py

$(VENV)/installed-test: requirements-test.txt $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
	@touch $@

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

pytest:
	$(BIN)/python -m pytest -n auto -m "not browser"
	$(BIN)/python -m pytest -n 2 --dist loadfile -m browser

other-pythons:
	$(BIN)/python tools/other_pythons.py

bench: setup-test
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) .venv-3.* static
