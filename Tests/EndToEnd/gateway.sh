#!/usr/bin/env bash
# Events over HTTP while the gateway and the processor are killed again and again: each event that was answered with 200 is
# in exactly one session, once. SOJOURN_LONG=1 sends more and kills more.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

total=6400 least=8
if [[ -n $long ]]; then total=100000 least=20; fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
options=(--set time.topicIdle=1h --set commitInterval=50ms)

start_gateway() {
  "$SOJOURN" gateway --log embedded://log.db --set "gateway.port=$port" 2>>gateway.err &
  gateway=$!
  children+=("$gateway")
}

# Without anything to make sure of first: the first lines of the README.
SOJOURN_GATEWAY_ENABLED=on "$SOJOURN" run --quiet --log embedded://first.db --set "gateway.port=$port" 2>first.err &
run=$!
children+=("$run")
deadline=$((SECONDS + 30))
until grep -q "events on http://127.0.0.1:$port" first.err; do
  ((SECONDS < deadline)) || fail "no address: $(cat first.err)"
  sleep 0.1
done
url="http://localhost:$port/v1/events?stream=web"
good="{\"id\":\"3\",\"eventName\":\"page_viewed\",\"createdDate\":$(date +%s)000,\"customerId\":\"ada\"}"
[[ $(curl -s "$url" -d "$good") == '{"accepted":1,"rejected":[]}' ]] || fail "an event: $(curl -s "$url" -d "$good")"
refused=$(curl -s -w ' %{http_code}' "$url" -d "${good/page_viewed/page viewed}")
[[ $refused == *"is 'page viewed', expected letters, digits and underscores"* && $refused == *' 400' ]] ||
  fail "a wrong event: $refused"
wait_for_events first.db 1
# Of a batch the bad one is kept, with the headers that the schema describes; the single one above is not.
curl -s "$url" -d "[$good,${good/page_viewed/page viewed}]" >batch.txt
[[ $(cat batch.txt) == '{"accepted":1,"rejected":[{"index":1,'* ]] || fail "a batch: $(cat batch.txt)"
"$SOJOURN" tail refused --json --log embedded://first.db >refused.ndjson
python3 - "${good/page_viewed/page viewed}" <<'PYTHON' || fail "refused: $(cat refused.ndjson)"
import json, sys
[record] = [json.loads(line) for line in open("refused.ndjson")]
assert (record["key"], record["value"]) == ("local", json.loads(sys.argv[1])), record
open("headers.ndjson", "w").write(json.dumps(record["headers"]))
PYTHON
"$root/scripts/validate-schemas" --schema refused headers.ndjson >validated.txt || fail "$(grep -v passed validated.txt)"
"$SOJOURN" replay --verify --log embedded://first.db >verified 2>&1 || fail "not verified: $(cat verified)"
# The same port for a second one: a warning where nobody asked for it, the end where somebody did.
SOJOURN_GATEWAY_ENABLED=auto timeout 30 "$SOJOURN" run --quiet --log embedded://other.db --set "gateway.port=$port" 2>auto.err &
other=$!
children+=("$other")
deadline=$((SECONDS + 25))
until grep -q 'lane 7 runs' auto.err; do
  ((SECONDS < deadline)) || fail "a taken port stopped it: $(cat auto.err)"
  sleep 0.1
done
grep -q "warning .*gateway.port is $port" auto.err || fail "no warning: $(cat auto.err)"
kill -TERM "$other"
wait "$other" || fail "auto ended with $?"
status=0
SOJOURN_GATEWAY_ENABLED=on timeout 30 "$SOJOURN" run --log embedded://other.db --set "gateway.port=$port" 2>on.err || status=$?
[[ $status == 1 ]] || fail "a taken port ended with $status: $(cat on.err)"
grep -q "critical .*127.0.0.1:$port.*gateway.port" on.err || fail "a taken port: $(cat on.err)"
stop_run

# TLS and signed tokens: another gateway on the same log, with a certificate and a provider's keys made here.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost -keyout server.key -out server.pem 2>/dev/null
secure=(--log embedded://first.db --set "gateway.port=$port" --set gateway.tls.certificate=server.pem
  --set auth.mode=jwt --set auth.jwt.jwksFile=keys.json --set auth.jwt.issuer=provider --set auth.jwt.audience=sojourn)
openssl genrsa -out provider.key 2048 2>/dev/null
python3 "$here/signed_token.py" provider.key first >keys.json
status=0
timeout 30 "$SOJOURN" gateway "${secure[@]}" --set gateway.tls.key=provider.key 2>tls.err || status=$?
[[ $status == 2 ]] || fail "another certificate's key ended with $status: $(cat tls.err)"
grep -q "gateway.tls.key is 'provider.key'" tls.err || fail "another certificate's key: $(cat tls.err)"
"$SOJOURN" gateway "${secure[@]}" --set gateway.tls.key=server.key --set http.port=off 2>tls.err &
gateway=$!
children+=("$gateway")
deadline=$((SECONDS + 30))
until grep -q "events on https://127.0.0.1:$port" tls.err; do
  ((SECONDS < deadline)) || fail "no address: $(cat tls.err)"
  sleep 0.1
