#!/usr/bin/env bash
# The demo ends with the cards that it promises, and leaves nothing behind.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

# promised COMMAND…: ends with the cards.
promised() {
  TMPDIR=$work "$@" >demo.txt || fail "$* ended with $?: $(tail -n 5 demo.txt)"
  python3 - demo.txt <<'PYTHON' || fail "see above: $(cat demo.txt)"
import re
import sys

text = open(sys.argv[1], encoding="utf-8").read()
cards = re.findall(r"╭─.*?╯", text[text.index("The sessions, newest first") :], re.S)


def expect(what, *parts):
    if not any(all(part in card for part in parts) for card in cards):
        sys.exit(f"no card shows {what}")


expect("the delivery with 4 events and its last location", "Delivery", "─ 4 events", "Location: Home", "● delivered")
expect("the call, grey, wrapped up", "[grey]", "Inbound", "Wrap-up: Complaint", "Queue: Support", "Agent: Dana Example")
expect("the transferred call, with the last agent and code", "[grey]", "Inbound", "Wrap-up: Solved", "Agent: Robin Example")
expect("the abandoned chat, white", "[white]", "Web Chat", "Ended by Customer", "Agent: -")
expect("the web visit with its searches", "Web Visit", "Searches: mortgage, first time buyer", "form_submitted")
expect("the visit whose order was likely, and no longer is", "Web Visit", "Purchase █", "%, highest ", "─ 5 events", "product_removed")
expect("the chat that came from a web visit", "[blue]", "Web Chat", "From: web session")
expect("the person's call", "Inbound", "Person: Nora Byrne", "Customer: +35391555010")
expect("the person's visit with its search", "Web Visit", "Person: Nora Byrne", "Searches: junior savings")
expect("the person's earlier visit", "Web Visit", "Person: Nora Byrne", "by cookie", "─ 1 event")
if len(cards) != 10:
    sys.exit(f"{len(cards)} cards instead of 10")
if not re.search(r"^learned from [0-9]{3} sessions: Purchase, AUC 0\.[0-9]{2}$", text, re.M):
    sys.exit("nobody says what was learned")
because = re.search(r"TRIGGER   Second thoughts, 70/30: offered, because of purchase ([0-9]+) %, highest ([0-9]+) %", text)
if not because or int(because[1]) > 30 or int(because[2]) < 70:
    sys.exit(f"no map was triggered by a prediction: {because}")
if "\x1b" in text:
    sys.exit("escape sequences in a file")
PYTHON
}

promised "$SOJOURN" demo --fast
# What scripts/demo builds before the rest plays the same.
alone=$(dirname "$SOJOURN")/sojourn-demo
if [[ -x $alone ]]; then
  promised "$alone" --fast
  status=0
  "$alone" --slow 2>/dev/null || status=$?
  [[ $status == 64 ]] || fail "a wrong argument ended with $status"
fi
# In the console as well, until somebody has seen enough.
TMPDIR=$work "$SOJOURN" demo --web --fast >web.txt 2>web.err &
demo=$!
children+=("$demo")
address=
deadline=$((SECONDS + 60))
until [[ $address ]] && (($(curl -s "$address/v1/sessions?pageSize=100" | grep -o '"selfUri"\|"journeyMap"' | grep -c journeyMap) >= 10)); do
  ((SECONDS < deadline)) && kill -0 "$demo" 2>/dev/null || fail "no ten sessions at '$address': $(tail -n 3 web.txt web.err)"
  sleep 0.3
  address=$(sed -n 's|^The console is at \(http://[^/]*\)/console/live.*|\1|p' web.txt)
done
curl -s "$address/console/live" | grep -q '<title>Sojourn</title>' || fail "no console at $address"
kill -INT "$demo"
status=0
wait "$demo" || status=$?
[[ $status == 0 ]] || fail "demo --web ended with $status: $(tail -n 3 web.err)"
status=0
"$SOJOURN" demo --port 8399 >/dev/null 2>&1 || status=$?
[[ $status == 2 ]] || fail "a port without --web ended with $status"
if compgen -G "$work/sojourn-demo-*" >/dev/null; then
  fail "the demo left its directory behind"
fi
echo "demo: ten cards as promised"
