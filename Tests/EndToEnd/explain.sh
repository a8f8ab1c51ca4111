#!/usr/bin/env bash
# `sojourn explain`: from files and from a log, what held, what did not and why; and wrong arguments.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

cat >web.ndjson <<'EVENTS'
{"id":"w1","customerId":"ann","createdDate":"2026-01-05T08:00:00.000Z","eventName":"page_viewed","page":{"url":"https://shop.example/","title":"Start"},"browser":{"family":"chrome","version":"106"},"geolocation":{"country":"GB"}}
{"id":"w2","customerId":"ann","createdDate":"2026-01-05T08:01:00.000Z","eventName":"product_added","page":{"url":"https://shop.example/cart","title":"Cart"},"attributes":{"price":9.5}}
{"id":"x1","customerId":"bob","createdDate":"2026-01-05T08:01:30.000Z","eventName":"product_added","page":{"url":"https://shop.example/cart","title":"Cart"},"attributes":{"price":100}}
{"id":"w3","customerId":"ann","createdDate":"2026-01-05T08:02:00.000Z","eventName":"product_added","page":{"url":"https://shop.example/cart","title":"Cart"},"attributes":{"price":25}}
{"id":"w4","customerId":"ann","createdDate":"2026-01-05T08:03:00.000Z","eventName":"page_viewed","page":{"url":"https://shop.example/help","title":"Help"}}
EVENTS
mkdir definitions
cat >definitions/all.json <<'DEFINITIONS'
[{"kind":"segment","id":"buyers","displayName":"Canadian buyers","version":1,
  "context":{"patterns":[{"criteria":[{"key":"browser.family","values":["chrome"],"operator":"equal","shouldIgnoreCase":true},
    {"key":"geolocation.country","values":["CA"],"operator":"equal","shouldIgnoreCase":true}]}]},
  "journey":{"patterns":[{"count":3,"streamType":"Web","sessionType":"web","eventName":"product_added","criteria":[]}]}},
 {"kind":"segment","id":"adders","displayName":"Adders","version":1,
  "journey":{"patterns":[{"count":2,"streamType":"Web","sessionType":"web","eventName":"product_added","criteria":[]}]}},
 {"kind":"outcome","id":"adders","displayName":"Added much","version":1,
  "journey":{"patterns":[{"count":1,"streamType":"Web","sessionType":"web","criteria":[{"key":"attributes.price.value","values":["50"],"operator":"greaterThan"}]}]}},
 {"kind":"actionMap","id":"help","displayName":"Offer help","version":1,"triggerWithSegments":["adders"],
  "pageUrlConditions":[{"values":["/help"],"operator":"endsWith"}],"activation":{"type":"immediate"},"action":{"mediaType":"webMessagingOffer"}}]
DEFINITIONS
files=(--input web=web.ndjson --definitions definitions)

