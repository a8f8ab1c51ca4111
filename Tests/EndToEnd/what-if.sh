#!/usr/bin/env bash
# `sojourn replay --definitions`: what the sample definitions make of a few visits and a parcel, and that nothing else changes.
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
echo "what-if: passed"
