#!/usr/bin/env bash
# Runs the suite on SQLite and, where a server answers, on PostgreSQL. Usage: deploy/test.sh short|long
set -u
cd "$(dirname "$0")/.." || exit 1
# Faults start dozens of processes; compiling the project anew for each would be a good part of the time.
unset PYTHONDONTWRITEBYTECODE
[ "${1:-short}" = long ] && export TEST_LONG=1
# A good part of the unit tests waits for a server or a disk: three take turns on two cores.
jobs="${JOBS:-3}"
python=.venv/bin/python
status=0
# The reader's and the learner's journeys, which both sites are asked.
journeys="tests/browser/test_certificates.py tests/browser/test_journeys.py::test_a_new_reader_comes_from_the_home_page_to_a_lesson_and_checks_an_idea
  tests/browser/test_journeys.py::test_a_learner_signs_up_by_mail_and_finds_the_result_on_another_device"
# Files of tests/browser that the site on PostgreSQL is asked instead of the one on SQLite.
on_postgres="tests/browser/test_pages.py tests/browser/test_tools.py tests/browser/test_compliance.py tests/browser/test_search.py
  tests/browser/test_learning.py tests/browser/test_lesson_player.py tests/browser/test_staff.py"
postgres="${TEST_DATABASE_URL:-postgres://postgres@127.0.0.1:5432/postgres}"

server=""
if $python - "$postgres" <<'PY'
import sys
import psycopg
try:
    psycopg.connect(sys.argv[1], connect_timeout=3).close()
except psycopg.Error as error:
    print("no PostgreSQL:", str(error).splitlines()[0])
    sys.exit(1)
PY
then
  server="$postgres"
fi

# Migrating takes longer than most tests: both databases are migrated once, side by side; tests and sites begin as copies.
MIGRATED="$(mktemp -d)"
export MIGRATED
trap '$python -m tests.migrated drop $server; rm -rf "$MIGRATED"' EXIT
# shellcheck disable=SC2086
$python -m tests.migrated make $server || exit 1

# What reads files, draws, or fills in forms, asks of a database what others ask of both: it runs once, on SQLite.
once="tests/courses/tools tests/courses/test_content.py tests/courses/test_handbook.py tests/courses/test_word_import.py
  tests/courses/test_lesson_player.py tests/courses/test_media.py tests/courses/test_media_types.py
  tests/courses/test_checklist.py tests/courses/test_blocks.py tests/courses/test_article_blocks.py
  tests/courses/test_article_content.py tests/courses/test_drills.py tests/courses/test_markdown.py
  tests/courses/test_paste.py tests/courses/test_term_links.py tests/messaging/test_mime.py
  tests/accounts/views tests/newsletters/views tests/quizzes/test_views.py"
# The unit tests with these marks. The demo takes longest to load: one process does it, beside the others.
unit() {
  marks="$1"; shift
  demo="$(mktemp)"
  $python -m pytest -q -m "$marks" tests/edu_site/test_demo.py >"$demo" 2>&1 & loading=$!
  $python -m pytest -q -n "$jobs" -m "$marks" --ignore tests/edu_site/test_demo.py "$@" || status=1
  wait $loading || status=1
  cat "$demo"; rm "$demo"
}

echo "== SQLite"
(unset DATABASE_URL; unit "not fault and not browser and not postgres"; exit $status) || status=1

if [ -n "$server" ]; then
  echo "== PostgreSQL"
  # shellcheck disable=SC2046,SC2086
  (export DATABASE_URL="$postgres" DATABASE_TESTS=1; unit "not fault and not browser" $(printf -- '--ignore=%s ' $once); exit $status) || status=1
  echo "== Browser, two sites side by side: one keeps its data in SQLite, one in PostgreSQL; both walk the journeys"
  output="$(mktemp)"
  # shellcheck disable=SC2086
  SITE_POSTGRES="$postgres" $python -m pytest -q -m browser $journeys $on_postgres >"$output" 2>&1 & beside=$!
  # shellcheck disable=SC2086
  $python -m pytest -q -m browser tests/browser $(printf -- '--ignore=%s ' $on_postgres) || status=1
  wait $beside || status=1
  cat "$output"; rm "$output"
  echo "== Faults and the looks of mail, each file in a process of its own"
  DATABASE_URL="$postgres" $python -m pytest -q -n 2 --dist loadfile -m "fault or browser" --ignore tests/browser || status=1
else
  if [ "${REQUIRE_SERVICES:-}" = 1 ]; then echo "REQUIRE_SERVICES=1, and PostgreSQL is missing."; exit 1; fi
  echo "== Skipped: everything on PostgreSQL (no server answers)"
  env -u DATABASE_URL $python -m pytest -q -m browser tests/browser || status=1
  env -u DATABASE_URL $python -m pytest -q -m "(fault or browser) and not postgres" --ignore tests/browser || status=1
fi
exit $status
