#!/usr/bin/env bash
# Sessions over HTTP from a running processor: what was sent is found, also after a kill, after the view's file was damaged and
# after it is gone; tokens see what they grant.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export SOJOURN_GATEWAY_ENABLED=on
url="http://localhost:$port"
options=(--set "gateway.port=$port" --set commitInterval=50ms)

# send ID TITLE: an event of a customer of that id.
send() {
  local body
  body="{\"id\":\"$1\",\"eventName\":\"page_viewed\",\"createdDate\":$(date +%s)000,\"customerId\":\"$1\",\"page\":{\"url\":\"https://shop.example.com/\",\"title\":\"$2\"}}"
  [[ $(curl -s "$url/v1/events?stream=web" -d "$body") == '{"accepted":1,"rejected":[]}' ]] || fail "$1 was not taken"
}

# found QUERY NUMBER: until so many sessions are found.
found() {
  local deadline=$((SECONDS + 40)) answer=
  while ((SECONDS < deadline)); do
    answer=$(curl -s "$url/v1/sessions?$1" || true)
    [[ $(python3 -c 'import json, sys; print(len(json.loads(sys.argv[1]).get("entities", [])))' "${answer:-null}" 2>/dev/null) == "$2" ]] &&
      return
    sleep 0.2
  done
  fail "not $2 sessions of $1: $answer $(tail -n 3 log.db.run)"
}

until_listening() {
  local deadline=$((SECONDS + 40))
  until curl -s -o /dev/null "$url/v1/me"; do
    ((SECONDS < deadline)) || fail "nobody listens: $(tail -n 3 log.db.run)"
    sleep 0.2
  done
}

start_run log.db "${options[@]}"
until_listening
send ada 'Red shoes'
send bob 'Blue hats'
found 'q=red+shoes' 1
found 'pageSize=10' 2
answer=$(curl -s -D head "$url/v1/customers/cookie/ada/sessions")
[[ $answer == *'"title":"Red shoes"'* && $(<head) == *Sojourn-As-Of* ]] || fail "ada's sessions: $answer"

# Whoever shows the token of what he wrote reads what it caused, at once.
for number in {1..20}; do
  body="{\"id\":\"own-$number\",\"eventName\":\"page_viewed\",\"createdDate\":$(date +%s)000,\"customerId\":\"own-$number\",\"page\":{\"url\":\"https://shop.example.com/\",\"title\":\"Own $number\"}}"
  written=$(curl -s -D - -o /dev/null "$url/v1/events?stream=web" -d "$body" | sed -n 's/^sojourn-token: *\([^[:space:]]*\).*/\1/ip')
  [[ $written == v1.* ]] || fail "no token: $written"
  answer=$(curl -s -H "Sojourn-Token: $written" -H 'Prefer: wait=5' "$url/v1/customers/cookie/own-$number/sessions")
  [[ $answer == *"\"title\":\"Own $number\""* ]] || fail "own-$number was not there yet: $answer"
done
[[ $(curl -s -o /dev/null -w '%{http_code}' -H 'Sojourn-Token: v1.eyJ3ZWIiOnsiMCI6OTk5OTk5OX19' -H 'Prefer: wait=0' "$url/v1/sessions") == 503 ]] ||
  fail "an answer without the event that was asked for"

# An event's attributes are beside it, and what became of it is told by its id.
body="{\"id\":\"cart-1\",\"eventName\":\"product_added\",\"createdDate\":$(date +%s)000,\"customerId\":\"ada\",\"attributes\":{\"color\":\"vermilion\"}}"
written=$(curl -s -D - -o /dev/null "$url/v1/events?stream=web" -d "$body" | sed -n 's/^sojourn-token: *\([^[:space:]]*\).*/\1/ip')
fate=$(curl -s -H "Sojourn-Token: $written" -H 'Prefer: wait=5' "$url/v1/events/cart-1")
session=$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["entities"][0]["sessionId"])' "$fate") || fail "fate: $fate"
answer=$(curl -s "$url/api/v2/journey/sessions/$session/events")
[[ $answer == *'"attributes":{"color":{"dataType":"string","value":"vermilion"}}'* ]] || fail "no attributes: $answer"
[[ $(curl -s -o /dev/null -w '%{http_code}' "$url/v1/events/nobody") == 404 ]] || fail "an event that is not there"

kill -9 "$run"
wait "$run" || true
start_run log.db "${options[@]}"
until_listening
send eve 'Red scarves'
found 'q=red' 2
stop_run

views=(log.db.local/views-run-*.db)
dd if=/dev/zero of="${views[0]}" bs=4096 seek=1 count=4 conv=notrunc status=none
printf 'no database' | dd of="${views[0]}" conv=notrunc status=none
start_run log.db "${options[@]}"
until_listening
found 'pageSize=50' 23
grep -q 'the view is made anew' log.db.run || fail "nothing was said of the damaged file: $(tail -n 5 log.db.run)"
stop_run

