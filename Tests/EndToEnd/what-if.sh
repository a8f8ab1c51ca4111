#!/usr/bin/env bash
# `sojourn replay --definitions`: what the sample definitions make of a few visits and a parcel, and that nothing else changes.
# `sojourn whatif`: what a changed set would have changed, from files and from a log.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

samples="$root/Tests/Fixtures/definitions"
cat >web.ndjson <<'EVENTS'
{"id":"w1","customerId":"ann","createdDate":"2026-01-05T08:00:00.000Z","eventName":"page_viewed","page":{"url":"https://shop.example/","title":"Start"},"browser":{"family":"chrome","version":"106"}}
{"id":"w2","customerId":"bob","createdDate":"2026-01-05T08:00:01.000Z","eventName":"page_viewed","page":{"url":"https://shop.example/","title":"Start"},"browser":{"family":"Safari","version":"17"}}
{"id":"w3","customerId":"bob","createdDate":"2026-01-05T08:00:02.000Z","eventName":"page_viewed","page":{"url":"https://shop.example/paymentSuccessful","title":"Thanks"},"browser":{"family":"Safari","version":"17"},"attributes":{"totalValue":1525.5}}
{"id":"w4","customerId":"bob","createdDate":"2026-01-05T08:00:03.000Z","eventName":"page_viewed","page":{"url":"https://shop.example/paymentSuccessful","title":"Thanks"},"browser":{"family":"Safari","version":"17"},"attributes":{"totalValue":3}}
{"id":"w5","customerId":"ann","createdDate":"2026-01-05T10:00:00.000Z","eventName":"page_viewed","page":{"url":"https://shop.example/","title":"Start"},"browser":{"family":"Chrome","version":"107"}}
EVENTS
cat >custom.ndjson <<'EVENTS'
{"id":"p1","customerId":"bob","customerIdType":"email","createdDate":"2026-01-05T09:00:00.000Z","eventName":"ordered","sessionType":"delivery","externalId":"B1"}
{"id":"p2","customerId":"bob","customerIdType":"email","createdDate":"2026-01-05T09:30:00.000Z","eventName":"in_transit","sessionType":"delivery","externalId":"B1"}
{"id":"p3","customerId":"bob","customerIdType":"email","createdDate":"2026-01-05T09:40:00.000Z","eventName":"in_transit","sessionType":"delivery","externalId":"B1"}
EVENTS
inputs=(--input web=web.ndjson --input custom=custom.ndjson)

"$SOJOURN" replay "${inputs[@]}" --output plain >/dev/null 2>&1
for run in first second; do
  "$SOJOURN" replay "${inputs[@]}" --output "$run" --definitions "$samples" >"$run.txt" 2>"$run.errors" ||
    fail "replay ended with $?: $(tail -n 3 "$run.errors")"
done
python3 - <<'PYTHON' || fail "definitions changed more of a session than what they give"
import json
def read(folder):
    sessions = {s["id"]: s for s in map(json.loads, open(f"{folder}/sessions.ndjson"))}
    for session in sessions.values():
        segments = session.pop("segmentAssignments")
        given = len(segments), len(session.pop("outcomeAchievements"))
        shown = [s for s in segments if s.get("shouldDisplayToAgent", True)]
        assert session["card"].pop("segments") == len(shown)
        session.pop("openActions", None)
        session.pop("revision")  # what becomes of an action is a change as well
        session["given"] = given
    return sessions
plain, first = read("plain"), read("first")
assert all(s.pop("given") == (0, 0) for s in plain.values())
assert sum(s["given"][0] for s in first.values()) > 2 and sum(s["given"][1] for s in first.values()) > 0
for session in first.values(): session.pop("given")
assert plain == first
PYTHON
for file in sessions segments outcomes actions; do
  cmp "first/$file.ndjson" "second/$file.ndjson" || fail "two runs differ in $file"
done

