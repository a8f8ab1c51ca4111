#!/usr/bin/env bash
# sojourn.js in a browser, on pages of another origin with a strict policy: page views, moves within a page, clicks, forms,
# identity, a gateway that is killed, pages that are left, an offer that is shown and accepted, and visitors who do not want it.
# All of it becomes one session, once.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

for program in chromium chromedriver; do
  command -v "$program" >/dev/null || fail "no $program: scripts/setup --tests installs it"
done
read -r port shop driver < <(python3 - <<'PYTHON'
import socket
sockets = [socket.socket() for _ in range(3)]
for each in sockets:
    each.bind(("127.0.0.1", 0))
print(*[each.getsockname()[1] for each in sockets])
PYTHON
)
cat >shop.yaml <<YAML
log: embedded://log.db
time: {topicIdle: 1h}
http: {port: "off"}
gateway: {port: $port}
auth: {mode: tokens}
sources:
  - id: shop-web
    kind: browser
    writeKeys: ["key-of-the-shops-pages"]
    deployments: [shop-pages]
    origins: ["http://localhost:$shop"]
    tracking: {searchQueryParameters: [q]}
YAML
start() {
  SOJOURN_GATEWAY_ENABLED=on "$SOJOURN" run --quiet --config shop.yaml 2>>log.db.run &
  run=$!
  children+=("$run")
}
browser() { python3 "$here/browser.py" "$@"; }
sj() { browser run "return $1" >/dev/null; }
# The browser is the driver's child, and would outlive it.
trap 'browser quit >/dev/null 2>&1 || true; cleanup' EXIT

# has TEXT…: until a record of the web has each of the texts.
has() {
  local deadline=$((SECONDS + 20)) text
  for text in "$@"; do
    until "$SOJOURN" tail web --from-beginning --log embedded://log.db 2>/dev/null | grep -qF -- "$text"; do
      ((SECONDS < deadline)) || fail "nothing with $text: $(browser run 'return localStorage.getItem("flaws")')"
      sleep 0.2
    done
  done
}

start
python3 "$here/shop.py" "$shop" "$port" 2>shop.err &
children+=($!)
chromedriver --port="$driver" >driver.out 2>&1 &
children+=($!)
for number in "$port" "$shop" "$driver"; do
  deadline=$((SECONDS + 30))
  until (: <"/dev/tcp/127.0.0.1/$number") 2>/dev/null; do
    ((SECONDS < deadline)) || fail "nobody listens: $(tail -n 3 log.db.run shop.err driver.out)"
    sleep 0.1
  done
done
browser start "$driver"

site=http://localhost:$shop
browser go "$site/bikes?q=cargo+bike&utm_source=news"
has page_viewed
browser click '#inner'
sj "history.pushState({}, '', '/bikes/7'), document.title = 'Bike 7'"
browser type '[name=email]' ada@example.com
browser type '[name=color]' red
browser type '[name=secret]' pass-phrase
browser type '[name=number]' 4111-1111
browser type '[name=form]' x
browser click '#send'
sj "sj('identify', 'crm-7', { email: 'ada@example.com' })"
sj "sj('record', 'order:done', { total: 12.5 }, function (ok) { window.taken = ok; })"
sj "scrollTo(0, 1e6), sj('trackIdleEvents', [{ idleAfterSeconds: 1, eventName: 'idle_1' }])"
has buy_clicked /bikes/7 form_submitted identified order_done footer_seen scrolled_90 idle_1
[[ $(browser run 'return window.taken') == true ]] || fail "a callback said $(browser run 'return window.taken')"

# The gateway dies: what happens meanwhile waits, over a change of pages too.
kill -9 "$run"
wait "$run" 2>/dev/null || true
sj "sj('record', 'while_down')"
deadline=$((SECONDS + 10))
until [[ $(browser run 'return performance.getEntriesByType("resource").filter(function (e) { return e.name.indexOf("/v1/events") > 0 && !e.responseStatus; }).length') != 0 ]]; do
  ((SECONDS < deadline)) || fail "nothing was tried while the gateway was down"
  sleep 0.2
done
browser go "$site/plain.html"
start
has page_viewed
browser go "$site/bikes/8"
has while_down /bikes/8

# A page is left in the middle of a form: a beacon.
browser type '[name=email]' bob
sj "sj('record', 'last_words')"
browser go "$site/plain.html"
has last_words form_abandoned

# Something is offered on a page, shown there once, and accepted.
cat >offer.json <<'JSON'
{"entities":[{"kind":"actionMap","id":"help","displayName":"Help","triggerWithEventConditions":[{"key":"eventName",
 "values":["page_viewed"],"operator":"equal","streamType":"Web","sessionType":"web"}],"activation":{"type":"immediate"},
 "pageUrlConditions":[{"values":["/help"],"operator":"endsWith"}],
 "action":{"mediaType":"webMessagingOffer","webMessagingOfferFields":{"offerText":"May we help?"}}}]}
