#!/usr/bin/env bash
# Who belongs together is decided by hand, somebody is put into a segment and forgotten: in contacts and sessions, in what
# is kept, after a restart, and found again by a verification.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

log=(--log embedded://shop.db)
on=(--set identity.enabled=on --set commitInterval=50ms "${log[@]}")
start_run shop.db --set identity.enabled=on --set commitInterval=50ms

now() { date -u +%FT%TZ; }
visit() {
  printf '{"id":"%s","eventName":"page_viewed","createdDate":"%s","customerId":"%s","customerIdType":"cookie","traits":{%s}}\n' \
    "$1" "$(now)" "$2" "$3"
}
{
  visit e1 cookie-ada '"email":"ada@example.com","givenName":"Ada"'
  visit e2 cookie-number '"cellPhone":"+15550100"'
  visit e3 cookie-bob '"email":"bob@example.com","givenName":"Bob"'
} >visits.ndjson
"$SOJOURN" publish web visits.ndjson "${log[@]}" 2>>publish.err
wait_for_events shop.db 3

# until_is WHAT COMMAND…: until the command's output has the text.
until_is() {
  local wanted=$1 tries=0
  shift
  while ((tries < 60)); do
    "$@" >shown.txt 2>&1 || true
    grep -q -- "$wanted" shown.txt && return
    sleep 0.3
    tries=$((tries + 1))
  done
  fail "'$*' does not say '$wanted': $(cat shown.txt)"
}
until_is "+15550100" "$SOJOURN" contacts "${on[@]}"

"$SOJOURN" identify claim ada@example.com --identifier phone:+15550100 --dry-run "${on[@]}" >command.json
python3 "$root/scripts/validate-schemas" --schema identity-command command.json >schema.txt || fail "$(tail -n 3 schema.txt)"
"$SOJOURN" identify claim ada@example.com --identifier phone:+15550100 "${on[@]}" 2>>publish.err
# Whoever has waited sees it, also where lanes had to tell each other.
"$SOJOURN" contact ada@example.com "${on[@]}" >shown.txt
grep -q -- "phone +15550100" shown.txt || fail "the claim is not there yet: $(cat shown.txt)"
"$SOJOURN" identify assign ada@example.com --segment vip=30 "${on[@]}" 2>>publish.err
until_is '"segment":{"id":"vip"}' "$SOJOURN" contact ada@example.com --json "${on[@]}"
"$SOJOURN" contacts --json "${on[@]}" >contacts.ndjson
python3 "$root/scripts/validate-schemas" --schema contact contacts.ndjson >schema.txt || fail "$(tail -n 3 schema.txt)"

# Why they are one, from what a restart would find.
"$SOJOURN" explain contact ada@example.com "${on[@]}" >why.txt || fail "$(cat why.txt)"
grep -q "curated by command cli-" why.txt || fail "$(cat why.txt)"
grep -q "^  vip since .* until .*, by command cli-" why.txt || fail "$(cat why.txt)"
"$SOJOURN" explain contact phone:+15550100 --json "${on[@]}" >why.json || fail "$(cat why.json)"
python3 -c 'import json; w = json.load(open("why.json")); assert len(w["identifiers"]) == 2 and w["segments"]' || fail "$(cat why.json)"

# Bob's visit is said to be hers, and that is taken back.
"$SOJOURN" sessions --json "${on[@]}" >sessions.ndjson
visit=$(python3 -c 'import json; print([s["id"] for s in map(json.loads, open("sessions.ndjson")) if s["customerId"] == "cookie-bob"][0])')
"$SOJOURN" identify link ada@example.com "$visit" --dry-run "${on[@]}" >link.json
python3 "$root/scripts/validate-schemas" --schema identity-command link.json >schema.txt || fail "$(tail -n 3 schema.txt)"
"$SOJOURN" identify link ada@example.com "$visit" "${on[@]}" 2>>publish.err
until_is '"level":"curated"' "$SOJOURN" sessions --json "${on[@]}"
"$SOJOURN" identify unlink "$visit" "${on[@]}" 2>>publish.err
until_is '"customer":"Bob"' "$SOJOURN" sessions --json "${on[@]}"

# A replay of the same visits and the same claim finds the same person.
"$SOJOURN" replay --input web=visits.ndjson --input identity=command.json --output replayed \
  --set identity.enabled=on >summary.json || fail "$(cat summary.json)"
grep -q '"commands":1' summary.json || fail "$(cat summary.json)"
python3 "$root/scripts/validate-schemas" --schema replay-summary summary.json >schema.txt || fail "$(tail -n 3 schema.txt)"
python3 -c '
import json
people = [p for p in map(json.loads, open("replayed/contacts.ndjson")) if "mergedTo" not in p]
assert sorted(len(p["identifiers"]) for p in people) == [1, 2], people
' || fail "$(cat replayed/contacts.ndjson)"

# Who is known can be named by an identifier, and nobody decides for next year.
"$SOJOURN" identify merge ada@example.com email:bob@example.com --dry-run "${on[@]}" >merge.json || fail "no merge"
grep -q '"contactIds":\["[^"]*","[^"]*"\]' merge.json || fail "$(cat merge.json)"
if "$SOJOURN" identify verify bob@example.com --at 2100-01-01T00:00:00Z "${on[@]}" 2>wrong.txt; then fail "decided for 2100"; fi
grep -q "time.maxFutureSkew" wrong.txt || fail "$(cat wrong.txt)"

# What is no command is published by nobody here, and rejected where it is.
echo '{"id":"k","createdDate":"'"$(now)"'","operation":"forgive","contactId":"c"}' >wrong.ndjson
if "$SOJOURN" identify file wrong.ndjson "${on[@]}" 2>wrong.txt; then fail "a wrong command was published"; fi
grep -q "operation 'forgive'" wrong.txt || fail "$(cat wrong.txt)"
"$SOJOURN" identify verify contact:nobody --id k-nobody "${on[@]}" 2>>publish.err
until_is "k-nobody" "$SOJOURN" tail contactEvents --from-beginning "${on[@]}"
grep -q '"event":"merged"' shown.txt || fail "nobody was merged: $(cat shown.txt)"

"$SOJOURN" contact ada@example.com --json "${on[@]}" >ada.json
id=$(python3 -c 'import json; print(json.load(open("ada.json"))["id"])')
"$SOJOURN" erase ada@example.com --dry-run "${on[@]}" >commands.ndjson 2>who.txt
grep -q "cookie-number" who.txt || fail "$(cat who.txt)"
grep -q "2 sessions" who.txt || fail "$(cat who.txt)"
python3 "$root/scripts/validate-schemas" --schema identity-command commands.ndjson >schema.txt || fail "$(tail -n 3 schema.txt)"
"$SOJOURN" erase ada@example.com "${on[@]}" >receipt.json 2>>publish.err
until_is "is nobody who is known" "$SOJOURN" contact ada@example.com "${on[@]}"
until_is "is nobody who is known" "$SOJOURN" contact "$id" "${on[@]}"
tries=0
while "$SOJOURN" sessions --json "${on[@]}" >sessions.ndjson && [[ $(wc -l <sessions.ndjson) != 1 ]]; do
  tries=$((tries + 1))
  ((tries < 30)) || fail "not only Bob's session is left: $(cat sessions.ndjson)"
  sleep 0.3
done
until_is "^sessions  \(clean\|awaitsCompaction\)" "$SOJOURN" erasure verify ada@example.com +15550100 cookie-ada "${on[@]}"
"$SOJOURN" erasure verify ada@example.com +15550100 cookie-ada cookie-number "${on[@]}" >left.txt || fail "$(cat left.txt)"
grep -q "^web  expires  2 of 3, gone at " left.txt || fail "$(cat left.txt)"
if "$SOJOURN" erasure verify bob@example.com "${on[@]}" >left.txt 2>&1; then fail "Bob was not found: $(cat left.txt)"; fi

# The same event once more brings nobody back, and a restart neither.
"$SOJOURN" publish web visits.ndjson "${log[@]}" 2>>publish.err
sleep 1
stop_run
start_run shop.db --set identity.enabled=on --set commitInterval=50ms
until_is "Bob" "$SOJOURN" contacts "${on[@]}"
grep -q "ada@example.com" shown.txt && fail "she is back: $(cat shown.txt)"
until_is "^contacts  \(clean\|awaitsCompaction\)" "$SOJOURN" erasure verify ada@example.com +15550100 "${on[@]}"
stop_run
"$SOJOURN" replay --verify --set identity.enabled=on --set commitInterval=50ms "${log[@]}" >verified.txt 2>&1 ||
  fail "$(cat verified.txt)"
# Turned off for a while, commands wait.
starts=$(grep -c "lane 7 runs" shop.db.run)
start_run shop.db --set commitInterval=50ms
until (($(grep -c "lane 7 runs" shop.db.run) > starts)); do sleep 0.1; done
stop_run
start_run shop.db --set identity.enabled=on --set commitInterval=50ms
"$SOJOURN" identify verify bob@example.com "${on[@]}" 2>>publish.err
until_is "Curated\|curated" "$SOJOURN" contact bob@example.com "${on[@]}"
stop_run

# The same over HTTP: each answer comes once the log has the decision, and says whose wrong one it was.
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
SOJOURN_GATEWAY_ENABLED=on start_run shop.db --set identity.enabled=on --set commitInterval=50ms --set "gateway.port=$port"
url="http://localhost:$port/v1/contacts"
until curl -s -o /dev/null "http://localhost:$port/v1/me"; do sleep 0.1; done
bob='{"identifier":{"type":"email","value":"bob@example.com"}'
answer=$(curl -s -D head.txt "$url/segments" -H 'Idempotency-Key: vip-1' -d "$bob,\"assign\":[{\"segment\":\"http-vip\"}]}")
[[ $answer == '{"id":"vip-1","operation":"segments",'* && $(<head.txt) == *202* ]] || fail "segments: $answer"
until_is '"segment":{"id":"http-vip"}' "$SOJOURN" contact bob@example.com --json "${on[@]}"
answer=$(curl -s "$url/verify" -d '{"contact":"bob"}')
[[ $answer == *'"errorCode":"badCommand","fieldName":"contact"'* ]] || fail "a wrong decision: $answer"
"$SOJOURN" contact bob@example.com --json "${on[@]}" >bob.json
bob=$(python3 -c 'import json; print(json.load(open("bob.json"))["id"])')
until_is '"entities":\[{' curl -s "http://localhost:$port/api/v2/externalcontacts/contacts/$bob/journey/sessions"
answer=$(curl -s "$url/erase" -d "{\"contactId\":\"$bob\"}")
[[ $answer == *'"commands":2}'* ]] || fail "an erasure: $answer"
until_is "is nobody who is known" "$SOJOURN" contact bob@example.com "${on[@]}"
until_is '"entities":\[\]' curl -s "http://localhost:$port/v1/sessions"
stop_run
echo "decisions: claimed, assigned, erased; $(tail -n 1 verified.txt)"
