#!/usr/bin/env bash
# Triggers that go out over HTTP while sender and processor are killed again and again: each offered one arrives, repeated ones
# under the same id; what a target refuses is a dead letter; secrets are in no log and no metric; wrong settings are named.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

secret="a secret that only this check knows"
printf '%s\n' "$secret" >secret.txt
flow='"action":{"mediaType":"architectFlow","architectFlowFields":{"architectFlow":{"id":"f"},"flowRequestMappings":[]}}'
cat >definitions.json <<EOF
{"entities":[{"kind":"actionMap","id":"each","displayName":"Each","triggerWithEventConditions":[{"key":"eventName",
 "values":["page_viewed"],"operator":"equal","streamType":"Web","sessionType":"web"}],"activation":{"type":"immediate"},$flow}]}
EOF
python3 "$here/webhook_receiver.py" "$secret" received.ndjson >port.txt &
children+=("$!")
for _ in {1..100}; do [[ -s port.txt ]] && break || sleep 0.1; done
port=$(<port.txt)
cat >webhooks.yaml <<EOF
commitInterval: 50ms
webhooks:
  enabled: off
  targets:
    - name: crm
      url: http://127.0.0.1:$port/hook?key=key-in-the-url
      secretFile: $work/secret.txt
      mediaTypes: [architectFlow]
      actionMaps: [each]
    - name: nobody
      url: http://127.0.0.1:1/
      secretFile: $work/secret.txt
