#!/usr/bin/env bash
# Damaged input through `replay`: no crash, and every line accounted for.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

lines=$(python3 "$here/mutations.py" bad.ndjson)
((lines >= 9800)) || fail "only $lines lines"
"$SOJOURN" replay --input web=bad.ndjson --output out >stdout.txt || fail "replay ended with $?"
tail -n 1 stdout.txt >summary.json
python3 - "$lines" <<'PYTHON' || fail "the summary does not add up: $(cat summary.json)"
import json
import sys

summary = json.load(open("summary.json"))
rejected = [json.loads(line) for line in open("out/rejected.ndjson", encoding="utf-8")]
reasons = {}
for record in rejected:
    reasons[record["reason"]] = reasons.get(record["reason"], 0) + 1
assert summary["read"] == int(sys.argv[1]), f"read {summary['read']} of {sys.argv[1]} lines"
assert summary["read"] == summary["applied"] + summary["duplicates"] + summary["rejected"], "not all accounted for"
assert len(rejected) == summary["rejected"], f"{len(rejected)} rejected records written"
for reason in ("malformedJSON", "notAnObject", "tooLarge", "tooDeep", "missingCustomer", "badTime", "badEventName"):
    assert reasons.get(reason), f"none was rejected as {reason}: {reasons}"
assert summary["applied"] > 1000, "hardly anything was applied"
PYTHON
"$root/scripts/validate-schemas" --session out/sessions.ndjson --schema replay-summary summary.json \
  >schemas.txt || fail "$(tail -n 5 schemas.txt)"
# The processor itself takes the same: nothing stops it.
"$SOJOURN" publish web bad.ndjson --log embedded://log.db 2>/dev/null || fail "publish ended with $?"
start_run log.db --set time.topicIdle=1h
wait_for_events log.db "$(python3 -c 'import json; print(json.load(open("summary.json"))["applied"])')"
stop_run
echo "bad-input: $(cat summary.json)"