done
secure_url="https://localhost:$port/v1/events?stream=web"
# Version of HTTP, kid, permission → status and version.
ask() {
  curl -s -o answer.json -w '%{http_code} %{http_version}' --cacert server.pem "$1" "$secure_url" -d "${good/\"3\"/\"4\"}" \
    -H "Authorization: Bearer $(python3 "$here/signed_token.py" provider.key "$2" "$3")"
}
for version in 1.1 2; do
  [[ $(ask "--http$version" first sojourn:events:add) == "200 $version" ]] || fail "HTTP/$version: $(cat answer.json tls.err)"
done
[[ $(ask --http2 first sojourn:events:view) == '403 2' ]] || fail "no permission: $(cat answer.json)"
[[ $(ask --http2 second sojourn:events:add) == '401 2' ]] || fail "an unknown key: $(cat answer.json)"
# The provider changes its keys; later the file is broken, and the keys from before stay.
python3 "$here/signed_token.py" provider.key second >next.json
mv next.json keys.json
[[ $(ask --http2 second sojourn:events:add) == '200 2' ]] || fail "a new key: $(cat answer.json tls.err)"
[[ $(ask --http2 first sojourn:events:add) == '401 2' ]] || fail "a key that is gone: $(cat answer.json)"
echo '{"keys":[' >keys.json
[[ $(ask --http2 second sojourn:events:add) == '200 2' ]] || fail "a broken file: $(cat answer.json)"
[[ $(grep -c 'error .*auth.jwt.jwksFile' tls.err) == 1 ]] || fail "a broken file was not named once: $(cat tls.err)"
! grep -q 'eyJ' tls.err || fail "a token in the log"
kill -TERM "$gateway"
wait "$gateway" || fail "the gateway ended with $?: $(tail -n 3 tls.err)"

# A token that is made where there is none.
"$SOJOURN" gateway --log embedded://first.db --set "gateway.port=$port" --set http.port=off --set auth.mode=tokens \
  --set auth.tokenFile=token 2>token.err &
gateway=$!
children+=("$gateway")
deadline=$((SECONDS + 30))
until grep -q "events on http://127.0.0.1:$port" token.err; do
  ((SECONDS < deadline)) || fail "no address: $(cat token.err)"
  sleep 0.1
done
grep -q 'a random token was made in token' token.err || fail "no word of the token: $(cat token.err)"
[[ $(curl -s -o answer.json -w '%{http_code}' "$url" -d "$good") == 401 ]] || fail "no token: $(cat answer.json)"
[[ $(curl -s -o answer.json -w '%{http_code}' "$url" -d "$good" -H "Authorization: Bearer $(cat token)") == 200 ]] ||
  fail "the token: $(cat answer.json)"
! grep -q "$(cat token)" token.err || fail "the token is in the log"
kill -TERM "$gateway"
wait "$gateway" || fail "the gateway ended with $?: $(tail -n 3 token.err)"

start_gateway
start_run log.db "${options[@]}"
python3 "$here/senders.py" "$port" "$total" acknowledged.txt >senders.out 2>senders.err &
senders=$!
children+=("$senders")
kills=0
while kill -0 "$senders" 2>/dev/null; do
  sleep "0.$((RANDOM % 9 + 1))"
  ((kills < least * 3)) || { sleep 1; continue; }
  if ((RANDOM % 2)); then
    kill -9 "$gateway" 2>/dev/null || fail "the gateway ended by itself: $(tail -n 3 gateway.err)"
    wait "$gateway" 2>/dev/null || true
    start_gateway
  else
    kill -9 "$run" 2>/dev/null || fail "run ended by itself: $(tail -n 3 log.db.run)"
    wait "$run" 2>/dev/null || true
    start_run log.db "${options[@]}"
  fi
  kills=$((kills + 1))
done
wait "$senders" || fail "the senders: $(tail -n 5 senders.err senders.out)"
((kills >= least)) || fail "only $kills kills"
wait_for_events log.db "$total"
kill -TERM "$gateway"
wait "$gateway" || fail "the gateway ended with $?: $(tail -n 3 gateway.err)"
stop_run
"$SOJOURN" sessions --json --log embedded://log.db >sessions.ndjson
"$SOJOURN" tail rejected --from-beginning --log embedded://log.db >rejected.txt
[[ ! -s rejected.txt ]] || fail "records were rejected: $(head -n 2 rejected.txt)"
python3 - <<'PYTHON' || fail "not each event once after $kills kills"
import json
acknowledged = open("acknowledged.txt").read().split()
shown = [event["id"] for line in open("sessions.ndjson") for event in json.loads(line)["journeyMap"]["events"]]
assert len(acknowledged) == len(set(acknowledged))
assert len(shown) == len(set(shown)), "an event is there twice"
assert set(shown) == set(acknowledged), (len(shown), len(acknowledged))
PYTHON
"$SOJOURN" replay --verify "${options[@]}" --log embedded://log.db >verified 2>&1 || fail "not verified: $(cat verified)"
echo "gateway: $total events, each once after $kills kills; $(cat senders.out)"