EOF
options=(--config webhooks.yaml --log embedded://log.db)
"$SOJOURN" definitions apply definitions.json "${options[@]}" >/dev/null

# 1,600 events of 100 customers, published bit by bit: each page view is a trigger of its own.
total=1600
python3 - >feed.err <<'PYTHON' &
import datetime, os, subprocess, time
publish = subprocess.Popen([os.environ["SOJOURN"], "publish", "web", "-", "--config", "webhooks.yaml", "--log", "embedded://log.db"],
                           stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
for number in range(1600):
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
    publish.stdin.write(f'{{"id":"e{number}","customerId":"c{number % 100}","eventName":"page_viewed","createdDate":"{now}"}}\n'.encode())
    publish.stdin.flush()
    time.sleep(0.006)
publish.stdin.close()
assert publish.wait() == 0
PYTHON
feed=$!
children+=("$feed")

run_processor() {
  "$SOJOURN" run --quiet "${options[@]}" 2>>processor.err &
  processor=$!
  children+=("$processor")
}
run_sender() {
  "$SOJOURN" webhooks "${options[@]}" 2>>sender.err &
  sender=$!
  children+=("$sender")
}
run_processor
run_sender
kills=0
while ((kills < 10)); do
  sleep "0.$((RANDOM % 6 + 3))$((RANDOM % 10))"
  if ((kills % 2 == 0)); then
    kill -9 "$sender" 2>/dev/null || fail "the sender ended by itself: $(tail -n 3 sender.err)"
    wait "$sender" 2>/dev/null || true
    run_sender
  else
    kill -9 "$processor" 2>/dev/null || fail "the processor ended by itself: $(tail -n 3 processor.err)"
    wait "$processor" 2>/dev/null || true
    run_processor
  fi
  kills=$((kills + 1))
done
wait "$feed" || fail "the publisher failed: $(cat feed.err)"

# arrived NUMBER: until so many different triggers have arrived.
arrived() {
  local deadline=$((SECONDS + 30)) held=
  while ((SECONDS < deadline)); do
    held=$(python3 -c 'import json,sys; print(len({json.loads(l).get("id") for l in open("received.ndjson")}))' 2>/dev/null || echo 0)
    ((held >= $1)) && return
    sleep 0.2
  done
  fail "$held of $1 triggers arrived: $(tail -n 3 sender.err)"
}
arrived "$total"
kill -TERM "$sender"
wait "$sender" || fail "the sender ended with $?: $(tail -n 3 sender.err)"
kill -TERM "$processor"
wait "$processor" || fail "the processor ended with $?: $(tail -n 3 processor.err)"

"$SOJOURN" tail actions --from-beginning "${options[@]}" >actions.txt
python3 - "$kills" <<'PYTHON' || fail "not what was offered"
import collections, json, sys
offered = {}
for event in map(json.loads, open("actions.txt")):
    if event.get("webActionEvent", {}).get("action", {}).get("state") == "offered":
        offered[event["webActionEvent"]["action"]["id"]] = event
received = [json.loads(line) for line in open("received.ndjson")]
assert not [r for r in received if "refused" in r], "a signature did not fit"
assert len(offered) >= 1500, len(offered)
assert {r["id"] for r in received} == set(offered), (len(offered), len({r["id"] for r in received}))
# Whatever comes again is the same: id in header and body, event and session.
for r in received:
    event = offered[r["id"]]
    assert r["body"] == r["id"] and r["event"] == event["id"] and r["session"] == event["session"]["id"], r
# A session's triggers arrive in the order of the topic, each for the first time.
order = collections.defaultdict(list)
for event in offered.values():
    order[event["session"]["id"]].append(event["webActionEvent"]["action"]["id"])
first = collections.defaultdict(list)
for r in received:
    if r["id"] not in first[r["session"]]:
        first[r["session"]].append(r["id"])
assert first == order, [s for s in order if first[s] != order[s]][:3]
print(f"webhooks: {len(offered)} triggers of {len(order)} sessions, all arrived in order after {sys.argv[1]} kills, "
      f"{len(received) - len(offered)} of them again under the same id")
PYTHON

# The same in the processor's own process, with metrics beside its own.
before=$(wc -l <received.ndjson)
"$SOJOURN" run --quiet "${options[@]}" --set webhooks.enabled=auto --set http.port=0 2>inside.err &
inside=$!
children+=("$inside")
for _ in {1..100}; do
  url=$(sed -n 's/^.* health and metrics on //p' inside.err)
  [[ -n $url ]] && break || sleep 0.1
done
now=$(python3 -c 'import datetime; print(datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds"))')
printf '{"id":"last","customerId":"c0","eventName":"page_viewed","createdDate":"%s"}\n' "$now" |
  "$SOJOURN" publish web - "${options[@]}" 2>/dev/null
arrived $((total + 1))
# Once or again: what the one before had delivered and not yet noted comes again.
deadline=$((SECONDS + 40))
until python3 "$here/health.py" "$url" get /metrics >metrics.txt &&
  grep '^sojourn_webhook_triggers_total{' metrics.txt | grep 'target="crm"' | grep 'outcome="delivered"' | grep -q ' [1-9]'; do
  ((SECONDS < deadline)) || fail "nothing was delivered: $(grep webhook metrics.txt)"
  sleep 0.2
done
grep -q '^sojourn_webhook_circuit{target="nobody",state="open"} ' metrics.txt || fail "no circuit in the metrics"
grep -q '^sojourn_records_applied_total' metrics.txt || fail "the processor's metrics are gone"

# One signed example, and what does not answer.
"$SOJOURN" webhooks test crm "${options[@]}" >test.txt || "$SOJOURN" webhooks test crm "${options[@]}" >test.txt ||
  "$SOJOURN" webhooks test crm "${options[@]}" >test.txt || fail "the example was not taken: $(cat test.txt)"
grep -q "crm at http://127.0.0.1:$port answered 200" test.txt || fail "the example: $(cat test.txt)"
tail -n 1 received.ndjson | grep -q '"test": "true"' || fail "the example is not marked: $(tail -n 1 received.ndjson)"
status=0
"$SOJOURN" webhooks test nobody "${options[@]}" >test.txt || status=$?
[[ $status == 1 ]] && grep -q 'gave no answer: connectFailed' test.txt || fail "nobody answered: $(cat test.txt)"
kill -TERM "$inside"
wait "$inside" || fail "run ended with $?: $(tail -n 3 inside.err)"
((before < $(wc -l <received.ndjson))) || fail "nothing was received"

# Where triggers have two seconds, one that the second target never got is a dead letter soon.
short=(--config webhooks.yaml --log embedded://short.db --set rules.maxTriggerAge=2s --set webhooks.enabled=on)
"$SOJOURN" definitions apply definitions.json "${short[@]}" >/dev/null
"$SOJOURN" run --quiet "${short[@]}" 2>short.err &
shorter=$!
children+=("$shorter")
sleep 1
printf '{"id":"soon","customerId":"c1","eventName":"page_viewed","createdDate":"%s"}\n' \
  "$(python3 -c 'import datetime; print(datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds"))')" |
  "$SOJOURN" publish web - "${short[@]}" 2>/dev/null
for _ in {1..60}; do
  "$SOJOURN" tail webhookFailures --from-beginning --json "${short[@]}" >dead.txt 2>/dev/null || true
  grep -q '"soon"' dead.txt && break || sleep 0.2
done
python3 - <<'PYTHON' || fail "no dead letter: $(cat dead.txt)"
import json
dead = [json.loads(line) for line in open("dead.txt")]
headers = [record["headers"] for record in dead if record["value"]["correlationId"] == "soon"]
assert len(headers) == 1, dead
assert headers[0]["sojourn-target"] == "nobody" and headers[0]["sojourn-reason"] == "expired", headers
assert headers[0]["sojourn-failure"] == "connectFailed" and int(headers[0]["sojourn-attempts"]) >= 1, headers
PYTHON
kill -TERM "$shorter"
wait "$shorter" || fail "run ended with $?: $(tail -n 3 short.err)"

# No secret anywhere but in its file.
for file in *.err metrics.txt test.txt; do
  ! grep -q -e 'only this check knows' -e key-in-the-url "$file" || fail "a secret is in $file"
done

# refused TEXT… : the target in wrong.yaml is refused, in one line with all of the texts.
refused() {
  local status=0 text
  "$SOJOURN" check wrong.yaml >wrong.txt 2>&1 || status=$?
  [[ $status == 1 ]] || fail "wrong.yaml was taken: $(cat wrong.yaml)"
  for text in "$@"; do grep -qF -- "$text" wrong.txt || fail "no '$text' in: $(cat wrong.txt)"; done
  ! grep -q pass-word wrong.txt || fail "a secret is shown: $(cat wrong.txt)"
}
# wrong LINE: a target with a line of its own; one with the same key gives way.
wrong() {
  printf 'webhooks:\n  targets:\n    -\n      name: crm\n      url: https://hooks.example/\n      secretFile: s\n' |
    grep -v "^      ${1%%:*}:" >wrong.yaml
  printf '      %s\n' "$1" >>wrong.yaml
}
wrong 'mediaTypes: [email]' && refused wrong.yaml:7 webhooks.targets.mediaTypes "'email'" architectFlow
wrong 'url: https://user:pass-word@hooks.example/' && refused wrong.yaml:6 webhooks.targets.url 'no user'
wrong 'url: http://hooks.example/pass-word' && refused webhooks.targets.url http://hooks.example:80 'use https'
wrong 'url: https://10.0.0.1/' && refused webhooks.targets.url 'private network' allowPrivate
wrong 'secret: pass-word' && refused webhooks.targets.secret 'either secret or secretFile'
wrong 'timeout: 3m' && refused wrong.yaml:7 webhooks.targets.timeout "'3m'" 'from 100ms to 2m'
wrong 'maxConcurrent: 0' && refused webhooks.targets.maxConcurrent "'0'" 'from 1 to 256'
wrong 'colour: red' && refused webhooks.targets.colour 'one of name, url'
printf 'webhooks:\n  maxPending: many\n' >wrong.yaml && refused wrong.yaml:2 webhooks.maxPending "'many'"
echo "webhooks: in $SECONDS s"
