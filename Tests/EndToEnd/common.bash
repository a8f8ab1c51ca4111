# What the checks share; sourced, not run. Gives $SOJOURN, $work (removed at the end) and the functions below.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here="$root/Tests/EndToEnd"
SOJOURN=${SOJOURN:-"$root/.build/debug/sojourn"}
SOJOURN=$(realpath "$SOJOURN")
# Not for the command, which takes every SOJOURN_ variable for a key of its configuration.
long=${SOJOURN_LONG:-}
unset SOJOURN_LONG
# Checks run several processors at a time: those that look at health ask for a port themselves.
export SOJOURN_HTTP_PORT=${SOJOURN_HTTP_PORT:-off}
# The same for those that look at events over HTTP.
export SOJOURN_GATEWAY_ENABLED=${SOJOURN_GATEWAY_ENABLED:-off}
work=$(mktemp -d)
children=()

cleanup() {
  local child
  for child in ${children[@]+"${children[@]}"}; do
    kill -9 "$child" 2>/dev/null || true
  done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  # What processors said last: mostly why.
  tail -n 5 ./*.run >&2 2>/dev/null || true
  exit 1
}

# start_run LOG [OPTION…]: starts a processor in the background; its process id is in $run.
start_run() {
  local log=$1
  shift
  "$SOJOURN" run --quiet --log "embedded://$log" "$@" 2>>"$log.run" &
  run=$!
  children+=("$run")
}

# start_gateway CONFIGURATION PORT: starts a processor that takes events over HTTP, and waits until it does; what it says
# is in run.err, its process id in $run.
start_gateway() {
  local deadline=$((SECONDS + 30))
  SOJOURN_GATEWAY_ENABLED=on "$SOJOURN" run --quiet --config "$1" 2>run.err &
  run=$!
  children+=("$run")
  until grep -q "events on http://127.0.0.1:$2" run.err; do
    ((SECONDS < deadline)) || fail "no address: $(cat run.err)"
    sleep 0.1
  done
}

# start_driver PORT: what drives a browser; stops the check where there is no browser.
start_driver() {
  local program deadline=$((SECONDS + 30))
  for program in chromium chromedriver; do
    command -v "$program" >/dev/null || fail "no $program: scripts/setup --tests installs it"
  done
  chromedriver --port="$1" >driver.out 2>&1 &
  children+=($!)
  until (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
    ((SECONDS < deadline)) || fail "no driver: $(tail -n 3 driver.out)"
    sleep 0.1
  done
}

# free_ports COUNT: ports that nobody listens at now, on one line.
free_ports() {
  python3 - "$1" <<'PYTHON'
import socket, sys
sockets = [socket.socket() for _ in range(int(sys.argv[1]))]
for each in sockets:
    each.bind(("127.0.0.1", 0))
print(*[each.getsockname()[1] for each in sockets])
PYTHON
}

# stop_run: asks the processor to stop and waits for it.
stop_run() {
  kill -TERM "$run"
  wait "$run" || fail "run ended with $?: $(tail -n 3 "$work"/*.run)"
}

# wait_for_events LOG NUMBER: until the sessions hold that many events, as no event may be lost or counted twice.
wait_for_events() {
  local log=$1 number=$2 deadline=$((SECONDS + 40)) held=
  while ((SECONDS < deadline)); do
    held=$("$SOJOURN" sessions --json --no-wait --log "embedded://$log" | python3 "$here/sessions.py" count)
    [[ "$held" == "$number" ]] && return
    sleep 0.3
  done
  fail "$log holds $held events, not $number: $(tail -n 3 "$log.run")"
}
