#!/usr/bin/env bash
# The programs under examples/ do what they say: publish, follow, act once, verify. Kafka is librdkafka's own mock cluster; HTTP
# is `sojourn run`.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

examples="$root/examples"
secret="a secret that is only for tests."
# Debian's Python has python3-confluent-kafka; another one on PATH need not.
python=/usr/bin/python3
"$python" -c 'import confluent_kafka' 2>/dev/null || fail "needs python3-confluent-kafka: scripts/setup --tests installs it"

# --- Signatures: the same golden everywhere, and a request that was changed is refused ---------------------------------
golden='v1,n+W4udyMvtvTthc9uQur+LFky14uHE3oa4A0Z6Sn5Io='
PYTHONPATH="$examples/python" "$python" - "$secret" "$golden" <<'PYTHON' || fail "webhook_signature.py"
import sys
from webhook_signature import Refused, verify
secret, golden = sys.argv[1:]
headers = {"webhook-id": "4733f0f8-9066-57db-a558-34ecad55d01d", "webhook-timestamp": "1767600000", "webhook-signature": golden}
body, at = b'{"a":1}', 1767600000
def fits(now=at, body=body, secret=secret, **changed):
    try:
        return verify(secret, {**headers, **{k.replace("_", "-"): v for k, v in changed.items()}}, body, now) == headers["webhook-id"]
    except Refused:
        return False
assert fits() and fits(webhook_signature="v1,AAAA " + golden) and fits(now=at + 300) and fits(now=at - 300)
assert not fits(now=at + 301) and not fits(now=at - 301) and not fits(body=b'{"a":2}') and not fits(secret="another secret for tests.")
assert not fits(webhook_id="x") and not fits(webhook_timestamp="1767600001") and not fits(webhook_signature=golden.replace("v1", "v2"))
assert not fits(webhook_signature="") and not fits(webhook_timestamp="") and not fits(webhook_timestamp="soon")
whsec = {"webhook-id": "msg_loFOjxBNrRLzqYUf", "webhook-timestamp": "1731705121", "webhook-signature": "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="}
verify("whsec_plJ3nmyCDGBKInavdOK15jsl", whsec, b'{"event_type":"ping","data":{"success":true}}', 1731705121)
PYTHON
if command -v node >/dev/null; then
  cat >signature.mjs <<JS
