#!/usr/bin/env bash
# Each element of the agent's view, found by role and name and used: header, list, cards of every state, the opened card, the
# map, what is copied; traits of a contact, and each screen in Chinese without an English word.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

read -r port health driver < <(free_ports 3)
mkdir definitions
cat >definitions/all.yaml <<'YAML'
- kind: segment
  id: first-time-buyers
  displayName: First-time buyers
  color: "#308000"
  journey:
    patterns:
      - streamType: Web
        eventName: form_submitted
        criteria:
          - {key: attributes.type.value, values: [First Time Buyer], operator: equal}
- kind: segment
  id: searchers
  displayName: Searchers
  color: "#a03020"
  journey:
    patterns:
      - {streamType: Web, eventName: searched, criteria: []}
- kind: outcome
  id: bought
  displayName: Bought
  journey:
    patterns:
      - {streamType: Web, eventName: purchased, criteria: []}
- kind: outcome
  id: returned
  displayName: Sent back
  isPositive: false
  journey:
    patterns:
      - {streamType: Web, eventName: sent_back, criteria: []}
- kind: actionMap
  id: call-buyers
  displayName: Call first-time buyers back
  triggerWithSegments: [first-time-buyers]
  action: {mediaType: architectFlow, architectFlowFields: {architectFlow: {id: loan-callback}}}
YAML
cat >elements.yaml <<YAML
log: embedded://log.db
commitInterval: 50ms
identity: {enabled: on}
http: {port: $health}
gateway: {port: $port}
YAML
"$SOJOURN" definitions apply definitions --log embedded://log.db >/dev/null 2>apply.err || fail "$(<apply.err)"
SOJOURN_HTTP_PORT=$health start_gateway elements.yaml "$port"
start_driver "$driver"
# step NAME: one of the steps of elements.py.
step() { python3 "$here/elements.py" "$port" "$health" "$driver" "$1" || fail "$1: $(tail -n 3 run.err)"; }
for name in fill header list states small opened map copies failing traits chinese loads; do step "$name"; done
stop_run

# The same contact, for who may not see contacts.
python3 - <<'PYTHON'
import hashlib, json
every = [f"journey:{name}:view" for name in ("session", "customer", "event", "eventType", "segment", "outcome", "sessionType", "visit")]
token = {"without": "token-without-contacts-0123456789", "with": "token-with-contacts-0123456789", "bare": "token-with-sessions-only-0123456789"}
listed = [{"subject": name, "sha256": hashlib.sha256(text.encode()).hexdigest(),
           "permissions": {"with": every + ["externalContacts:contact:view"], "without": every, "bare": every[:2]}[name]} for name, text in token.items()]
json.dump(token, open("tokens.json", "w"))
with open("tokens.yaml", "w") as file:
    file.write(open("elements.yaml").read() + "auth:\n  mode: tokens\n  tokens:\n")
    file.writelines(f"    - {json.dumps(entry)}\n" for entry in listed)
PYTHON
SOJOURN_HTTP_PORT=$health start_gateway tokens.yaml "$port"
step granted
stop_run
echo 'elements.sh: each element of the agent view, found by role and name and used'
