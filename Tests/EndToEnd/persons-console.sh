#!/usr/bin/env bash
# An agent says in the console who a visitor is, confirms it, puts her into a segment, and takes back what was wrong.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

read -r port health driver < <(free_ports 3)
mkdir definitions
cat >definitions/vip.yaml <<'YAML'
- kind: segment
  id: vip
  displayName: Very important
  journey:
    patterns:
      - streamType: Web
        eventName: never_sent
        criteria: []
YAML
cat >persons.yaml <<YAML
log: embedded://log.db
commitInterval: 50ms
identity: {enabled: on}
http: {port: $health}
gateway: {port: $port}
YAML
"$SOJOURN" definitions apply definitions --log embedded://log.db >/dev/null 2>apply.err || fail "$(<apply.err)"
SOJOURN_HTTP_PORT=$health start_gateway persons.yaml "$port"
start_driver "$driver"
python3 "$here/persons-console.py" "$port" "$health" "$driver" decide || fail "$(tail -n 3 run.err)"
grep -q 'a decision about a person was taken' run.err || fail "nobody notes who decides: $(tail -n 3 run.err)"
stop_run
echo 'persons-console.sh: claimed, confirmed, assigned, and taken back'
