#!/usr/bin/env bash
# Five questions that somebody who has read nothing answers in the console alone: why a trigger fired, why another one did not,
# what a customer searched for, how last week's call was wrapped up, and what a changed segment would have changed. The answers
# are those of `sojourn explain` and `sojourn whatif`.
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
  id: cargo
  displayName: Looks for cargo bikes
  journey:
    patterns:
      - streamType: Web
        eventName: product_viewed
        criteria:
          - {key: attributes.category.value, values: [Cargo], operator: equal}
- kind: actionMap
  id: call-buyers
  displayName: Call first-time buyers back
  triggerWithSegments: [first-time-buyers]
  action:
    mediaType: architectFlow
    architectFlowFields:
      architectFlow: {id: loan-callback}
- kind: actionMap
  id: cargo-week
  displayName: Cargo bike week
  triggerWithSegments: [cargo]
  action:
    mediaType: architectFlow
    architectFlowFields:
      architectFlow: {id: cargo-week}
YAML
cat >walks.yaml <<YAML
log: embedded://log.db
commitInterval: 50ms
http: {port: $health}
gateway: {port: $port}
YAML
"$SOJOURN" definitions apply definitions --log embedded://log.db >/dev/null 2>apply.err || fail "$(<apply.err)"
SOJOURN_HTTP_PORT=$health start_gateway walks.yaml "$port"
start_driver "$driver"
for name in fill fired held_back searches wrapup proposed; do
  python3 "$here/walks.py" "$port" "$health" "$driver" "$name" || fail "$name: $(tail -n 3 run.err)"
done

# The console and the commands say the same, to the letter.
session=$(<session.txt)
for definition in call-buyers cargo-week; do
  "$SOJOURN" explain "$session" "$definition" --log embedded://log.db >explained.txt
  cmp explained.txt "console-$definition.txt" || fail "the console explains $definition otherwise: $(diff explained.txt "console-$definition.txt")"
done
status=0
"$SOJOURN" whatif proposed.json --log embedded://log.db >compared.txt 2>whatif.err || status=$?
[[ $status == 3 ]] || fail "whatif ended with $status: $(<whatif.err)"
cmp compared.txt console-whatif.txt || fail "the console compares otherwise: $(diff compared.txt console-whatif.txt)"
stop_run
echo 'walks.sh: five questions, answered in the console alone'
