.DEFAULT_GOAL := help
PYTHON ?= python3
CEU := .venv/bin/python -m ceu

help: ## List the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: .venv/ready ## Install what is missing, load the demo cast once, serve on 127.0.0.1:5000
	@$(CEU) run

test: .venv/tools ## Style, types and every test; browser journeys where Chromium is found, PostgreSQL where it answers
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/python -m pytest -n auto -rs
	@.venv/bin/python -m tests.on_postgresql

bench: .venv/tools ## Measure CPU and queries per page, beside a bare floor
	@.venv/bin/python -m tests.bench

screenshots: .venv/tools ## Photograph every page of every role, and run axe on each
	@.venv/bin/python -m tests.screenshots

format: .venv/tools ## Put the code in order
	@.venv/bin/ruff check --fix -q . ; .venv/bin/ruff format -q .

lock: .venv/tools ## Pin all dependencies anew, with hashes
	@.venv/bin/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml -o requirements.txt
	@.venv/bin/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-header -q --extra dev -c requirements.txt pyproject.toml -o tests/requirements.txt

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Ceu needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 run") if sys.version_info < (3, 11) else 0'
	@.ci/system python
	@$(PYTHON) -m venv .venv

.venv/ready: .venv/bin/python requirements.txt
	@.ci/system documents
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/tools: .venv/ready tests/requirements.txt
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.txt
	@touch $@

.PHONY: help run test bench screenshots format lock