import { verify } from "$examples/javascript/webhook-signature.mjs";
const headers = { "webhook-id": "4733f0f8-9066-57db-a558-34ecad55d01d", "webhook-timestamp": "1767600000", "webhook-signature": "$golden" };
const fits = (changed = {}, body = '{"a":1}', now = 1767600000) => {
  try { return verify("$secret", { ...headers, ...changed }, Buffer.from(body), now) === headers["webhook-id"]; } catch { return false; }
};
const right = [fits(), fits({ "webhook-signature": "v1,AAAA $golden" }), fits({}, '{"a":1}', 1767600300)];
const wrong = [fits({}, '{"a":2}'), fits({}, '{"a":1}', 1767600301), fits({ "webhook-id": "x" }), fits({ "webhook-signature": "" })];
if (!right.every(Boolean) || wrong.some(Boolean)) { console.error(right, wrong); process.exit(1); }
JS
  node signature.mjs || fail "webhook-signature.mjs"
  for file in "$examples"/javascript/*.mjs; do node --check "$file" || fail "$file"; done
fi

# --- Receivers: a real sender, a receiver in each language --------------------------------------------------------------
# receiver NAME COMMAND…: starts one on a free port; gives $url.
receiver() {
  local name=$1
  shift
  # Before the first look: a busy machine starts the child later than that.
  : >"$name.out"
  SECRET=$secret "$@" >"$name.out" 2>"$name.err" &
  children+=("$!")
  for _ in {1..200}; do
    url=$(sed -n 's/^listening on //p' "$name.out")
    [[ -n $url ]] && return
    sleep 0.1
  done
  fail "$name does not listen: $(cat "$name.err")"
}
# try NAME URL: the example of `webhooks test` is acted on, and one with another secret is refused.
try() {
  printf 'webhooks:\n  targets:\n    - {name: right, url: "%s", secret: "%s"}\n    - {name: wrong, url: "%s", secret: "%s"}\n' \
    "$2" "$secret" "$2" "another secret that does not fit" >"$1.yaml"
  "$SOJOURN" webhooks test right --config "$1.yaml" >"$1.txt" || fail "$1: $(cat "$1.txt" "$1.err")"
  grep -q 'answered 200 .*: acted$' "$1.txt" || fail "$1: $(cat "$1.txt")"
  ! "$SOJOURN" webhooks test wrong --config "$1.yaml" >"$1.txt" || fail "$1 took what somebody else signed"
  grep -q 'answered 400 ' "$1.txt" || fail "$1: $(cat "$1.txt")"
  received=$((received + 1))
}
received=0
receiver python "$python" "$examples/python/receive_webhook.py" --port 0 --ledger webhooks.db
try python "$url"
if command -v node >/dev/null; then
  receiver node node "$examples/javascript/receive-webhook.mjs" 0
  try node "$url"
fi
if command -v javac >/dev/null; then
  javac -d classes "$examples"/java/*.java || fail "the Java examples do not compile"
  receiver java java -cp classes ReceiveWebhook 0
  try java "$url"
fi

# --- Kafka: a mock cluster, which lives in a client of librdkafka -------------------------------------------------------
"$python" - >brokers.txt 2>brokers.err <<'PYTHON' &
import time
from confluent_kafka import Producer
holder = Producer({"bootstrap.servers": "mock", "test.mock.num.brokers": 1})
print(",".join(f"{b.host}:{b.port}" for b in holder.list_topics(timeout=20).brokers.values()), flush=True)
while True:
    holder.poll(1)
    time.sleep(0.2)
PYTHON
children+=("$!")
for _ in {1..200}; do [[ -s brokers.txt ]] && break || sleep 0.1; done
brokers=$(<brokers.txt)
[[ -n $brokers ]] || fail "no mock cluster"

for number in {0..199}; do
  printf '{"id":"e%d","customerId":"customer-%d","eventName":"page_viewed","createdDate":"2026-01-05T10:00:00.000Z"}\n' "$number" $((number % 40))
done >events.ndjson
"$python" "$examples/python/publish_kafka.py" "$brokers" --topic web <events.ndjson || fail "publish_kafka.py"
"$python" - "$brokers" <<'PYTHON' || fail "not where the owners are"
import json, struct, sys
from confluent_kafka import Consumer, TopicPartition
def murmur2(key):
    mask, m = 0xFFFFFFFF, 0x5BD1E995
    h = 0x9747B28C ^ len(key)
    words = len(key) // 4
    for k in struct.unpack(f"<{words}I", key[: words * 4]):
        k = k * m & mask
        k = (k ^ k >> 24) * m & mask
        h = (h * m & mask) ^ k
    rest = key[words * 4 :]
    if rest:
        h = (h ^ int.from_bytes(rest, "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return (h ^ h >> 15) & 0x7FFFFFFF
consumer = Consumer({"bootstrap.servers": sys.argv[1], "group.id": "look", "auto.offset.reset": "earliest"})
partitions = consumer.list_topics("web", timeout=20).topics["web"].partitions
consumer.assign([TopicPartition("web", p, 0) for p in partitions])
seen = []
while len(seen) < 200:
    message = consumer.poll(20)
    assert message is not None, f"{len(seen)} of 200"
    assert not message.error(), message.error()
    event = json.loads(message.value())
    assert message.key().decode() == event["customerId"]
    assert message.partition() == murmur2(message.key()) % len(partitions), event
    seen.append(event["id"])
consumer.close()
assert sorted(seen) == sorted(f"e{n}" for n in range(200))
assert len(partitions) > 1
PYTHON

# Snapshots out of order, repeated and erased; triggers repeated, late, and what is none.
"$python" - "$brokers" <<'PYTHON' || fail "cannot write"
import datetime, json, sys
from confluent_kafka import Producer
producer = Producer({"bootstrap.servers": sys.argv[1], "partitioner": "murmur2_random"})
def snapshot(key, revision, **more):
    producer.produce("sessions", key=key, value=json.dumps({"id": key, "revision": revision, **more}))
for revision in (1, 2, 5, 3, 5):
    snapshot("s1", revision, seen=revision)
snapshot("s2", 1)
producer.produce("sessions", key="s2", value=None)
snapshot("s3", 9, final=True)
now = datetime.datetime.now(datetime.timezone.utc)
def trigger(action, minutes, state="offered"):
    expires = (now + datetime.timedelta(minutes=minutes)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    event = {"session": {"id": "s1"}, "eventType": "WebActionEvent", "webActionEvent": {
        "action": {"id": action, "state": state}, "expiresAt": expires, "architectFlow": {"id": "f"}}}
    producer.produce("actions", key="s1", value=json.dumps(event))
for action in ("a1", "a2", "a1", "a3"):
    trigger(action, 5)
trigger("late", -1)
trigger("a4", 5, "qualified")
assert producer.flush(20) == 0
PYTHON
"$python" "$examples/python/follow_sessions.py" "$brokers" --until-end >sessions.txt || fail "follow_sessions.py"
"$python" -c '
import json
held = {s["id"]: s for s in map(json.loads, open("sessions.txt"))}
assert set(held) == {"s1", "s3"} and held["s1"]["revision"] == held["s1"]["seen"] == 5 and held["s3"]["final"], held' ||
  fail "not the newest revisions: $(cat sessions.txt)"
"$python" "$examples/python/act_on_actions.py" "$brokers" --until-end --ledger acted.db >acted.txt || fail "act_on_actions.py"
[[ $(<acted.txt) == "acted=3 repeated=1 late=1 other=1" ]] || fail "acted: $(cat acted.txt)"
# A consumer that lost its offsets reads all of it again, and acts on nothing.
"$python" "$examples/python/act_on_actions.py" "$brokers" --until-end --ledger acted.db --group again >acted.txt
[[ $(<acted.txt) == "acted=0 repeated=4 late=1 other=1" ]] || fail "acted again: $(cat acted.txt)"

# --- HTTP: events go in through the gateway, sessions come out ---------------------------------------------------------
published=0
gateway=$((20000 + RANDOM % 10000))
SOJOURN_GATEWAY_ENABLED=on start_run http.db --set "gateway.port=$gateway" --set commitInterval=50ms --set time.topicIdle=1h
for _ in {1..200}; do (: <"/dev/tcp/127.0.0.1/$gateway") 2>/dev/null && break || sleep 0.1; done
"$python" - >now.ndjson <<'PYTHON'
import datetime
now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
for number in range(1200):
  print(f'{{"id":"e{number}","customerId":"c{number % 40}","eventName":"page_viewed","createdDate":"{now}"}}')
PYTHON
# publish NAME COMMAND…: a part of its own, twice: what was sent again counts once.
publish() {
  local name=$1 from=$2
  shift 2
  sed -n "$from,$((from + 399))p" now.ndjson >"$name.ndjson"
  for _ in 1 2; do
    "$@" <"$name.ndjson" >"$name.txt" 2>"$name.err" || fail "$name: $(cat "$name.txt" "$name.err")"
    grep -qx '400 accepted, 0 rejected' "$name.txt" || fail "$name: $(cat "$name.txt")"
  done
  published=$((published + 400))
  echo '{"customerId":"c1","eventName":"no name","createdDate":"2026-01-05T10:00:00.000Z"}' >bad.ndjson
  ! "$@" <bad.ndjson >"$name.txt" 2>"$name.err" || fail "$name: a bad event was taken"
  grep -q badEventName "$name.err" || fail "$name: no reason in $(cat "$name.err")"
  grep -qx '0 accepted, 1 rejected' "$name.txt" || fail "$name: $(cat "$name.txt")"
}
publish python-http 1 "$python" "$examples/python/publish_http.py" --url "http://127.0.0.1:$gateway"
if command -v node >/dev/null; then publish node-http 401 node "$examples/javascript/publish-http.mjs" "http://127.0.0.1:$gateway"; fi
if command -v javac >/dev/null; then publish java-http 801 java -cp classes PublishHttp "http://127.0.0.1:$gateway"; fi
wait_for_events http.db "$published"
stop_run
echo "examples: $received receivers verified and acted once; 200 events to their owners over Kafka; $published over HTTP"
