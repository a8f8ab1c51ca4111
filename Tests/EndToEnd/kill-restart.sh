#!/usr/bin/env bash
# A processor that is killed again and again while two processes publish ends with the sessions of one that never was, and
# everything it has written is the verification.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

options=(--set time.topicIdle=1h --set commitInterval=50ms --set rules.maxTriggerAge=24h)
start=$((($(date +%s) - 55 * 60) * 1000))
python3 "$here/events.py" --seed 11 --group a --start "$start" --events 4000 a >/dev/null
python3 "$here/events.py" --seed 12 --group b --start "$start" --events 4000 b >/dev/null
total=8000
for group in a b; do
  for stream in web custom conversation; do
    split -l 250 -d -a 3 "$group/$stream.ndjson" "$group/$stream-"
  done
done

# Segments, and flows that start at once, on each event, and when the customer comes back.
flow='"action":{"mediaType":"architectFlow","architectFlowFields":{"architectFlow":{"id":"f"},"flowRequestMappings":[]}}'
cat >definitions.json <<EOF
{"entities":[
{"kind":"segment","id":"visitor","displayName":"Visitor","version":1,"journey":{"patterns":[{"count":2,"streamType":"Web",
 "sessionType":"web","criteria":[{"key":"eventName","values":["page_viewed"],"operator":"equal","shouldIgnoreCase":false}]}]}},
{"kind":"actionMap","id":"welcome","displayName":"Welcome","version":1,"triggerWithSegments":["visitor"],
 "activation":{"type":"immediate"},$flow},
{"kind":"actionMap","id":"back","displayName":"Back","version":1,"triggerWithSegments":["visitor"],
 "activation":{"type":"on-next-session"},$flow},
{"kind":"actionMap","id":"each","displayName":"Each","version":1,"triggerWithEventConditions":[{"key":"eventName",
 "values":["page_viewed"],"operator":"equal","streamType":"Web","sessionType":"web"}],"activation":{"type":"immediate"},$flow}
]}
EOF
for log in calm wild; do
  "$SOJOURN" definitions apply definitions.json "${options[@]}" --log "embedded://$log.db" >/dev/null
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

publish a wild.db 0.3 &
children+=($!)
first=$!
publish b wild.db 0.3 &
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
# Every trigger once: what rules gave is what an undisturbed run gives, record by record.
for log in calm wild; do
  for topic in segments actions; do
    "$SOJOURN" tail "$topic" --from-beginning --log "embedded://$log.db" >"$log.$topic"
  done
done
python3 - <<'PYTHON' || fail "not the same triggers after $kills kills"
import json
for topic in ["segments", "actions"]:
    ids = {log: [json.loads(line)["id"] for line in open(f"{log}.{topic}") if line.startswith("{")] for log in ["calm", "wild"]}
    assert len(ids["wild"]) == len(set(ids["wild"])), f"{topic}: something is there twice"
    assert sorted(ids["wild"]) == sorted(ids["calm"]), (topic, len(ids["wild"]), len(ids["calm"]))
    assert len(ids["wild"]) > 200, (topic, len(ids["wild"]))
offered = [e["webActionEvent"]["actionMap"]["id"] for e in map(json.loads, open("wild.actions"))
           if e.get("webActionEvent", {}).get("action", {}).get("state") == "offered"]
counts = {name: offered.count(name) for name in ["welcome", "back", "each"]}
assert all(count > 20 for count in counts.values()), counts
print("kill-restart: triggers, each once:", counts)
PYTHON
for log in calm wild; do
  "$SOJOURN" replay --verify "${options[@]}" --log "embedded://$log.db" >"$log.verified" 2>&1 ||
    fail "$log is not verified: $(cat "$log.verified")"
  tail -n 1 "$log.verified" | grep -q '"unverifiable":0,"mismatches":0}$' || fail "$log: $(cat "$log.verified")"
done
echo "kill-restart: $(wc -l <wild.ndjson) sessions of $total events equal after $kills kills, $under_way while publishing;" \
  "verified: $(tail -n 1 wild.verified)"
