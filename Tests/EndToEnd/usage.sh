#!/usr/bin/env bash
# What sources used, though bodies are posted again and again and processor and gateway are killed in between: each event and
# each session once, by source and stream.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >usage.yaml <<YAML
log: embedded://log.db
commitInterval: 50ms
time: {topicIdle: 1h}
http: {port: "off"}
gateway: {port: $port}
auth: {mode: tokens}
sources:
  - {id: shop, kind: server, writeKeys: ["the-key-of-the-shop"]}
  - {id: depot, kind: server, writeKeys: ["the-key-of-the-depot"], streams: [custom], sessionType: delivery}
YAML
start() {
  SOJOURN_GATEWAY_ENABLED=on "$SOJOURN" run --quiet --config usage.yaml 2>>log.db.run &
  run=$!
  children+=("$run")
}

# Sends each body until it was answered three times.
cat >send.py <<'PYTHON'
import json, sys, time, urllib.request

url, now = f"http://127.0.0.1:{sys.argv[1]}", int(time.time() * 1000)
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

def post(path, key, body):
    answered = 0
    deadline = time.time() + 60
    while answered < 3:
        request = urllib.request.Request(url + path, json.dumps(body).encode(), {"Authorization": f"Bearer {key}"})
        try:
            with opener.open(request, timeout=10) as answer:
                answer.read()
                answered += 1
        except OSError:
            assert time.time() < deadline
            time.sleep(0.05)

for number in range(60):
    events = [{"id": f"w{number}-{each}", "customerId": f"c{each % 7}", "eventName": "page_viewed", "createdDate": now}
              for each in range(10)]
    post("/v1/events?stream=web", "the-key-of-the-shop", events)
    post("/v1/events", "the-key-of-the-depot", [
        {"id": f"d{number}", "customerId": "c1", "eventName": "in_transit", "externalId": f"box{number % 12}", "createdDate": now}])
    print(number, flush=True)
PYTHON

start
python3 send.py "$port" >sent.txt 2>send.err &
sender=$!
children+=("$sender")
kills=0
while kill -0 "$sender" 2>/dev/null && ((kills < 6)); do
  sleep "1.$((RANDOM % 9))"
  kill -9 "$run" 2>/dev/null || fail "run ended by itself: $(tail -n 3 log.db.run)"
  wait "$run" 2>/dev/null || true
  start
  kills=$((kills + 1))
done
wait "$sender" || fail "the sender: $(tail -n 3 send.err)"
# What nobody sent over HTTP is no source's.
printf '%s\n' '{"id":"p","customerId":"z","eventName":"page_viewed","createdDate":'"$(date +%s)000}" |
  "$SOJOURN" publish web --config usage.yaml - 2>publish.err >&2 || fail "$(cat publish.err)"
wait_for_events log.db 661
deadline=$((SECONDS + 30))
until [[ $("$SOJOURN" usage --json --config usage.yaml | python3 -c 'import json, sys; print(sum(json.loads(line)["events"] for line in sys.stdin))') -ge 660 ]]; do
  ((SECONDS < deadline)) || fail "counted after $kills kills: $("$SOJOURN" usage --config usage.yaml)"
  sleep 0.5
done
stop_run
"$SOJOURN" usage --json --config usage.yaml >usage.ndjson
"$SOJOURN" tail usage --from-beginning --config usage.yaml >values.ndjson
"$SOJOURN" tail journal --from-beginning --config usage.yaml >journal.ndjson
"$root/scripts/validate-schemas" --schema usage values.ndjson --schema journal journal.ndjson >validated.txt ||
  fail "$(grep -v passed validated.txt | head -n 3)"
python3 - <<'PYTHON' || fail "after $kills kills: $(cat usage.ndjson)"
import collections, json
sums = collections.Counter()
for line in map(json.loads, open("usage.ndjson")):
    sums[line["source"], line["stream"], "events"] += line["events"]
    sums[line["source"], line["stream"], "sessions"] += line["sessions"]
assert sums == {
    ("shop", "web", "events"): 600, ("shop", "web", "sessions"): 7,
    ("depot", "custom", "events"): 60, ("depot", "custom", "sessions"): 12}, sums
PYTHON
[[ $("$SOJOURN" usage --config usage.yaml --from 2020-01-01 --to 2020-12-31) == '' ]] || fail "days that were not asked for"
"$SOJOURN" replay --verify --config usage.yaml >verified 2>&1 || fail "not verified: $(cat verified)"
echo "usage: $(wc -l <usage.ndjson) lines, each event and session once after $kills kills"
