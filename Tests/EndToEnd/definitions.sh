#!/usr/bin/env bash
# Definitions that come into force while events pour in: applied without a restart, no event lost, verified across; and a backfill of
# last year's events that triggers nothing anybody would act on.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

flow='"action":{"mediaType":"architectFlow","architectFlowFields":{"architectFlow":{"id":"f"},"flowRequestMappings":[]}}'
definitions() {
  cat <<EOF
{"entities":[{"kind":"actionMap","id":"each","displayName":"Each $1","triggerWithEventConditions":[{"key":"eventName",
 "values":["page_viewed"],"operator":"equal","streamType":"Web","sessionType":"web"}],"activation":{"type":"immediate"},$flow}]}
EOF
}
definitions one >one.json
definitions two >two.json

start_run live.db
# Ten thousand events a second, for seven seconds by the clock.
SOJOURN="$SOJOURN" python3 - >feed.log <<'PYTHON' &
import datetime, subprocess, sys, time, os
publish = subprocess.Popen([os.environ.get("SOJOURN", "sojourn"), "publish", "web", "-", "--log", "embedded://live.db"],
                           stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
start, sent = time.time(), 0
while (elapsed := time.time() - start) < 7:
    due = int(elapsed * 10_000)
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
    publish.stdin.write("".join(
        f'{{"id":"e{n}","customerId":"c{n % 4000}","eventName":"page_viewed","createdDate":"{now}"}}\n'
        for n in range(sent, due)).encode())
    publish.stdin.flush()
    sent = due
    time.sleep(0.01)
publish.stdin.close()
assert publish.wait() == 0
print(sent)
PYTHON
feed=$!
children+=("$feed")
now() { python3 -c 'import time; print(int(time.time() * 1000))'; }
sleep 2
first=$(now)
"$SOJOURN" definitions apply one.json --log embedded://live.db >/dev/null
sleep 2
second=$(now)
"$SOJOURN" definitions apply two.json --log embedded://live.db >applied.txt
grep -q '^changed  actionMap  each  Each two  version 1 → 2$' applied.txt || fail "no new version: $(cat applied.txt)"
"$SOJOURN" definitions diff two.json --log embedded://live.db | grep 'no changes, 1 unchanged' >/dev/null || fail "diff differs"
wait "$feed" || fail "the publisher failed"
total=$(cat feed.log)
wait_for_events live.db "$total"
stop_run
"$SOJOURN" tail actions --from-beginning --log embedded://live.db >actions.txt
"$SOJOURN" tail journal --from-beginning --log embedded://live.db >journal.txt
python3 - "$first" "$second" "$total" <<'PYTHON' || fail "not what the definitions say"
import datetime, json, sys
first, second, total = map(int, sys.argv[1:])
events = [json.loads(line) for line in open("actions.txt")]
assert len({e["id"] for e in events}) == len(events)
offered = [e for e in events if e["webActionEvent"]["action"]["state"] == "offered"]
assert len(events) == 2 * len(offered), "each qualifies and is offered"
assert len({e["correlationId"] for e in offered}) == len(offered) > 10_000
assert {e["webActionEvent"]["actionMap"]["version"] for e in offered} == {1, 2}
# Wall-clock time of the first batch under each bundle, and of the last lane's first one.
when = lambda r: datetime.datetime.fromisoformat(r["takenAt"].replace("Z", "+00:00")).timestamp() * 1000
taken = {}
for record in map(json.loads, open("journal.txt")):
    if "definitions" in record:
        lanes = taken.setdefault(record["definitions"], {})
        lanes[record["lane"]] = min(lanes.get(record["lane"], 1e18), when(record))
bundles = sorted(taken.values(), key=lambda lanes: min(lanes.values()))
assert len(bundles) == 2
late = [int(max(lanes.values()) - since) for lanes, since in zip(bundles, [first, second])]
print(f"definitions: {total} events, {len(offered)} triggers, each once; all lanes under revision 1 {late[0]} ms after "
      f"'apply' was called, under revision 2 {late[1]} ms after")
PYTHON
"$SOJOURN" replay --verify --log embedded://live.db >verified.txt || fail "not verified: $(cat verified.txt)"
tail -n 1 verified.txt >summary.txt
grep -q '"unverifiable":0,"mismatches":0}$' summary.txt || fail "$(cat verified.txt)"

# Last year's events: emitted, and not to be acted on.
python3 - >backfill.ndjson <<'PYTHON'
for n in range(3000):
    print(f'{{"id":"b{n}","customerId":"b{n % 200}","eventName":"page_viewed","createdDate":"2025-03-04T{n // 150:02}:{n % 60:02}:00.000Z"}}')
PYTHON
"$SOJOURN" definitions apply one.json --log embedded://old.db >/dev/null
"$SOJOURN" publish web backfill.ndjson --log embedded://old.db 2>/dev/null
start_run old.db
wait_for_events old.db 3000
stop_run
"$SOJOURN" tail actions --from-beginning --log embedded://old.db >old.txt
python3 - <<'PYTHON' || fail "a backfill triggered something"
import collections, json
states = collections.Counter(json.loads(line)["webActionEvent"]["action"]["state"] for line in open("old.txt"))
assert states == {"qualified": 3000, "expired": 3000}, states
PYTHON

# A session type, while sessions of it are open and nobody sends anything: what was to last for ever ends.
"$SOJOURN" definitions apply one.json --log embedded://types.db >/dev/null
start_run types.db --set time.topicIdle=1s
python3 -c '
import datetime, json
now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
for n in range(3):
    print(json.dumps({"id": f"t{n}", "customerId": "gwen", "customerIdType": "email", "eventName": "in_transit", "createdDate": now,
                      "sessionType": "delivery", "externalId": f"order-{n}", "attributes": {"location": "Depot"}}))
' | "$SOJOURN" publish custom - --log embedded://types.db 2>/dev/null
wait_for_events types.db 3
sleep 3
[[ $("$SOJOURN" sessions --open --json --log embedded://types.db | wc -l) == 3 ]] || fail "a session without timeout has ended"
cat >types.json <<'EOF'
{"entities":[{"kind":"sessionType","id":"delivery","cardTitle":"Bike delivery","timeoutInSeconds":1},
 {"kind":"eventType","id":"in_transit","displayName":"On its way","icon":"bike"}]}
EOF
"$SOJOURN" definitions apply types.json --log embedded://types.db >/dev/null
for _ in $(seq 60); do
  [[ -z $("$SOJOURN" sessions --open --json --log embedded://types.db) ]] && break
  sleep 0.5
done
stop_run
"$SOJOURN" sessions --json --log embedded://types.db >types.txt
python3 - <<'PYTHON' || fail "not as the types say: $(cat types.txt)"
import json
sessions = [json.loads(line) for line in open("types.txt")]
assert len(sessions) == 3
for session in sessions:
    assert session["endReason"] == "timeout" and session["card"]["title"] == "Bike delivery", session
    assert session["journeyMap"]["eventTypes"] == {"in_transit": {"displayName": "On its way", "icon": "bike"}}, session
PYTHON
"$SOJOURN" replay --verify --log embedded://types.db >verified.txt || fail "not verified: $(cat verified.txt)"

# Files that are watched: changed, broken, taken away and put back.
segment() {
  echo '{"kind":"segment","id":"s","displayName":"'"$1"'","journey":{"patterns":[{"count":1,"streamType":"Web","sessionType":"web",
    "eventName":"page_viewed"}]}}'
}
wait_for_line() {
  for _ in $(seq 100); do
    grep -q "$1" "$2" && return
    sleep 0.1
  done
  fail "no '$1' in $2: $(cat "$2")"
}
mkdir watched
segment One >watched/one.json
"$SOJOURN" definitions apply --watch watched --log embedded://watched.db >watch.txt 2>watch.err &
watch=$!
children+=("$watch")
wait_for_line '^in force: revision 1,' watch.txt
segment Two >new.json && mv new.json watched/one.json
wait_for_line 'version 1 → 2$' watch.txt
echo '{' >watched/one.json
wait_for_line 'nothing was applied' watch.err
mv watched away
wait_for_line 'expected a readable file or folder: there is none of that name; trying again' watch.err
segment Three >away/one.json && mv away watched
wait_for_line '^in force: revision 3,' watch.txt
kill "$watch"
wait "$watch" || true
# Not `grep -q`: it goes at the first match, and whoever writes on is ended by the closed pipe.
"$SOJOURN" definitions list --log embedded://watched.db | grep 'Three' >/dev/null || fail "the newest is not in force"
echo "definitions: passed; backfill: 3000 expired, none offered; $(cat summary.txt)"
