#!/usr/bin/env bash
# A running processor says how it is: ready, counting, stopping; a standby waits and takes over; a port in use is refused.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

health() { python3 "$here/health.py" "$@"; }

# start_served NAME LOG [OPTION…]: like start_run, with a free port; gives $url.
start_served() {
  local name=$1 log=$2 deadline=$((SECONDS + 30))
  shift 2
  : >"$name.err"
  "$SOJOURN" run --quiet --log "embedded://$log" --set http.port=0 "$@" 2>"$name.err" &
  run=$!
  children+=("$run")
  while ((SECONDS < deadline)); do
    url=$(sed -n 's/^.* health and metrics on //p' "$name.err")
    [[ -n $url ]] && return
    kill -0 "$run" 2>/dev/null || break
    sleep 0.1
  done
  fail "no address: $(cat "$name.err")"
}

total=$(python3 "$here/events.py" --seed 41 --events 2000 --streams web input)
printf '}\n{"id":"1"}\n' >garbage.ndjson
start_served first log.db --set time.topicIdle=1h --set commitInterval=50ms
first=$run first_url=$url
[[ $url == http://127.0.0.1:* ]] || fail "not on loopback: $url"
[[ $(health "$url" wait 200) == '{"ready":true,"reasons":[]}' ]] || fail "readyz: $(health "$url" get /readyz 2>&1)"
[[ $(health "$url" get /livez 2>status) == '{"alive":true}' && $(<status) == 200 ]] || fail "livez: $(<status)"

"$SOJOURN" publish web input/web.ndjson --log embedded://log.db 2>/dev/null
"$SOJOURN" publish web garbage.ndjson --log embedded://log.db 2>/dev/null
health "$url" await sojourn_records_applied_total "$total"
health "$url" await sojourn_lag_records 0
health "$url" await sojourn_records_rejected_total 1 reason=malformedJSON
duplicates=$(($(wc -l <input/web.ndjson) - total))
health "$url" await sojourn_records_duplicate_total "$duplicates"
commits=$(health "$url" metric sojourn_commits_total)
[[ $commits == $(health "$url" metric sojourn_commit_seconds_count) && $commits != 0.0 ]] || fail "commits: $commits"
[[ $(health "$url" metric sojourn_lanes state=running) == 8.0 ]] || fail "not 8 lanes"
[[ $(health "$url" metric sojourn_open_sessions) != 0.0 ]] || fail "no sessions"
[[ $(health "$url" metric process_resident_memory_bytes) != 0.0 ]] || fail "no memory"
health "$url" get /nothing >/dev/null 2>status
[[ $(<status) == 404 ]] || fail "an unknown path: $(<status)"

# The same port again: refused with the address, before anything moves.
status=0
timeout 20 "$SOJOURN" run --log embedded://other.db --set "http.port=${url##*:}" 2>taken.err || status=$?
[[ $status == 1 ]] || fail "a taken port ended with $status: $(cat taken.err)"
grep -q "critical .*${url#http://}.*http.port" taken.err || fail "a taken port: $(cat taken.err)"
# Whoever takes events and answers questions in the same process ends with it.
status=0
SOJOURN_GATEWAY_ENABLED=on timeout -k 5 20 "$SOJOURN" run --log embedded://other.db --set "http.port=${url##*:}" \
  --set gateway.port=0 2>taken.err || status=$?
[[ $status == 1 ]] || fail "a taken port, with a gateway, ended with $status: $(cat taken.err)"

# A second one on the same file is alive, not ready, and says for whom it waits.
start_served second log.db --set instance=second --set commitInterval=50ms
waiting=$(health "$url" wait 503)
[[ $waiting == *'"code":"waiting"'* ]] || fail "a standby: $waiting"
health "$url" get /livez >/dev/null 2>status
[[ $(<status) == 200 ]] || fail "a standby is not alive: $(<status)"

# It takes over from one that is killed. Somebody who hangs on to a connection keeps neither from stopping.
exec 7<>"/dev/tcp/127.0.0.1/${first_url##*:}"
exec 8<>"/dev/tcp/127.0.0.1/${url##*:}"
kill -9 "$first"
wait "$first" 2>/dev/null || true
health "$url" wait 200 >/dev/null
restored=$(health "$url" metric sojourn_restores_total)
[[ $restored == 8.0 ]] || fail "$restored lanes restored"
kill -TERM "$run"
stopped=0
for _ in $(seq 100); do
  kill -0 "$run" 2>/dev/null || { stopped=1; break; }
  sleep 0.1
done
((stopped)) || fail "an open connection keeps the process from stopping"
wait "$run" || fail "run ended with $?: $(tail -n 3 second.err)"

# Without a port nothing listens.
"$SOJOURN" run --quiet --log embedded://log.db --set http.port=off 2>off.err &
run=$!
children+=("$run")
sleep 1
stop_run_off() { kill -TERM "$run" && wait "$run"; }
stop_run_off || fail "run ended with $?: $(cat off.err)"
if grep -q 'health and metrics' off.err; then fail "served although off"; fi
echo "health: ready, ${commits%.0} commits counted, a standby that takes over, a taken port refused"
