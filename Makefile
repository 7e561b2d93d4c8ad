# make demo    run the smoke scenarios on the built-in store and write an HTML report
# make test    run all tests          make lint    check style, types and imports          make bench    measure speed
# make shops   install third-party shops of npm and PyPI in build/shops, and try the harness on them, healthy and with ten faults each
# make mutate  report which broken trackers the scenarios detect; "make mutate SAMPLE=20" tries 20 of them

VENV ?= .venv
BIN := $(VENV)/bin
# Packages without a wheel are built in an isolated environment. Before version 25.3 pip applies PIP_CONSTRAINT to it, later PIP_BUILD_CONSTRAINT.
PIP := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check
WORKERS := $(shell expr $$(nproc 2>/dev/null || echo 2) + 1)

# The tests start the harness hundreds of times; compile it only once.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint bench mutate shops
demo: $(VENV)/installed
	$(BIN)/harness doctor --install
	$(BIN)/harness run --tag smoke --report text --report "html=$(CURDIR)/report.html"
	@echo "For the commands in the README, run:  . $(BIN)/activate"

test: $(VENV)/installed-for-tests
	@echo "[1/3] Browsers: Chromium is required; tests of a further browser are skipped if it cannot be installed"
	$(BIN)/harness doctor --install
	-$(BIN)/harness doctor --install --channel chromium
	-$(BIN)/harness doctor --install --browser firefox
	@echo "[2/3] Foreign shop: django-oscar is required here"
	$(BIN)/python -c 'import oscar, whoosh'
	@echo "[3/3] Tests, in $(WORKERS) processes"
	$(BIN)/python -m pytest -n $(WORKERS) --no-loadscope-reorder -o console_output_style=classic

lint: $(VENV)/installed-for-tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

mutate: $(VENV)/installed
	$(BIN)/harness doctor --install
	$(BIN)/harness mutate $(if $(SAMPLE),--sample $(SAMPLE))

shops: $(VENV)/installed-for-tests
	$(BIN)/harness doctor --install
	$(BIN)/python tests/shops/try_shops.py build/shops

bench: $(VENV)/installed-for-tests
	$(BIN)/harness doctor --install
	$(BIN)/python tests/bench/bench.py

$(VENV)/installed-for-tests: pyproject.toml constraints.txt | $(VENV)/bin/pip
	@echo "Installing the packages of the harness and of its tests; this takes a minute or two ..."
	$(PIP) -e '.[test,oscar]'
	@touch $(VENV)/installed $@

$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/pip
	@echo "Installing packages; this takes a minute or two ..."
	$(PIP) -e .
	@touch $@

# Take the newest Python that starts: a pyenv shim may exist for a version that is not active. Debian packages the venv module separately.
$(VENV)/bin/pip:
	@set -e; \
	python=; \
	for name in python3.14 python3.13 python3.12 python3.11 python3; do \
	    if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo "Python 3.11 or newer is required, but the PATH has none." >&2; exit 2; fi; \
	if ! $$python -c 'import ensurepip' 2>/dev/null; then \
	    package=$$($$python -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	    if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
	        echo "$$python cannot create virtual environments. Run: sudo apt-get install -y $$package" >&2; exit 2; \
	    fi; \
	    echo "Installing $$package, which $$python needs to create virtual environments ..."; \
	    apt-get update -qq; \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$package; \
	fi; \
	echo "Creating $(VENV) with $$python ..."; \
	$$python -m venv --clear $(VENV)
