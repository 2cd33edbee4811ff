# Short names for the commands of the project; `make help` lists them, `.venv/bin/tickit --help` all with their options.
.DEFAULT_GOAL := help
# `make -j` too: the targets write the same warehouse and folders.
.NOTPARALLEL:
.PHONY: help run test soak lint format lake land docs query dashboard evaluate rehearse conformance parity bench lock clean

PYTHON ?= python3
BIN := .venv/bin
# The locked packages, and the command `tickit`, which is installed from this folder.
PACKAGES := .venv/.installed
STAMP := .venv/.tickit

# Of `make lake`, and DEST of `make land`: TICKIT_LAKE or lake/, unless it is given.
SCALE ?= 1
SEED ?= 42
DEST ?=
SOURCE ?= synthetic
UNTIL ?=

# Of `make land`.
MONTH ?=
DAY ?=
EVENTS ?=

# Of `make conformance`: a folder with copies of the collections, where there is no network.
SOURCES ?=

# Of `make docs`.
PORT ?= 8080

# Of `make soak`.
STORIES ?= 50
KILLS ?= 500

# pip compiles nothing here, so Python must keep what it compiles, or each process compiles dbt again.
unexport PYTHONDONTWRITEBYTECODE

# dbt finds its profiles here; a user's own ~/.dbt is left alone.
export DBT_PROFILES_DIR := profiles

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

run: $(STAMP) ## Build the lakehouse on DuckDB (makes a lake if there is none)
	@$(BIN)/tickit run

test: lint ## Everything that CI runs: linters, pytest, and a dbt build with every test on a small lake
	$(BIN)/python -m pytest --numprocesses auto --no-loadscope-reorder

lint: $(STAMP) ## Check the style of Python, YAML and SQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/yamllint .
	$(BIN)/zizmor --offline --quiet .github/workflows
	$(BIN)/tickit lint workflows
	$(BIN)/cfn-lint --include-checks I -- scripts/aws/lakehouse.yml scripts/aws/api.yml jobs/aws.yml dashboards/quicksight.yml
	$(BIN)/tickit jobs check
	$(BIN)/tickit jobs render --check
	$(BIN)/tickit raw-fields --check
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/tickit lint portability
	$(BIN)/tickit lint names
	@# The two that take a minute, side by side: for half of it each keeps one core busy.
	$(BIN)/mypy & $(BIN)/tickit lint sql; code=$$?; wait $$! && exit $$code

format: $(STAMP) ## Format Python and SQL
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/tickit raw-fields
	$(BIN)/tickit lint sql --fix

lake: $(STAMP) ## Generate a lake: SCALE=1 SEED=42 DEST=lake SOURCE=synthetic | folder | zip | s3://... UNTIL=2008-12
	@$(BIN)/tickit lake --scale $(SCALE) --seed $(SEED) --source "$(SOURCE)" --until "$(UNTIL)" \
		$(if $(DEST),--dest "$(DEST)")

land: $(STAMP) ## Land new data: MONTH=2008-12 or DAY=2008-12-05 (default: next month), EVENTS=late,corrected...
	@$(BIN)/tickit land --events "$(EVENTS)" \
		$(if $(MONTH),--month "$(MONTH)") $(if $(DAY),--day "$(DAY)") \
		$(if $(DEST),--lake "$(DEST)")

docs: $(STAMP) ## Build the docs site (one file, reports/docs.html) and serve it: PORT=8080
	@$(BIN)/tickit docs --port $(PORT)

query: $(STAMP) ## Open a SQL shell on the warehouse, read-only
	@$(BIN)/tickit query

dashboard: $(STAMP) ## Write the sales dashboard to reports/dashboard.html
	@$(BIN)/tickit dashboard

evaluate: $(STAMP) ## Measure the Python models: the figures of docs/models (TOPIC=name for one)
	@$(BIN)/tickit evaluate $(TOPIC)

rehearse: $(STAMP) ## Run the whole project through dbt-redshift against a stand-in for Redshift
	@$(BIN)/tickit rehearse

conformance: $(STAMP) ## Measure the stand-in for Redshift with public SQL: SOURCES=folder instead of the network
	@$(BIN)/redshift-rehearsal conformance $(if $(SOURCES),--sources "$(SOURCES)")

parity: $(STAMP) ## Compare every table of DuckDB with the rehearsal's, value by value
	@$(BIN)/tickit parity

soak: $(STAMP) ## Test for hours: what `make test` leaves out, STORIES=50 random sequences of deliveries, KILLS=500 killed builds
	TICKIT_SOAK_STORIES=$(STORIES) TICKIT_KILLS=$(KILLS) TICKIT_ORDERS=$(STORIES) $(BIN)/python -m pytest -s -m ""

bench: $(STAMP) ## Measure builds beside hand-written SQL: BENCH="--scales 1,10 --runs 3" (tickit bench --help)
	@$(BIN)/tickit bench $(BENCH)

lock: $(STAMP) ## Update the locked requirements: requirements.in -> requirements.txt
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-emit-index-url --no-header --generate-hashes --no-strip-extras \
		--upgrade --quiet requirements.in --output-file requirements.txt

clean: ## Remove everything that was generated: lake, warehouse, reports, dbt's files, the virtual environment
	rm -rf .venv lake reports target logs dbt_packages .pytest_cache .ruff_cache
	find warehouse -type f ! -name .gitignore -delete

$(STAMP): $(PACKAGES) pyproject.toml packages/redshift_rehearsal/pyproject.toml
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation \
		--editable packages/redshift_rehearsal --editable .
	@touch $(STAMP)

$(PACKAGES): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or later is needed, and $(PYTHON) is not: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; \
		exit 1; }
	@# requirements.txt lists every dependency, so pip need not resolve them; Python compiles what it imports, a third of
	@# what pip would compile. With a log pip prints a bar and warnings for each package, so it is shown only if it fails.
	@echo "Making the virtual environment in .venv (a few minutes, once) ..."
	@$(PYTHON) -m venv --clear .venv
	@( while sleep 10; do echo "  $$(grep -c ' Collecting ' .venv/pip.log) packages fetched," \
		"$$(du -sm .venv | cut -f1) MB installed"; done ) & progress=$$!; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --log .venv/pip.log \
		--requirement requirements.txt > .venv/pip.out 2>&1; \
	code=$$?; kill $$progress; [ $$code = 0 ] || cat .venv/pip.out >&2; exit $$code
	@touch $(PACKAGES)
