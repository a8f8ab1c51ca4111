#!/usr/bin/env bash
# Situations from the field, each through `replay` alone, and all of them through `publish` and `run` on one log, one
# after the other: the same final sessions, every member of them, and the same counts. Somebody's events months later end
# what time ends.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

cat >definitions.json <<'EOF'
{"entities":[
 {"kind":"segment","id":"without","displayName":"Without the product","version":1,"journey":{"patterns":[{"count":1,
  "streamType":"Web","sessionType":"web","eventName":"page_viewed","criteria":[{"key":"attributes.productId.value",
  "values":["4711"],"shouldIgnoreCase":true,"operator":"notEqual"}]}]}},
 {"kind":"segment","id":"snow","displayName":"Snow","version":1,"journey":{"patterns":[{"count":1,
  "streamType":"Custom","sessionType":"delivery","eventName":"moved","criteria":[{"key":"attributes.reason.value",
  "values":["snow"],"shouldIgnoreCase":true,"operator":"equal"}]}]}}]}
EOF
mkdir cases replays
python3 "$here/cases.py" write cases

# The log takes the definitions first. Nothing but events moves time.
export SOJOURN_TIME_TOPIC_IDLE=1h
"$SOJOURN" definitions apply definitions.json --log embedded://live.db >/dev/null
for stream in conversation custom web; do
  cat cases/[0-9]*."$stream".ndjson "cases/later.$stream.ndjson" >"$stream.ndjson"
  "$SOJOURN" publish "$stream" "$stream.ndjson" --log embedded://live.db 2>/dev/null
done
# alone FILE: what a replay of nothing but this file gives.
alone() {
  local name
  name=$(basename "$1" .ndjson)
  mkdir "replays/$name"
  "$SOJOURN" replay --input "${name##*.}=$1" --output "replays/$name" --close --definitions definitions.json \
    >"replays/$name/summary.json"
}
start_run live.db
count=0
for file in cases/[0-9]*.ndjson; do
  alone "$file" || fail "$file was not replayed"
  count=$((count + 1))
done
total=$(python3 "$here/cases.py" applied replays)
wait_for_events live.db "$total"
stop_run
"$SOJOURN" sessions --json --no-wait --log embedded://live.db >run.ndjson
for segment in without snow; do
  grep -q "\"$segment\"" run.ndjson || fail "nobody is in the segment $segment"
done
python3 "$here/cases.py" compare run.ndjson replays || fail "run and replay differ"
counts=$(python3 "$here/cases.py" totals replays)
grep -qF "stopped: $counts" live.db.run || fail "the replays: $counts; the run: $(grep -o 'stopped: .*' live.db.run)"
echo "cases-live: $count situations, $counts, through run as through replay"
