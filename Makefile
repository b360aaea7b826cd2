# Every task of the project; `make` alone lists them.
# The one an office's server has; one built for a developer alone is often a third slower.
SYSTEM := /usr/bin/python3
PYTHON ?= $(shell $(SYSTEM) -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(SYSTEM) || echo python3)
BIN := .venv/bin
WORKERS ?= 3
SECONDS ?= 60
MINUTES ?= 20

PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q

# Where it is set, every command that the tests start would compile the whole program again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install install-test serve preview test test-all check types compiled format bench bench-more fuzz soak lock audit sbom licences

help: ## list the tasks
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: .venv/base.stamp ## make .venv/ with .venv/bin/hotro in it

serve: install ## install, build the site, migrate, then serve on http://127.0.0.1:8000
	$(BIN)/hotro serve

preview: install ## pages, forms and facts as they are edited, on http://127.0.0.1:8001
	$(BIN)/mkdocs serve --livereload --dev-addr 127.0.0.1:8001

test: install-test check ## all checks and tests; installs the browser and servers they need
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --durations=40 --durations-min=5 -m "not long"

test-all: install-test check ## the same, the long crosses and kill rounds, every screen; before a release
	EVERY_SCREEN=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --durations=40 --durations-min=5

check: install-test ## format, lint, types, imports, definitions, both site builds
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@$(MAKE) --no-print-directory --output-sync -j2 types compiled
	$(BIN)/lint-imports --no-cache
	$(BIN)/hotro check

types: install-test
	$(BIN)/mypy

# Otherwise each worker of the suite compiles every test for itself.
compiled: install-test
	@mkdir -p build
	@$(BIN)/python -m pytest --collect-only -q >build/collected.txt || { cat build/collected.txt; exit 1; }

format: install-test ## put code and generated schemas in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/hotro schema

bench: install-test ## measure in about 10 minutes what must be reached, as ratios: build/bench.md
	$(BIN)/python -m bench.run --page

bench-more: install-test ## the first paint on a slow line, the wait for a receipt, the queue of 100,000, every report
	$(BIN)/python -m bench.first_paint
	$(BIN)/python -m bench.receipt
	$(BIN)/python -m bench.queue
	$(BIN)/python -m bench.reports

fuzz: install-test ## atheris on the form reader, the file checkers and the package reader; SECONDS= for each
	for target in form name metadata package pdf jpeg png docx xlsx; do \
	  $(BIN)/python -m tests.fuzz.run $$target --seconds $(SECONDS) || exit 1; done

soak: install-test ## MINUTES= of load with kills, slow sockets, a full disk and a restarted database; then fuzz
	$(BIN)/python -m tests.soak.run --minutes $(MINUTES)
	$(BIN)/python -m tests.soak.run --minutes $(MINUTES) --database postgresql
	$(MAKE) fuzz

install-test: .venv/test.stamp tests/openid/node_modules/.package-lock.json
	@deploy/need.sh git /usr/bin/git
	@deploy/need.sh chromium-headless-shell /usr/bin/chromium-headless-shell
	@deploy/need.sh postgresql-15 /usr/lib/postgresql/15/bin/postgres
	@deploy/need.sh nginx /usr/sbin/nginx
	@deploy/need.sh libnginx-mod-http-brotli-static /usr/lib/nginx/modules/ngx_http_brotli_static_module.so
	@deploy/need.sh clamav-daemon /usr/sbin/clamd
	@deploy/need.sh faketime /usr/bin/faketime
	@deploy/need.sh strace /usr/bin/strace
	@deploy/need.sh iproute2 /usr/sbin/ip
	@deploy/need.sh prometheus /usr/bin/promtool
	@deploy/need.sh systemd /usr/bin/systemd-analyze
	@deploy/need.sh docker-compose /usr/bin/docker-compose

tests/openid/node_modules/.package-lock.json: tests/openid/package.json tests/openid/package-lock.json .venv/test.stamp
	@cd tests/openid && $(CURDIR)/$(BIN)/npm ci --ignore-scripts --no-fund --no-audit --silent || { echo "The tests need oidc-provider: .venv/bin/npm ci --ignore-scripts --prefix tests/openid"; exit 1; }
	@touch $@

audit: install-test ## known weaknesses of every pinned library; needs an advisory database, fails when none answers
	$(BIN)/pip-audit --strict --progress-spinner off --disable-pip --require-hashes -r requirements/test.txt -r requirements/tools.txt

sbom: install-test ## what the program is made of, as CycloneDX: build/sbom.json
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements/base.txt --pyproject pyproject.toml --mc-type application --output-reproducible -o build/sbom.json

licences: install-test ## write the page of licences; fails when one cannot be used
	$(BIN)/python -m deploy.licences

lock: install ## compile requirements/*.in again
	$(PIP) install --require-hashes -r requirements/tools.txt
	for name in base test tools bench; do $(BIN)/uv pip compile --no-config --no-emit-index-url --generate-hashes --universal \
	  --python-version 3.11.2 -q requirements/$$name.in -o requirements/$$name.txt; done

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: apt-get install python3"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "venv is missing: apt-get install python3-venv"; exit 1; }

.venv/base.stamp: requirements/base.txt pyproject.toml | .venv/bin/python
	$(PIP) install --require-hashes -r requirements/base.txt
	$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

.venv/test.stamp: requirements/test.txt .venv/base.stamp
	$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@
