#!/usr/bin/env bash
# Two processors on one file: one works, the other says for whom it waits; when the first is stopped, and when it is
# killed, the other takes over, and nothing shows in the sessions.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

# Both under the same instance name, as when somebody starts it twice; and little memory, so that local files are in use.
options=(--set time.topicIdle=1h --set commitInterval=50ms --set memory.maxSessionBytes=1048576)
total=$(python3 "$here/events.py" --seed 51 --events 6000 input)

# publish PART: a third of each file.
publish() {
  local stream
  for stream in web custom conversation; do
    split -n "l/$1/3" "input/$stream.ndjson" >part.ndjson
    "$SOJOURN" publish "$stream" part.ndjson --log embedded://log.db 2>/dev/null
  done
}

# wait_for FILE TEXT: until a processor has said it.
wait_for() {
  local deadline=$((SECONDS + 30))
  until grep -q "$2" "$1"; do
    ((SECONDS < deadline)) || fail "not said in time: '$2': $(cat "$1")"
    sleep 0.1
  done
}

# start NAME: a processor of its own name for its messages only.
start() {
  "$SOJOURN" run --quiet --log embedded://log.db "${options[@]}" 2>"$1.said" &
  children+=($!)
  run=$!
}

# events: how many the sessions hold.
events() { "$SOJOURN" sessions --json --log embedded://log.db | python3 "$here/sessions.py" count; }

start first
first=$run
wait_for first.said ' runs with '
start second
second=$run
wait_for second.said "waiting: group 'sojourn' is run by process $first, .*this process takes over when that one ends"
publish 1
deadline=$((SECONDS + 30))
until (($(events) >= total / 4)); do
  ((SECONDS < deadline)) || fail "the first does nothing: $(cat first.said)"
  sleep 0.2
done
! grep -q ' runs with ' second.said || fail "both run: $(cat second.said)"
grep -c 'waiting:' second.said | grep -qx 1 || fail "it says so again and again: $(cat second.said)"

# Stopped while there is work: it commits what it has begun and hands over.
publish 2 &
publisher=$!
children+=($publisher)
kill -TERM "$first"
wait "$first" || fail "the first ended with $?: $(cat first.said)"
grep -q ' stopped: ' first.said || fail "no totals: $(cat first.said)"
wait_for second.said ' runs with [1-9][0-9]* sessions'
start third
third=$run
wait_for third.said "waiting: group 'sojourn' is run by process $second,"
wait "$publisher"

# Killed: its lease ends by itself.
kill -9 "$second"
wait "$second" 2>/dev/null || true
publish 3
wait_for third.said ' runs with [1-9][0-9]* sessions'
run=$third
cp third.said log.db.run
wait_for_events log.db "$total"
stop_run

"$SOJOURN" sessions --json --log embedded://log.db >run.ndjson
inputs=()
for stream in web custom conversation; do inputs+=(--input "$stream=input/$stream.ndjson"); done
"$SOJOURN" replay "${inputs[@]}" --output replay "${options[@]}" >/dev/null
python3 "$here/sessions.py" compare run.ndjson replay/sessions.ndjson revision || fail "sessions differ from the replay"
"$SOJOURN" replay --verify "${options[@]}" --log embedded://log.db >verified.txt 2>&1 || fail "$(cat verified.txt)"
echo "takeover: $(wc -l <run.ndjson) sessions of $total events equal after a stop and a kill; $(tail -n 1 verified.txt)"