JSON
"$SOJOURN" definitions apply offer.json --log embedded://log.db >/dev/null
sleep 1
browser go "$site/help"
has /help
deadline=$((SECONDS + 20))
until "$SOJOURN" tail actions --from-beginning --log embedded://log.db 2>/dev/null | grep -qF '"state":"offered"'; do
  ((SECONDS < deadline)) || fail "nothing was offered"
  sleep 0.2
done
sleep 1
sj "window.shown = [], sj('on', 'offer', function (offer) { shown.push(offer.webMessagingOfferProperties.offerText); sj('report', offer.id, 'accepted'); })"
has '"actionState":"accepted"'
[[ $(browser run 'return shown.join()') == '"May we help?"' ]] || fail "shown was $(browser run 'return shown')"
deadline=$((SECONDS + 20))
until "$SOJOURN" tail actions --from-beginning --log embedded://log.db 2>/dev/null | grep -qF '"state":"accepted"'; do
  ((SECONDS < deadline)) || fail "the report changed nothing"
  sleep 0.2
done

# Somebody does not want it, and then does.
browser go "$site/bikes/9"
has /bikes/9
sj "sj('optOut'), sj('record', 'unwanted')"
[[ $(browser run 'return document.cookie') == '"_sj_out=1"' ]] || fail "cookies: $(browser run 'return document.cookie')"
browser go "$site/quiet"
sj "sj('optOut', false), sj('record', 'wanted')"
has wanted

flaws=$(browser run 'return localStorage.getItem("flaws")')
[[ $flaws == null ]] || fail "in the page: $flaws"
stop_run
"$SOJOURN" tail web --from-beginning --json --log embedded://log.db >records.ndjson
"$SOJOURN" sessions --json --no-wait --log embedded://log.db >sessions.ndjson
python3 - "$site" <<'PYTHON' || fail "what came: $(cut -c 1-300 records.ndjson)"
import json, re, sys

site = sys.argv[1]
events = [json.loads(line)["value"] for line in open("records.ndjson")]
named = lambda name: [event for event in events if event.get("eventName") == name]
[report] = {e["id"]: e for e in events if "actionId" in e}.values()
assert report["actionState"] == "accepted", report
text = open("records.ndjson").read()
assert "unwanted" not in text, "an event after optOut"
for secret in ("ada@example.com", "pass-phrase", "4111", "bob"):
    assert all(secret not in json.dumps(event) for event in events if event.get("eventName", "").startswith("form_")), secret
pages = list({e["id"]: e for e in named("page_viewed")}.values())
assert [page["page"]["url"] for page in pages] == [
    site + "/bikes?q=cargo+bike&utm_source=news", site + "/bikes/7", site + "/bikes/8", site + "/help", site + "/bikes/9"], pages
assert pages[0]["searchQuery"] == "cargo bike" and pages[0]["page"]["title"] == "Shop"
assert (pages[1]["page"]["title"], pages[1]["referrerUrl"]) == ("Bike 7", pages[0]["page"]["url"])
assert re.search("Chrom", pages[0]["userAgentString"]) and pages[0]["device"]["screenWidth"] > 0
[click] = {e["id"]: e for e in named("buy_clicked")}.values()
assert click["attributes"] == {"product": "bike"}, click
[form] = {e["id"]: e for e in named("form_submitted")}.values()
assert form["attributes"] == {
    "formName": "Order", "field_color": "red", "fieldsCompleted": "email,color,secret,number,form"}, form["attributes"]
[left] = {e["id"]: e for e in named("form_abandoned")}.values()
assert left["attributes"] == {"formName": "Order", "lastField": "email", "fieldsCompleted": "email"}, left["attributes"]
[who] = {e["id"]: e for e in named("identified")}.values()
assert (who["externalId"], who["traits"]) == ("crm-7", {"userId": "crm-7", "email": "ada@example.com"}), who
[order] = {e["id"]: e for e in named("order_done")}.values()
assert order["attributes"] == {"total": 12.5}, order
visitors = {event["customerId"] for event in events}
assert len(visitors) == 2, "opting out and in again is another visitor"
sessions = [json.loads(line) for line in open("sessions.ndjson")]
assert {session["customerId"] for session in sessions} == visitors
shown = [event["id"] for session in sessions for event in session["journeyMap"]["events"]]
assert len(shown) == len(set(shown)) and set(shown) == {event["id"] for event in events}
print("snippet:", len(shown), "events of a browser, each once")
PYTHON
