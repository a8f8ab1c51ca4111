#!/usr/bin/env bash
# A processor that is killed again and again while two processes publish ends with the sessions of one that never was, and
# everything it has written stands the verification.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

options=(--set time.topicIdle=1h --set commitInterval=50ms)
start=$((($(date +%s) - 55 * 60) * 1000))
python3 "$here/events.py" --seed 11 --group a --start "$start" --events 4000 a >/dev/null
python3 "$here/events.py" --seed 12 --group b --start "$start" --events 4000 b >/dev/null
total=8000
for group in a b; do
  for stream in web custom conversation; do
    split -l 250 -d -a 3 "$group/$stream.ndjson" "$group/$stream-"
  done
done

# publish GROUP LOG: piece by piece, so that it goes on while the processor dies.
publish() {
  local piece name
  for piece in "$1"/*-[0-9]*; do
    name=$(basename "$piece")
    "$SOJOURN" publish "${name%-*}" "$piece" --log "embedded://$2" 2>>publish.err
    sleep "${3:-0}"
  done
}

# Uninterrupted: the same input, published first.
publish a calm.db
publish b calm.db
start_run calm.db "${options[@]}"
wait_for_events calm.db "$total"
stop_run
"$SOJOURN" sessions --json --log embedded://calm.db >calm.ndjson

publish a wild.db 0.15 &
children+=($!)
first=$!
publish b wild.db 0.15 &
children+=($!)
second=$!
kills=0
under_way=0
while ((kills < 10)); do
  start_run wild.db "${options[@]}"
  sleep "0.$((RANDOM % 8 + 1))$((RANDOM % 10))"
  kill -9 "$run" 2>/dev/null || fail "run ended by itself: $(tail -n 3 wild.db.run)"
  wait "$run" 2>/dev/null || true
  kills=$((kills + 1))
  if kill -0 "$first" 2>/dev/null || kill -0 "$second" 2>/dev/null; then under_way=$((under_way + 1)); fi
done
((under_way >= 5)) || fail "only $under_way of $kills kills came while events were published"
start_run wild.db "${options[@]}"
wait "$first" || fail "a publisher failed: $(cat publish.err)"
wait "$second" || fail "a publisher failed: $(cat publish.err)"
wait_for_events wild.db "$total"
stop_run
"$SOJOURN" sessions --json --log embedded://wild.db >wild.ndjson

# Each customer's events arrive in the same order, but customers interleave otherwise: how often a session was changed
# by time alone differs, what it is in the end does not.
python3 "$here/sessions.py" compare calm.ndjson wild.ndjson revision || fail "sessions differ after $kills kills"
"$SOJOURN" tail rejected --from-beginning --log embedded://wild.db >rejected.txt
[[ ! -s rejected.txt ]] || fail "records were rejected: $(head -n 2 rejected.txt)"
for log in calm wild; do
  "$SOJOURN" replay --verify "${options[@]}" --log "embedded://$log.db" >"$log.verified" 2>&1 ||
    fail "$log is not verified: $(cat "$log.verified")"
  tail -n 1 "$log.verified" | grep -q '"unverifiable":0,"mismatches":0}$' || fail "$log: $(cat "$log.verified")"
done
echo "kill-restart: $(wc -l <wild.ndjson) sessions of $total events equal after $kills kills, $under_way while publishing;" \
  "verified: $(tail -n 1 wild.verified)"
