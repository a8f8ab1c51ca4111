#!/usr/bin/env bash
# A processor that tells of sessions only when they end: nobody waits for one that is open, a kill loses no end, a start says
# what the view will lack, and the run is verified.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

port=$(free_ports 1)
export SOJOURN_GATEWAY_ENABLED=on SOJOURN_SNAPSHOTS=ends SOJOURN_FINAL_SNAPSHOTS=never
url="http://localhost:$port"
options=(--set "gateway.port=$port" --set commitInterval=50ms --set time.topicIdle=1h)
now=$(date +%s)

until_listening() {
  local deadline=$((SECONDS + 40))
  until curl -s -o /dev/null "$url/v1/me"; do
    ((SECONDS < deadline)) || fail "nobody listens: $(tail -n 3 log.db.run)"
    sleep 0.2
  done
}

# send ID CUSTOMER SECONDS: an event of so many seconds ago; the token of what was written is in $token.
send() {
  local body
  body="{\"id\":\"$1\",\"eventName\":\"page_viewed\",\"createdDate\":$((now - $3))000,\"customerId\":\"$2\",\"page\":{\"url\":\"https://shop.example.com/\",\"title\":\"Page $1\"}}"
  token=$(curl -s -D - -o /dev/null "$url/v1/events?stream=web" -d "$body" | sed -n 's/^sojourn-token: *\([^[:space:]]*\).*/\1/ip')
  [[ $token == v1.* ]] || fail "$1 was not taken: $token"
}

# sees NUMBER: with all that was written, ada has so many sessions; the answer is in $answer.
sees() {
  local began=$SECONDS count
  answer=$(curl -s -H "Sojourn-Token: $token" -H 'Prefer: wait=5' "$url/v1/customers/cookie/ada/sessions")
  count=$(python3 -c 'import json, sys; print(len(json.loads(sys.argv[1])["entities"]))' "$answer")
  [[ $count == "$1" ]] || fail "ada has $count sessions, not $1: $answer"
  ((SECONDS - began < 5)) || fail "an answer took $((SECONDS - began)) s"
}

start_run log.db "${options[@]}"
until_listening
grep -q 'no session is told before it ends, as snapshots is ends' log.db.run || fail "no warning: $(<log.db.run)"
send a ada 2400
send b ada 2390
sees 0
[[ $("$SOJOURN" sessions --json --log embedded://log.db) == '' ]] || fail "an open session was told"
kill -9 "$run"
wait "$run" 2>/dev/null || true

start_run log.db "${options[@]}"
until_listening
# The next visit ends the one before.
send c ada 60
sees 1
[[ $answer == *'"endReason":"timeout"'* && $answer == *'"eventCount":2'* && $answer == *'"final":false'* ]] || fail "$answer"
# Late, and within lateness: the same session has ended anew.
send d ada 2380
sees 1
[[ $answer == *'"eventCount":3'* ]] || fail "a late event is missing: $answer"
stop_run

# Ends and what is late, under faults of many kinds, are the simulation's; here every byte of this log is reduced again.
"$SOJOURN" replay --verify "${options[@]}" --log embedded://log.db >verified.txt 2>&1 || fail "$(<verified.txt)"
[[ $("$SOJOURN" sessions --json --no-wait --log embedded://log.db | wc -l) == 1 ]] || fail "not one session was told"
echo "ends: one record of an ended session, changed by a late event, none of an open one; verified"
