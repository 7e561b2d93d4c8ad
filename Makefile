# make demo    a browser walks through the built-in store; ends with the path of a report
# make test    all tests          make lint    style and types          make bench    how fast it is
# make mutate  how many broken trackers the scenarios catch; "make mutate SAMPLE=20" tries some

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

# The harness is started some hundreds of times by the tests: compiled once, not each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint bench mutate
demo: .venv/installed
	$(BIN)/harness doctor --install
	$(BIN)/harness run --tag smoke --report text --report "html=$(CURDIR)/report.html"

test: .venv/installed-for-tests
	$(BIN)/harness doctor --install
	@echo "Looking for the further browsers; where one cannot be had here, its tests are skipped with the reason ..."
	-$(BIN)/harness doctor --install --channel chromium
	-$(BIN)/harness doctor --install --browser firefox
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: .venv/installed-for-tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

mutate: .venv/installed
	$(BIN)/harness doctor --install
	$(BIN)/harness mutate $(if $(SAMPLE),--sample $(SAMPLE))

bench: .venv/installed-for-tests
	$(BIN)/harness doctor --install
	$(BIN)/python tests/bench/bench.py

.venv/installed-for-tests: .venv/installed
	@echo "Installing what the tests need ..."
	$(PIP) -e '.[test]'
	@touch $@

.venv/installed: pyproject.toml constraints.txt | .venv/bin/pip
	@echo "Installing packages; this takes a minute or two ..."
	$(PIP) -e .
	@touch $@

# The newest Python that is here. Debian keeps a part of its venv module in a package of its own.
.venv/bin/pip:
	@set -e; \
	python=; \
	for name in python3.13 python3.12 python3.11 python3; do \
	    if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo "Python 3.11 or newer is needed, and none is on the PATH." >&2; exit 2; fi; \
	if ! $$python -c 'import ensurepip' 2>/dev/null; then \
	    package=$$($$python -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	    if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
	        echo "$$python cannot make virtual environments. Type: sudo apt-get install -y $$package" >&2; exit 2; \
	    fi; \
	    echo "Installing $$package, so that $$python can make virtual environments ..."; \
	    apt-get update -qq; \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$package; \
	fi; \
	echo "Making .venv with $$python ..."; \
	$$python -m venv --clear .venv
