#!/usr/bin/env bash
# The published Python SDKs of Segment, RudderStack and CloudEvents send to the gateway, told no more than its address and a
# write key: everything they send is in sessions, and nothing is refused.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

python3 -m venv --without-pip sdks 2>venv.err || fail "no venv: $(tail -n 3 venv.err)"
if ! python3 -m pip --quiet --disable-pip-version-check --python sdks/bin/python install \
  'segment-analytics-python==2.4.0' 'rudder-sdk-python==2.1.9' 'cloudevents==2.2.0' 'requests>=2.31' 2>pip.err; then
  # No index, no SDKs: said, not passed over.
  echo "sdks: SKIPPED, as they cannot be installed: $(tail -n 1 pip.err)"
  exit 0
fi

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >sdks.yaml <<YAML
log: embedded://log.db
time: {topicIdle: 1h}
http: {port: "off"}
gateway: {port: $port}
auth: {mode: tokens}
sources:
  - {id: shop, kind: server, writeKeys: ["the-key-of-the-shop"], streams: [web, app, custom], sessionType: shop}
YAML
start_gateway sdks.yaml "$port"

sdks/bin/python - "$port" >sent.txt 2>sent.err <<'PYTHON' || fail "the SDKs: $(tail -n 5 sent.err)"
import sys, warnings

warnings.simplefilter("ignore")
import requests
import rudderstack.analytics as rudder
import segment.analytics as segment
from cloudevents.v1.http import CloudEvent, to_binary, to_structured

url, key = f"http://127.0.0.1:{sys.argv[1]}", "the-key-of-the-shop"
flaws, sent = [], 0
segment.write_key, segment.host, segment.gzip = key, url, True
segment.on_error = lambda error, items: flaws.append(f"segment: {error}")
page = {"page": {"url": "https://shop.example.com/a?utm_source=news", "title": "A"}}
for number in range(250):
    who = f"u{number % 5}"
    segment.track(who, "Order Completed", {"total": number, "products": [{"id": 1}]}, context=page, anonymous_id="a" + who)
    sent += 1
segment.identify("u1", {"email": "ada@example.com"}, anonymous_id="au1")
segment.page("u1", "shop", "Home", {"url": "https://shop.example.com/"}, anonymous_id="au1")
segment.group("u1", "g1", anonymous_id="au1")
segment.alias("before", "u1")
segment.screen("u1", "shop", "Main", context={"device": {"id": "d"}}, anonymous_id="au1")
sent += 5
segment.flush()
rudder.write_key, rudder.dataPlaneUrl = key, url
rudder.on_error = lambda error, items: flaws.append(f"rudder: {error}")
for number in range(20):
    rudder.track(f"r{number % 3}", "Item Viewed", {"n": number}, anonymous_id=f"ar{number % 3}", context=page)
    sent += 1
rudder.flush()
for form in (to_binary, to_structured):
    event = CloudEvent(
        {"type": "com.example.page", "source": "/shop"},
        {"eventName": "page_viewed", "customerId": form.__name__, "customerIdType": "cookie"})
    headers, body = form(event)
    answer = requests.post(f"{url}/v1/events?stream=web", data=body, headers={**headers, "Authorization": f"Bearer {key}"})
    if (answer.status_code, answer.json()) != (200, {"accepted": 1, "rejected": []}):
        flaws.append(f"{form.__name__}: {answer.status_code} {answer.text}")
    sent += 1
# A key that is not known is told so, and nothing of it is taken.
answer = requests.post(f"{url}/v1/track", json={"userId": "u", "event": "E"}, auth=("another-key", ""))
if answer.status_code != 401:
    flaws.append(f"an unknown key: {answer.status_code}")
assert not flaws, flaws
print(sent)
PYTHON
wait_for_events log.db "$(<sent.txt)"
stop_run
grep -q "read $(<sent.txt), applied $(<sent.txt), duplicates 0, rejected 0" run.err || fail "$(tail -n 1 run.err)"
! grep -q 'the-key-of-the-shop' run.err || fail "a key is in the log"
echo "sdks: $(<sent.txt) events of three SDKs, all applied"