"$SOJOURN" replay "${files[@]}" --output out >/dev/null 2>&1
session=$(python3 -c 'import json
print(next(s["id"] for s in map(json.loads, open("out/sessions.ndjson")) if s["customerId"] == "ann"))')

# explain NAME ARGUMENT…: the answer as JSON in NAME.json and as text in NAME.txt.
explain() {
  local name=$1
  shift
  "$SOJOURN" explain "$@" --json >"$name.json" 2>"$name.errors" || fail "$name ended with $?: $(cat "$name.errors")"
  "$SOJOURN" explain "$@" >"$name.txt" 2>"$name.errors" || fail "$name ended with $?: $(cat "$name.errors")"
}

"$SOJOURN" definitions apply definitions --log embedded://log.db >/dev/null 2>&1
"$SOJOURN" publish web web.ndjson --log embedded://log.db 2>/dev/null
start_run log.db
wait_for_events log.db 5
stop_run

for source in files log; do
  arguments=("${files[@]}")
  [[ $source == log ]] && arguments=(--log embedded://log.db)
  explain "$source-buyers" "$session" "Canadian buyers" "${arguments[@]}"
  explain "$source-adders" "$session" adders --kind segment "${arguments[@]}"
  explain "$source-outcome" "$session" adders --kind outcome "${arguments[@]}"
  explain "$source-help" "$session" help "${arguments[@]}"
  grep -q '^NOT ASSIGNED$' "$source-buyers.txt" || fail "no verdict: $(cat "$source-buyers.txt")"
  grep -q "✗ geolocation.country equal 'CA'" "$source-buyers.txt" || fail "no criterion: $(cat "$source-buyers.txt")"
  grep -q '^ASSIGNED 2026-01-05T08:02:00.000Z by event w3$' "$source-adders.txt" || fail "no event: $(cat "$source-adders.txt")"
done

python3 - <<'PYTHON' || fail "not what the events say"
import json
read = lambda name: json.load(open(f"{name}.json"))
told = [json.loads(line) for line in open("out/segments.ndjson")]
for source in "files", "log":
    buyers, adders, outcome, help = (read(f"{source}-{name}") for name in ("buyers", "adders", "outcome", "help"))
    assert not buyers["held"] and buyers["session"]["eventCount"] == buyers["session"]["eventsRead"] == 4, buyers
    chrome, country = buyers["context"][0]["criteria"]
    assert chrome["first"]["event"] == "w1" and chrome["count"] == 4, chrome
    assert country["count"] == 0 and country["seen"][0]["values"] == ["GB"] and country["why"], country
    [journey] = buyers["journey"]
    assert (journey["counted"], journey["required"], journey["events"]) == (2, 3, ["w2", "w3"]), journey
    [assigned] = [t for t in told if t["session"]["id"] == adders["session"]["id"]]
    assert adders["held"] and adders["event"] == assigned["correlationId"] == "w3", adders
    assert adders["time"] == assigned["segmentAssignmentEvent"]["dateAssigned"], adders
    # Bob's price is none of Ann's.
    [price] = outcome["journey"][0]["criteria"]
    assert not outcome["held"] and [s["values"] for s in price["seen"]] == [["9.5"], ["25"]] and price["missing"] == 2, price
    assert help["segments"] == [{"id": "adders", "displayName": "Adders", "isAssigned": True,
                                 "time": "2026-01-05T08:02:00.000Z", "isExpired": False}], help
    assert [h["what"] for h in help["happenings"]][:2] == ["qualified", "blocked"], help
    assert help["happenings"][1]["reason"] == "PageUrlConditionsNotMatching", help
offered = read("files-help")
assert offered["held"] and offered["event"] == "w4", offered
# The processor took the events long after they had happened.
assert read("log-help")["happenings"][2]["what"] == "expired", read("log-help")
assert any("too old" in note for note in read("log-help")["notes"])
PYTHON

# Other definitions now: on the log the session is explained by those of then, and by others where they are given.
mkdir changed
sed 's/"id":"adders","displayName":"Adders","version":1/"id":"adders","displayName":"Adders","version":2/; s/"count":2,/"count":9,/' \
  definitions/all.json >changed/all.json
"$SOJOURN" definitions apply changed --log embedded://log.db >/dev/null 2>&1 || fail "the changed definitions are not applied"
explain then "$session" adders --kind segment --log embedded://log.db
grep -q '^ASSIGNED 2026-01-05T08:02:00.000Z by event w3$' then.txt || fail "not by the rule of then: $(cat then.txt)"
grep -q 'note: this is the definition of then, version 1; it has changed since, to version 2' then.txt ||
  fail "no word of the change: $(cat then.txt)"
explain given "$session" adders --kind segment --log embedded://log.db --definitions changed
grep -q '^NOT ASSIGNED$' given.txt || fail "not by the rule that is given: $(cat given.txt)"
grep -q 'note: the processor reduced .* under other definitions' given.txt || fail "no word of the others: $(cat given.txt)"

# refused TEXT ARGUMENT…: ends with 2 and says so.
refused() {
  local text=$1 status=0
  shift
  "$SOJOURN" explain "$@" >refused.txt 2>refused.errors || status=$?
  [[ $status == 2 ]] || fail "$* ended with $status: $(cat refused.errors)"
  grep -qF -- "$text" refused.errors || fail "no '$text' in: $(cat refused.errors)"
}

last=${session: -1}
other=${session%?}$([[ $last == 0 ]] && echo 1 || echo 0)
for source in files log; do
  arguments=("${files[@]}")
  [[ $source == log ]] && arguments=(--log embedded://log.db)
  refused "nearest is $session" "$other" help "${arguments[@]}"
  refused "nearest is Offer help" "$session" "Offer halp" "${arguments[@]}"
  refused "one definition only" "$session" adders "${arguments[@]}"
  refused "a session's id" nonsense help "${arguments[@]}"
  refused "segment, outcome or actionMap" "$session" help --kind schedule "${arguments[@]}"
done
refused "--definitions" "$session" help --input web=web.ndjson
refused "standard input" "$session" help --input web=- --definitions definitions
refused "a readable file" "$session" help --input web=absent.ndjson --definitions definitions
refused "an existing log" "$session" help --log embedded://absent.db
refused "--close" "$session" help --close --log embedded://log.db
echo "explain: passed"
