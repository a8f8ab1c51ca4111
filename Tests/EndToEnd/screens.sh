#!/usr/bin/env bash
# Each screen of the console: axe finds nothing in light and dark, nothing is lost at 320 pixels and at twice the size, each
# says which permission it lacks; what is predicted is a bar with words; eight tabs have one stream; of 10,000 sessions at most 200
# are in the page. RATE (200) events a second lie beside the figures that are measured: `RATE=1000 SOJOURN=… screens.sh`.
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
- kind: outcome
  id: bought
  displayName: Bought
  journey:
    patterns:
      - {streamType: Web, eventName: purchased, criteria: []}
- kind: actionMap
  id: call-buyers
  displayName: Call first-time buyers back
  triggerWithSegments: [first-time-buyers]
  action: {mediaType: architectFlow, architectFlowFields: {architectFlow: {id: loan-callback}}}
YAML
cat >screens.yaml <<YAML
log: embedded://log.db
commitInterval: 50ms
http: {port: $health}
gateway: {port: $port}
YAML
"$SOJOURN" definitions apply definitions --log embedded://log.db >/dev/null 2>apply.err || fail "$(<apply.err)"
SOJOURN_HTTP_PORT=$health start_gateway screens.yaml "$port"
start_driver "$driver"
# step NAME: one of the steps of screens.py.
step() { python3 "$here/screens.py" "$port" "$health" "$driver" "$1" || fail "$1: $(tail -n 3 run.err)"; }

step fill
# The script of axe is in a package for Python; it is run in the page, and is no part of ours.
if python3 -m pip --quiet --disable-pip-version-check install --no-deps --target axe 'axe-playwright-python==0.1.8' 2>pip.err; then
  axe=$(find axe -name axe.min.js)
  export AXE=$PWD/$axe
  step access
else
  echo "screens: axe SKIPPED, as it cannot be installed: $(tail -n 1 pip.err)"
fi
step zoom
step predicted
if [[ -z $long ]]; then
  stop_run
  echo 'screens.sh: each screen under axe and zoomed, bars of predictions; eight tabs, 10,000 cards, times and each permission with scripts/test --long'
  exit 0
fi
for name in eight many measure; do step "$name"; done
stop_run

python3 - <<'PYTHON'
import hashlib, json
names = ["session", "customer", "event", "eventType", "segment", "outcome", "outcomescores", "sessionType", "visit", "actionmap"]
every = [f"journey:{name}:view" for name in names] + ["sojourn:explain:view", "sojourn:operations:view"]
tokens = {missing: f"token-without-{missing.replace(':', '-')}-0123456789" for missing in every}
listed = [{"subject": f"desk-{i}", "sha256": hashlib.sha256(token.encode()).hexdigest(),
           "permissions": [p for p in every if p != missing]} for i, (missing, token) in enumerate(tokens.items())]
json.dump(tokens, open("tokens.json", "w"))
with open("tokens.yaml", "w") as file:
    file.write(open("screens.yaml").read() + "auth:\n  mode: tokens\n  tokens:\n")
    file.writelines(f"    - {json.dumps(token)}\n" for token in listed)
PYTHON
SOJOURN_HTTP_PORT=$health start_gateway tokens.yaml "$port"
step missing
stop_run
echo 'screens.sh: each screen, for everybody'