python3 - <<'PYTHON' || fail "not what the events say"
import json
read = lambda name: [json.loads(line) for line in open(f"first/{name}.ndjson")]
segments, outcomes = read("segments"), read("outcomes")
def of(name):
    return [(s["customerId"], s["segmentAssignmentEvent"]["dateAssigned"], s["because"][0]["events"]) for s in segments
            if s["segmentAssignmentEvent"]["segment"]["displayName"] == name]
# Two visits of Ann's, each once; case does not matter there. Bob's browser is another one.
assert of("doc-chrome-visitors") == [
    ("ann", "2026-01-05T08:00:00.000Z", ["w1"]), ("ann", "2026-01-05T10:00:00.000Z", ["w5"])], of("doc-chrome-visitors")
# Once for the parcel, by the first event that says so.
assert of("doc-delivery-in-transit") == [("bob", "2026-01-05T09:30:00.000Z", ["p2"])], of("doc-delivery-in-transit")
# Once for the visit, with the value of the event that achieved it.
[achieved] = [o for o in outcomes if o["outcomeAchievedEvent"]["outcome"]["displayName"] == "doc-purchase-value"]
purchase = achieved["outcomeAchievedEvent"]
assert purchase["associatedValue"] == {"dataType": "Number", "value": 1525.5}, purchase
assert achieved["because"] == [{"journey": 0, "count": 1, "events": ["w3"], "criteria": [
    {"key": "page.url", "operator": "containsAny", "values": ["/paymentSuccessful"]}]}], achieved
assert purchase["outcome"]["version"] == 1 and purchase["isPositive"] is True
actions = read("actions")
ids = [d["id"] for d in segments + outcomes + actions]
assert {a["webActionEvent"]["action"]["state"] for a in actions if "webActionEvent" in a} >= {"qualified", "offered"}, actions
assert len(ids) == len(set(ids))
sessions = {s["id"] for s in map(json.loads, open("first/sessions.ndjson"))}
assert all(d["session"]["id"] in sessions for d in segments + outcomes)
summary = json.loads(open("first.txt").read().splitlines()[-1])
assert summary["segmentsAssigned"] == len(segments) and summary["outcomesAchieved"] == len(outcomes), summary
PYTHON

# What is written is what the schemas say.
grep -F '"eventType":"WebActionEvent"' first/actions.ndjson >told.ndjson
grep -vF '"eventType":"WebActionEvent"' first/actions.ndjson >blocked.ndjson || true
tail -n 1 first.txt >summary.json
"$root/scripts/validate-schemas" --session first/sessions.ndjson --schema segment-assignment first/segments.ndjson \
  --schema outcome-achieved first/outcomes.ndjson --schema web-action told.ndjson --schema blocked-action blocked.ndjson \
  --schema replay-summary summary.json >validation.txt || fail "$(tail -n 5 validation.txt)"

# Wrong definitions stop it before anything is read, with the place.
mkdir -p wrong/segments
printf '{"id":"s","displayName":"S","version":1,"journey":{"patterns":[{"count":0,"criteria":[],"streamType":"Web","sessionType":"web"}]}}' >wrong/segments/s.json
status=0
"$SOJOURN" replay "${inputs[@]}" --output wrong-out --definitions wrong >/dev/null 2>wrong.errors || status=$?
[[ $status == 2 ]] || fail "wrong definitions ended with $status"
grep -qF '$.journey.patterns[0].count' wrong.errors || fail "no place in: $(cat wrong.errors)"

