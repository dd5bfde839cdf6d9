# Everything a fresh machine needs is made here; only Python (3.11 or newer) must be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The whole suite, the sample sizes, and the benchmarks read these flags.
PYTEST := $(BIN)/python -m pytest

.PHONY: demo test test-all bench lint install messages picture clean

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Shiftdesk needs Python 3.11 or newer; set PYTHON=python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Shiftdesk and its sentiment model into $(VENV) (once, some minutes) …"
	@$(BIN)/python -m pip install --quiet --editable '.[mood,dev]'
	@touch $@

demo: install
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/shiftdesk demo; else \
	  echo "No terminal here: running the demo without a screen for 20 seconds." >&2; \
	  $(BIN)/shiftdesk demo --headless --seconds 20 --json; fi

lint: install
	@$(BIN)/ruff check console sources tests
	@$(BIN)/ruff format --check console sources tests
	@$(BIN)/mypy

test: lint
	@$(PYTEST)

test-all: lint
	@$(PYTEST) -m 'not bench'

bench: install
	@$(PYTEST) -m bench -s tests/bench

# The strings of the interface, collected for translators; see console/locale/README.md.
messages: install
	@mkdir -p build
	@$(BIN)/pybabel -q extract --no-default-keywords -k _ -k mark -k ngettext:1,2 --no-location \
	  --sort-output -o build/shiftdesk.pot console sources
	@$(BIN)/pybabel -q update -D shiftdesk --no-fuzzy-matching --ignore-obsolete --no-wrap \
	  -i build/shiftdesk.pot -d console/locale
	@$(BIN)/pybabel -q extract --no-default-keywords -k say --no-location \
	  --sort-output -o build/sources.pot console/desk sources
	@$(BIN)/pybabel -q update -D sources --no-fuzzy-matching --ignore-obsolete --no-wrap \
	  -i build/sources.pot -d console/locale

# The README's pictures, drawn by the program itself.
picture: install
	@$(BIN)/python -m console.demo.picture .github/desk.svg
	@$(BIN)/python -m console.demo.picture .github/lead.svg 160 48 dark "L" 25
	@$(BIN)/python -m console.demo.picture .github/narrow.svg 80 24 dark "g j j j j j"

clean:
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