rm log.db.local/views-run-*
token=$(python3 -c 'print("t" * 32)')
cat >tokens.yaml <<EOF
auth:
  mode: tokens
  tokens:
    - {subject: desk, sha256: "$(printf %s "$token" | sha256sum | cut -d' ' -f1)", permissions: ["journey:session:view"]}
EOF
start_run log.db "${options[@]}" --config tokens.yaml
until_listening
deadline=$((SECONDS + 40))
until [[ $(curl -s -o answer -w '%{http_code}' -H "Authorization: Bearer $token" "$url/v1/sessions") == 200 ]]; do
  ((SECONDS < deadline)) || fail "no list for the token: $(<answer)"
  sleep 0.2
done
[[ $(<answer) == *'"customerId":"••••"'* && $(<answer) != *'Red shoes'* ]] || fail "the token sees too much: $(<answer)"
[[ $(curl -s -o answer -w '%{http_code}' "$url/v1/sessions") == 401 ]] || fail "without a token: $(<answer)"
stop_run

# Two gateways that share the lanes answer as one that has all, and say so when the other one is away.
read -r one two < <(free_ports 2)
python3 -c 'print("p" * 40)' >peers.token
# share PORT NAME LANES PEERS: starts a gateway with some lanes; its process id is in $gateway.
share() {
  local deadline=$((SECONDS + 40))
  "$SOJOURN" gateway --log embedded://shared.db --set "gateway.port=$1" --set "instance=$2" --set http.port=off --set partitions=4 \
    --set "views.lanes=$3" --set "views.peers=$4" --set views.peerTokenFile=peers.token 2>"$2.err" &
  gateway=$!
  children+=("$gateway")
  until curl -s -o /dev/null "http://127.0.0.1:$1/v1/me"; do
    ((SECONDS < deadline)) || fail "gateway $2 does not listen: $(tail -n 3 "$2.err")"
    sleep 0.2
  done
}
start_run shared.db "${options[@]}" --set partitions=4
until_listening
share "$one" one 0-1 "2-3=http://127.0.0.1:$two"
share "$two" two 2-3 "0-1=http://127.0.0.1:$one"
# They hear of each other within a second or two; what a stream is not told before that, it is told to ask for.
sleep 2
curl -sN --max-time 90 "http://127.0.0.1:$one/v1/live?scope=all" >live.out 2>/dev/null &
children+=($!)
tokens=
for number in {1..16}; do
  body="{\"id\":\"s-$number\",\"eventName\":\"page_viewed\",\"createdDate\":$(date +%s)000,\"customerId\":\"shared-$number\",\"page\":{\"url\":\"https://shop.example.com/\",\"title\":\"Shared shelf\"}}"
  written=$(curl -s -D - -o /dev/null "http://127.0.0.1:$one/v1/events?stream=web" -d "$body" | sed -n 's/^sojourn-token: *\([^[:space:]]*\).*/\1/ip')
  # The other one has whatever was written here, whichever lane it is in.
  answer=$(curl -s -H "Sojourn-Token: $written" -H 'Prefer: wait=5' "http://127.0.0.1:$two/v1/customers/cookie/shared-$number/sessions")
  [[ $answer == *'"title":"Shared shelf"'* ]] || fail "shared-$number is not there: $answer $(tail -n 2 two.err)"
  tokens+=${tokens:+,}$written
done
for query in 'pageSize=5' 'q=shared+shelf&pageSize=3' 'q=shared-7' 'type=web&open=true&pageSize=200'; do
  next="/v1/sessions?$query"
  while [[ -n $next ]]; do
    # A session that changes between two questions is asked for again.
    for attempt in {1..5}; do
      for each in "$port" "$one" "$two"; do
        curl -s -H "Sojourn-Token: $tokens" -H 'Prefer: wait=5' "http://127.0.0.1:$each$next" >"page-$each"
      done
      cmp -s "page-$port" "page-$one" && cmp -s "page-$port" "page-$two" && break
      sleep "0.$attempt"
    done
    cmp -s "page-$port" "page-$one" && cmp -s "page-$port" "page-$two" || fail "$next: $(head -c 300 "page-$port") $(head -c 300 "page-$one")"
    next=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1])).get("nextUri", ""))' "page-$port") || fail "$next: $(<"page-$port")"
  done
done
[[ $(grep -c '"id"' "page-$port") -ge 1 ]] || fail "an empty list: $(<"page-$port")"
deadline=$((SECONDS + 20))
until [[ $(grep -o '"customerId":"shared-[0-9]*"' live.out | sort -u | wc -l) -eq 16 ]]; do
  ((SECONDS < deadline)) || fail "a stream tells of too few: $(grep -c '^event: card' live.out) cards"
  sleep 0.2
done
kill -9 "$gateway"
wait "$gateway" || true
answer=$(curl -s "http://127.0.0.1:$one/v1/sessions")
[[ $answer == *"127.0.0.1:$two, which has lanes 2-3"*'"code":"peer.unavailable"'* ]] || fail "nothing is said of the gateway that is away: $answer"
stop_run
echo 'queries.sh: found after a kill, a damaged file and a removed one; a token sees what it grants; two gateways answer as one'
