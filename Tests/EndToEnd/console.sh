#!/usr/bin/env bash
# The console in a browser: what an agent sees and does, by mouse and by keys alone, texts that would like to be code, many
# sessions, who is here now, lanes, two tabs with one stream, 320 pixels, a server that stops, and permissions that are missing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

read -r port health driver < <(free_ports 3)
mkdir definitions
cat >definitions/segments.yaml <<'YAML'
id: first-time-buyers
displayName: First-time buyers
color: "#308000"
journey:
  patterns:
    - streamType: Web
      eventName: form_submitted
      criteria:
        - {key: attributes.type.value, values: [First Time Buyer], operator: equal}
YAML
cat >console.yaml <<YAML
log: embedded://log.db
commitInterval: 50ms
http: {port: $health}
gateway: {port: $port}
YAML
start() {
  SOJOURN_GATEWAY_ENABLED=on SOJOURN_HTTP_PORT=$health "$SOJOURN" run --quiet --config "$1" 2>>log.db.run &
  run=$!
  children+=("$run")
  local deadline=$((SECONDS + 40))
  until [[ $(curl -s -o /dev/null -w '%{http_code}' "localhost:$port/v1/sessions") =~ ^(200|401)$ ]]; do
    ((SECONDS < deadline)) || fail "nobody answers: $(tail -n 3 log.db.run)"
    sleep 0.2
  done
}
# step NAME: one of the steps of console.py.
step() { python3 "$here/console.py" "$port" "$health" "$driver" "$1" || fail "$1: $(tail -n 3 log.db.run)"; }

start console.yaml
"$SOJOURN" definitions apply definitions --log embedded://log.db >/dev/null
start_driver "$driver"
for name in agent keyboard hostile long live operate tabs narrow; do step "$name"; done

# The server goes while a page looks at it, and comes back.
python3 "$here/console.py" "$port" "$health" "$driver" away >away.out 2>&1 &
page=$!
children+=("$page")
said() {
  local deadline=$((SECONDS + 60))
  until grep -q "$1" away.out; do
    ((SECONDS < deadline)) && kill -0 "$page" 2>/dev/null || fail "not $1: $(<away.out)"
    sleep 0.2
  done
}
said ready
kill -9 "$run"
wait "$run" || true
said seen
start console.yaml
wait "$page" || fail "away: $(<away.out)"
stop_run

python3 - <<'PYTHON'
import hashlib, json
names = ["session", "customer", "event", "eventType", "segment", "outcome", "outcomescores", "sessionType", "visit"]
every = [f"journey:{name}:view" for name in names]
tokens = {missing: f"token-without-{missing.replace(':', '-')}-0123456789" for missing in every + ["none"]}
listed = [{"subject": f"desk-{i}", "sha256": hashlib.sha256(token.encode()).hexdigest(),
           "permissions": [p for p in every if p != missing]} for i, (missing, token) in enumerate(tokens.items())]
json.dump(tokens, open("tokens.json", "w"))
with open("tokens.yaml", "w") as file:
    file.write(open("console.yaml").read() + "auth:\n  mode: tokens\n  tokens:\n")
    file.writelines(f"    - {json.dumps(token)}\n" for token in listed)
PYTHON
start tokens.yaml
step permissions
stop_run
echo 'console.sh: seen, used and understood in a browser'
