#!/usr/bin/env bash
# Events that a limit kept out are put back after the limit was raised, each once, though the command is killed again
# and again; what is rejected again comes back counted, and is left in the end.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

options=(--set partitions=4 --set time.topicIdle=1h --set commitInterval=50ms)
total=3000
python3 - $total <<'PYTHON'
import json
import sys
import time

start = int(time.time() * 1000) - 30 * 60 * 1000
with open("web.ndjson", "w", encoding="utf-8") as file:
    for number in range(int(sys.argv[1])):
        event = {"id": f"e{number}", "eventName": "page_viewed", "customerId": f"c{number % 100}",
                 "createdDate": start + number * 100, "page": {"title": "x" * 2000}}
        file.write(json.dumps(event) + "\n")
    file.write("{broken\n")
PYTHON
# Wrongly keyed: where they entered is not where they belong.
"$SOJOURN" publish web web.ndjson --key event "${options[@]:0:2}" --log embedded://log.db 2>/dev/null

# settle LIMIT DONE: runs with a limit for events until so many records are accounted for, and stops.
settle() {
  local deadline=$((SECONDS + 40)) done=
  start_run log.db "${options[@]}" --set "events.maxBytes=$1"
  while ((SECONDS < deadline)); do
    done=$("$SOJOURN" tail journal --from-beginning --log embedded://log.db | python3 -c '
import json, sys
counts = [json.loads(line)["counts"] for line in sys.stdin]
print(sum(c["applied"] + c["duplicates"] + c["rejected"] for c in counts))')
    [[ $done == "$2" ]] && break
    sleep 0.3
  done
  stop_run
  [[ $done == "$2" ]] || fail "$done of $2 records are accounted for"
}

# redrive OPTION…: its summary is in $summary.
redrive() {
  "$SOJOURN" redrive "${options[@]}" --log embedded://log.db "$@" >stdout.txt 2>stderr.txt ||
    fail "redrive $* ended with $?: $(cat stderr.txt)"
  summary=$(tail -n 1 stdout.txt)
}

settle 1500 $((total + 1))
redrive --dry-run
grep -q "^tooLarge: $total would be put back$" stdout.txt || fail "$(cat stdout.txt)"
grep -q '^malformedJSON: 1 would be put back$' stdout.txt || fail "$(cat stdout.txt)"
redrive --dry-run --reason tooLarge --since 1h --limit 7
[[ $summary == '{"redriven":7,'* ]] || fail "$summary"
redrive --dry-run --since 2100-01-01T00:00:00Z
[[ $summary == "{\"redriven\":0,\"exhausted\":0,\"older\":$((total + 1)),"* ]] || fail "$summary"

kills=0
for delay in 0.05 0.1 0.15 0.2 0.25; do
  "$SOJOURN" redrive --reason tooLarge --limit 1500 "${options[@]}" --log embedded://log.db >/dev/null 2>&1 &
  children+=("$!")
  sleep "$delay"
  if kill -9 "$!" 2>/dev/null; then kills=$((kills + 1)); fi
  wait "$!" 2>/dev/null || true
done
redrive --reason tooLarge
redrive --reason tooLarge
[[ $summary == '{"redriven":0,'* ]] || fail "a second redrive put back something: $summary"
settle 100000 $((2 * total + 1))
wait_for() { "$SOJOURN" sessions --json --log embedded://log.db | python3 "$here/sessions.py" count; }
[[ $(wait_for) == "$total" ]] || fail "the sessions hold $(wait_for) events, not $total"
"$SOJOURN" tail journal --from-beginning --log embedded://log.db | python3 -c '
import json, sys
duplicates = sum(json.loads(line)["counts"]["duplicates"] for line in sys.stdin)
sys.exit(f"{duplicates} events were put back twice" if duplicates else 0)' || fail "duplicates"

# What stays broken comes back until it has been put back three times.
for attempt in 1 2 3; do
  redrive
  [[ $summary == '{"redriven":1,'* ]] || fail "attempt $attempt: $summary"
  settle 100000 $((2 * total + 1 + attempt))
done
redrive
[[ $summary == '{"redriven":0,"exhausted":1,'* ]] || fail "$summary"
grep -q '^malformedJSON: 0 put back, 1 put back 3 times or more before$' stdout.txt || fail "$(cat stdout.txt)"
# To a file: a pipe that grep closes at its first match would make the command fail.
"$SOJOURN" tail rejected --headers --from-beginning --log embedded://log.db >headers.txt
grep -q 'sojourn-redriven.3' headers.txt || fail "the header is missing: $(tail -n 1 headers.txt)"

"$SOJOURN" replay --verify "${options[@]}" --set events.maxBytes=100000 --log embedded://log.db >stdout.txt 2>&1 ||
  fail "$(cat stdout.txt)"
for wrong in '--reason nonsense' '--limit 0' '--since soon' '--max-attempts 0'; do
  status=0
  # Word by word on purpose.
  # shellcheck disable=SC2086
  "$SOJOURN" redrive $wrong --log embedded://log.db >stdout.txt 2>stderr.txt || status=$?
  [[ $status == 2 ]] || fail "redrive $wrong ended with $status: $(cat stderr.txt)"
done
echo "redrive: $total events put back once after $kills kills; a broken one left after 3 attempts"
