#!/usr/bin/env bash
# Persons out of a processor that is killed again and again are those of one that never was, and of a replay of the same
# files; what it wrote verifies; a person is found by address and number.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

options=(--set identity.enabled=on --set time.topicIdle=1h --set commitInterval=50ms)
start=$((($(date +%s) - 55 * 60) * 1000))
total=3000
python3 "$here/people.py" events --seed 5 --start "$start" --events "$total" input
for stream in web app custom conversation; do
  split -l 150 -d -a 3 "input/$stream.ndjson" "input/$stream-"
done

publish() {
  local piece name
  for piece in $(cd input && ls | grep -- '-[0-9]' | sed 's/\(.*\)-\([0-9]*\)/\2 \1/' | sort | sed 's/\(.*\) \(.*\)/\2-\1/'); do
    name=${piece%-*}
    "$SOJOURN" publish "$name" "input/$piece" --log "embedded://$1" 2>>publish.err
    sleep "${2:-0}"
  done
}

# contacts LOG FILE: asks again if the log is busy for longer than a command waits, as it tells who asks.
contacts() {
  local tries=0
  until "$SOJOURN" contacts --json "${options[@]}" --log "embedded://$1.db" >"$2"; do
    tries=$((tries + 1))
    ((tries < 3)) || fail "the contacts of $1 cannot be read"
    sleep 1
  done
}

# settled LOG: its contacts, once nothing of them changes any more: what registers tell each other takes some hops behind
# the events.
settled() {
  local tries=0
  contacts "$1" "$1.contacts"
  while ((tries < 30)); do
    sleep 0.7
    contacts "$1" "$1.again"
    cmp -s "$1.contacts" "$1.again" && return
    mv "$1.again" "$1.contacts"
    tries=$((tries + 1))
  done
  fail "the contacts of $1 do not come to rest"
}

# Uninterrupted.
publish calm.db
start_run calm.db "${options[@]}"
wait_for_events calm.db "$total"
settled calm
stop_run

# Killed while events come and messages are under way.
publish wild.db 0.1 &
children+=($!)
publisher=$!
kills=0
while ((kills < 8)); do
  start_run wild.db "${options[@]}"
  sleep "0.$((RANDOM % 7 + 3))"
  kill -9 "$run" 2>/dev/null || fail "run ended by itself: $(tail -n 3 wild.db.run)"
  wait "$run" 2>/dev/null || true
  kills=$((kills + 1))
done
start_run wild.db "${options[@]}"
wait "$publisher" || fail "the publisher failed: $(cat publish.err)"
wait_for_events wild.db "$total"
settled wild
stop_run
python3 "$here/people.py" compare calm.contacts wild.contacts || fail "other persons after $kills kills"

"$SOJOURN" replay "${options[@]}" --input web=input/web.ndjson --input app=input/app.ndjson \
  --input custom=input/custom.ndjson --input conversation=input/conversation.ndjson --output replayed >/dev/null
python3 "$here/people.py" compare calm.contacts replayed/contacts.ndjson || fail "a replay gives other persons"

for log in calm wild; do
  "$SOJOURN" replay --verify "${options[@]}" --log "embedded://$log.db" >"$log.verified" 2>&1 ||
    fail "$log is not verified: $(cat "$log.verified")"
  tail -n 1 "$log.verified" | grep -q '"unverifiable":0,"mismatches":0}$' || fail "$log: $(cat "$log.verified")"
done

# Asked for by hand.
"$SOJOURN" contact p3@example.com "${options[@]}" --log embedded://wild.db >person.txt
grep -q "phone +15551000003" person.txt || fail "no number beside the address: $(cat person.txt)"
"$SOJOURN" sessions --contact +15551000003 --json "${options[@]}" --log embedded://wild.db >theirs.ndjson
kinds=$(python3 -c 'import json,sys; print(len({json.loads(l)["type"] for l in open("theirs.ndjson")}))')
((kinds >= 3)) || fail "the person's sessions are of $kinds types"
if "$SOJOURN" contact nobody@example.com "${options[@]}" --log embedded://wild.db 2>nobody.txt; then
  fail "nobody was found"
fi
grep -q "is nobody who is known" nobody.txt || fail "$(cat nobody.txt)"
python3 "$root/scripts/validate-schemas" --schema contact wild.contacts >schema.txt || fail "$(tail -n 3 schema.txt)"
"$SOJOURN" sessions --json --no-wait --log embedded://wild.db >wild.ndjson
python3 "$root/scripts/validate-schemas" --session wild.ndjson >schema.txt || fail "$(tail -n 3 schema.txt)"

# Turned on and off: nothing is lost, and what was found is not shown.
start_run wild.db --set time.topicIdle=1h
echo '{"id":"off-1","eventName":"page_viewed","createdDate":"'"$(date -u +%FT%TZ)"'","customerId":"c3-0","customerIdType":"cookie"}' >off.ndjson
"$SOJOURN" publish web off.ndjson --log embedded://wild.db 2>>publish.err
wait_for_events wild.db $((total + 1))
stop_run
echo "persons: $(wc -l <wild.contacts) contacts equal after $kills kills and by replay; verified: $(tail -n 1 wild.verified)"
