#!/usr/bin/env bash
# An offline replay gives exactly the sessions, bounds and event counts that an independent program computes.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

python3 "$here/oracle.py" generate 40000 "$work/events.ndjson"
"$SOJOURN" replay --input web="$work/events.ndjson" --output "$work/out" >"$work/summary.json"
cat "$work/summary.json"
python3 "$here/oracle.py" compare "$work/events.ndjson" "$work/out/sessions.ndjson"
