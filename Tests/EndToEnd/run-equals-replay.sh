#!/usr/bin/env bash
# The same input through `run` and through `replay` gives equal sessions, every member of them.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

options=(--set time.topicIdle=1h)
total=$(python3 "$here/events.py" --seed 21 --events 8000 input)
inputs=()
for stream in web custom conversation; do
  "$SOJOURN" publish "$stream" "input/$stream.ndjson" --log embedded://log.db 2>/dev/null
  inputs+=(--input "$stream=input/$stream.ndjson")
done
start_run log.db "${options[@]}"
wait_for_events log.db "$total"
stop_run
"$SOJOURN" sessions --json --log embedded://log.db >run.ndjson
"$SOJOURN" replay "${inputs[@]}" --output replay "${options[@]}" | tail -n 1 >summary.json
python3 "$here/sessions.py" compare run.ndjson replay/sessions.ndjson || fail "run and replay differ"
"$root/scripts/validate-schemas" --session run.ndjson --session replay/sessions.ndjson \
  --schema replay-summary summary.json | tail -n 3 >schemas.txt || fail "$(cat schemas.txt)"
echo "run-equals-replay: $(wc -l <run.ndjson) sessions of $total events, equal in every member; $(tail -n 1 schemas.txt)"
