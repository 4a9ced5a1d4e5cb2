# The two commands of the README. Everything is installed into an environment of the project's own.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo demo-google test test-all lint bench clean

demo: $(READY)
	$(BIN)/dealkeeper demo

# A Google Sheet without an account: a local server stands in for Google. In English: LANGUAGE=en
demo-google: LANGUAGE := zh
demo-google: $(VENV)/.test
	$(BIN)/python -m tests.demo_google --language $(LANGUAGE)

test: $(VENV)/.test
	$(BIN)/python -m pytest -n auto -m "not slow"

test-all: $(VENV)/.test
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.test
	$(BIN)/python -m tests.benchmarks.run
	$(BIN)/python -m tests.benchmarks.rules

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"

$(READY): pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.test: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group test
	touch $@

$(VENV)/.lint: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group lint
	touch $@

clean:
	rm -rf $(VENV) build dist demo demo-google demo-google-en
