#!/usr/bin/env bash
# `sojourn check` on definitions: the samples may run, wrong ones are found with their places, and the exit code says which.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

# checked CODE COMMAND…: the command ends with the code; its output is in stdout.txt.
checked() {
  local code=$1 status=0
  shift
  timeout 20 "$@" >stdout.txt 2>stderr.txt || status=$?
  [[ $status == "$code" ]] || fail "$*: ended with $status instead of $code: $(tail -n 3 stdout.txt stderr.txt)"
}

# printed TEXT…: a line of the output has it.
printed() {
  local text
  for text in "$@"; do
    grep -qF -- "$text" stdout.txt || fail "no '$text' in: $(cat stdout.txt)"
  done
}

samples="$root/Tests/Fixtures/definitions"
checked 0 "$SOJOURN" check "$samples"
printed 'KIND ' 'doc-chrome-visitors' 'Web page_viewed' \
  'definitions: 30 (15 segments, 4 outcomes, 1 predictor, 8 actionMaps, 2 actionTemplates), no errors' ': may run, bundle '
bundle=$(tail -n 1 stdout.txt | grep -o '[0-9a-f]\{32\}$')

# Neither the order of files nor their form reaches the bundle: all in one list answer, as YAML.
mkdir -p set
python3 - "$samples" >set/all.yaml <<'PYTHON'
import json
import pathlib
import sys

files = sorted(pathlib.Path(sys.argv[1]).glob("*/*.json"), reverse=True)
print("entities:")
for file in files:
    print("- " + json.dumps(json.loads(file.read_text(encoding="utf-8")), sort_keys=True))
PYTHON
checked 0 "$SOJOURN" check set
printed "may run, bundle $bundle"
checked 0 "$SOJOURN" check set/all.yaml
printed "may run, bundle $bundle"

# Single files, and a changed one.
checked 0 "$SOJOURN" check "$samples/segments/doc-chrome-visitors.json"
printed 'definitions: 1 (1 segment), no errors, no warnings, no notes: may run'
mkdir -p wrong/segments wrong/actionmaps
sed 's/"operator": "equal"/"operator": "eqal"/' "$samples/segments/doc-chrome-visitors.json" >wrong/segments/a.json
printf 'id: b\ndisplayName: B\ncolor: red\n' >wrong/segments/b.yaml
printf '{"id": "c",\n' >wrong/segments/c.json
cp "$samples/actionmaps/map-delay-60s.json" wrong/actionmaps/d.json
checked 1 "$SOJOURN" check wrong
printed "wrong/segments/a.json: error: \$.context.patterns[0].criteria[0].operator is 'eqal', expected one of containsAll" \
  "wrong/segments/b.yaml: error: \$.color is 'red', expected a colour such as #1a2b3c" \
  'wrong/segments/c.json:2:1: error: $, expected the name of a member' \
  "wrong/actionmaps/d.json: error: \$.triggerWithSegments[0] is '53649761-a497-56ae-8839-75811f8cca5a'" \
  '4 errors' 'may not run'

# Time zones are known by name; a page that is not the last says so.
mkdir -p open/schedulegroups open/segments
printf 'id: g\nname: G\ntimeZone: Europe/Berlin\nopenHours:\n- days: [MO, FR]\n  opens: "09:00"\n  closes: "17:30"\n' \
  >open/schedulegroups/g.yaml
echo '{"entities":[],"pageNumber":1,"pageCount":2,"nextUri":"/api/v2/journey/segments?pageNumber=2"}' >open/segments/page.json
checked 0 "$SOJOURN" check open
printed 'clock of Europe/Berlin' "open/segments/page.json: warning: \$.nextUri" '1 scheduleGroup, 1 timeZone'
sed -i 's/Berlin/Atlantis/' open/schedulegroups/g.yaml
checked 1 "$SOJOURN" check open
printed "\$.timeZone is 'Europe/Atlantis', expected the name of a time zone"

# Events and settings are still what they were; a file that is neither may be forced.
echo '{"id":"1","eventName":"page_viewed","createdDate":"2026-01-05T10:00:00Z","customerId":"ada","page":{}}' >web.json
checked 0 "$SOJOURN" check web.json
printed 'web.json: web, 1 event, no findings'
checked 1 "$SOJOURN" check --definitions web.json
printed 'expected a kind: a member kind'
printf 'group: g\n' >sojourn.yaml
checked 0 "$SOJOURN" check sojourn.yaml open/segments
printed 'sojourn.yaml: configuration, no findings' 'definitions: 0, no errors, 1 warning'

checked 2 "$SOJOURN" check nowhere
grep -q "FILE is 'nowhere', expected a readable file" stderr.txt || fail "$(cat stderr.txt)"
checked 64 "$SOJOURN" check
checked 0 "$SOJOURN" check --help
printed 'may run' 'Exit codes: 0'
echo "check: bundle $bundle"