# One of them changed, one gone: what differs, and nothing else. The two replays are the oracle.
mkdir changed
cp -r "$samples/." changed
rm changed/segments/doc-delivery-in-transit.json
sed -i 's/"chrome"/"safari"/I' changed/segments/doc-chrome-visitors.json
status=0
"$SOJOURN" whatif "$samples" changed "${inputs[@]}" --json >whatif.json 2>whatif.errors || status=$?
[[ $status == 3 ]] || fail "whatif ended with $status: $(tail -n 3 whatif.errors)"
"$SOJOURN" whatif "$samples" changed "${inputs[@]}" >whatif.txt || true
"$SOJOURN" replay "${inputs[@]}" --output third --definitions changed >/dev/null 2>&1 || fail "the changed definitions are not replayed"
python3 - <<'PYTHON' || fail "whatif says otherwise: $(<whatif.txt)"
import json
def account(folder):
    found = {}
    for name in "segments", "outcomes", "actions":
        for event in map(json.loads, open(f"{folder}/{name}.ndjson")):
            if body := event.get("segmentAssignmentEvent"):
                key = "segment", body["segment"]["id"], body["assignmentState"].lower(), None
            elif body := event.get("outcomeAchievedEvent"):
                key = "outcome", body["outcome"]["id"], "achieved", None
            elif body := event.get("webActionEvent"):
                key = "actionMap", body["actionMap"]["id"], body["action"]["state"], None
            else:
                body = event["blockedWebActionOfferEvent"]
                key = "actionMap", body["actionMap"]["id"], "blocked", body["blockingReason"]
            key += (event["session"]["id"],)
            count, first = found.get(key, (0, "9"))
            found[key] = count + 1, min(first, event["createdDate"])
    return found
old, new = account("first"), account("third")
expected = {(*key, old.get(key, (0, None)), new.get(key, (0, None))) for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
told = json.load(open("whatif.json"))
side = lambda side: (side["count"], side.get("first"))
found = {(d["kind"], d["id"], row["what"], row.get("reason"), row["session"], side(row["old"]), side(row["new"]))
         for d in told["definitions"] for row in d["rows"]}
assert found == expected and len(expected) >= 4, (found ^ expected)
assert told["differs"] and told["sessions"] == told["wholeSessions"] == 4 and told["events"] == 8, told
changes = {d["displayName"]: d["change"] for d in told["definitions"]}
assert changes["doc-delivery-in-transit"] == "removed" and changes["doc-chrome-visitors"] == "changed", changes
lines = open("whatif.txt").read().splitlines()
assert sum(line.startswith(("  + ", "  - ", "  ~ ")) for line in lines) == len(expected), lines
PYTHON
"$SOJOURN" whatif "$samples" "$samples" "${inputs[@]}" >same.txt || fail "the same definitions differ: $(<same.txt)"
grep -q '^NO DIFFERENCE$' same.txt || fail "no verdict: $(<same.txt)"

# Over a log, what is in force is the old side.
"$SOJOURN" definitions apply "$samples" --log embedded://log.db >/dev/null 2>&1
"$SOJOURN" publish web web.ndjson --log embedded://log.db 2>/dev/null
"$SOJOURN" publish custom custom.ndjson --log embedded://log.db 2>/dev/null
start_run log.db
wait_for_events log.db 8
stop_run
status=0
"$SOJOURN" whatif changed --log embedded://log.db --json >log.json 2>log.errors || status=$?
[[ $status == 3 ]] || fail "whatif of a log ended with $status: $(tail -n 3 log.errors)"
python3 - <<'PYTHON' || fail "not what the files say: $(<log.json)"
import json
files, log = json.load(open("whatif.json")), json.load(open("log.json"))
# Triggers are too old by the log's clock: segments do not age.
rows = lambda told: sorted(json.dumps(r) for d in told["definitions"] if d["kind"] == "segment" for r in d["rows"])
assert rows(files) == rows(log) and rows(log), (rows(files), rows(log))
assert log["sessions"] == log["wholeSessions"] == 4, log
PYTHON

# refused TEXT ARGUMENT…: ends with 2 and says so.
refused() {
  local text=$1 status=0
  shift
  "$SOJOURN" whatif "$@" >refused.txt 2>refused.errors || status=$?
  [[ $status == 2 ]] || fail "$* ended with $status: $(cat refused.errors)"
  grep -qF -- "$text" refused.errors || fail "no '$text' in: $(cat refused.errors)"
}
refused "NEW" "$samples" "${inputs[@]}"
refused "definitions without errors" "$samples" wrong "${inputs[@]}"
refused "--hours" "$samples" changed "${inputs[@]}" --hours 3
refused "a number from 1 on" changed --log embedded://log.db --hours 0
refused "--close" changed --log embedded://log.db --close
refused "an existing log" changed --log embedded://absent.db
echo "what-if: passed"
