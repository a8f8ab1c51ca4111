#!/usr/bin/env bash
# An agent says in the console who a visitor is, confirms it, puts her into a segment, and takes back what was wrong.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

for program in chromium chromedriver; do
  command -v "$program" >/dev/null || fail "no $program: scripts/setup --tests installs it"
done
read -r port health driver < <(python3 - <<'PYTHON'
import socket
sockets = [socket.socket() for _ in range(3)]
for each in sockets:
    each.bind(("127.0.0.1", 0))
print(*[each.getsockname()[1] for each in sockets])
PYTHON
)
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
chromedriver --port="$driver" >driver.out 2>&1 &
children+=($!)
deadline=$((SECONDS + 30))
until (: <"/dev/tcp/127.0.0.1/$driver") 2>/dev/null; do
  ((SECONDS < deadline)) || fail "no driver: $(tail -n 3 driver.out)"
  sleep 0.1
done
python3 "$here/persons-console.py" "$port" "$health" "$driver" decide || fail "$(tail -n 3 run.err)"
grep -q 'a decision about a person was taken' run.err || fail "nobody notes who decides: $(tail -n 3 run.err)"
stop_run
echo 'persons-console.sh: claimed, confirmed, assigned, and taken back'
