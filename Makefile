PYTHON ?= python3
PORT ?= 8000
VENV := .venv/bin
MANAGE := $(VENV)/python manage.py
SOURCES := core accounts compliance messaging quizzes courses events newsletters edu_site tests benchmarks deploy
JOBS ?= 2

.PHONY: run test test-long check lint types imports templates translations migrations bench demo-reset install install-dev screenshots

run: install
	@PORT=$(PORT) $(MANAGE) supervise

install:
	@$(PYTHON) deploy/bootstrap.py

install-dev:
	@$(PYTHON) deploy/bootstrap.py dev

demo-reset: install
	@$(MANAGE) load_demo --reset

# The suite on SQLite, then on PostgreSQL where it runs; faults start and kill processes of their own, one at a time.
test: install-dev
	@bash deploy/test.sh short

test-long: install-dev
	@bash deploy/test.sh long

check: lint types imports templates translations migrations

lint: install-dev
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .

types: install-dev
	$(VENV)/mypy .

imports: install-dev
	$(VENV)/lint-imports

templates: install-dev
	@find templates -name '*.html' -print0 | xargs -0 $(VENV)/djhtml -t 2 --check

translations: install-dev
	@$(VENV)/python deploy/check_translations.py

migrations: install-dev
	DJANGO_SETTINGS_MODULE=edu_site.settings.test $(MANAGE) makemigrations --check --dry-run
	@DJANGO_SETTINGS_MODULE=edu_site.settings.test $(MANAGE) check --fail-level WARNING

bench: install-dev
	@for name in pages search send signup check_text findings allocation memory overtake post_office handbook; do $(VENV)/python benchmarks/$$name.py || exit 1; done

# The pictures of docs/guide, from a demo that runs already.
screenshots: install-dev
	@$(VENV)/python deploy/guide_screenshots.py
