#!/usr/bin/env bash
# What somebody meets in the first hour: files in any usual form, messages that name path and reason, commands that wait for what was
# just published, log lines in one form, and a terminal that closes.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

# ended CODE COMMAND…: the command ends with the code; stdout.txt and stderr.txt have what it said.
ended() {
  local code=$1 status=0
  shift
  timeout 60 "$@" >stdout.txt 2>stderr.txt || status=$?
  [[ $status == "$code" ]] || fail "$*: ended with $status instead of $code: $(tail -n 3 stdout.txt stderr.txt)"
}

# said FILE TEXT…: a line of the file has it.
said() {
  local file=$1 text
  shift
  for text in "$@"; do
    grep -qF -- "$text" "$file" || fail "no '$text' in $file: $(cat "$file")"
  done
}

one='{"id":"1","eventName":"page_viewed","createdDate":"2026-01-05T10:00:00Z","customerId":"ada","page":{"title":"Home"}}'
two='{"id":"2","eventName":"page_viewed","createdDate":"2026-01-05T10:01:00Z","customerId":"ada","page":{"title":"Cart"}}'

# --- Files in any usual form give the same records -------------------------------------------------------------------
printf '%s\n%s\n' "$one" "$two" >web.ndjson
printf '\xef\xbb\xbf%s\n%s\n' "$one" "$two" >bom-web.ndjson
gzip -c web.ndjson >web.ndjson.gz
printf '[%s,\n %s]\n' "$one" "$two" >array-web.json
python3 -c 'import json,sys
for line in open("web.ndjson"): print(json.dumps(json.loads(line), indent=2))' >pretty-web.json
"$SOJOURN" replay --input web=web.ndjson --output expected --close >expected.json
for file in bom-web.ndjson web.ndjson.gz array-web.json pretty-web.json; do
  ended 0 "$SOJOURN" check "$file"
  said stdout.txt "$file: web, 2 events, no findings"
  ended 0 "$SOJOURN" replay --input "web=$file" --output out --close
  cmp stdout.txt expected.json || fail "$file gives $(cat stdout.txt)"
  cmp out/sessions.ndjson expected/sessions.ndjson || fail "$file gives other sessions"
  ended 0 "$SOJOURN" publish web "$file" --log embedded://forms.db
  said stderr.txt 'published 2 records to web'
done
ended 0 "$SOJOURN" publish web - --log embedded://forms.db <web.ndjson.gz
said stderr.txt 'published 2 records to web'

# --- What cannot be read or written: path and reason -----------------------------------------------------------------
mkdir folder
: >empty.ndjson
head -c 40 web.ndjson.gz >cut.gz
printf 'PK\x03\x04rest' >web.zip
ended 2 "$SOJOURN" publish web folder
said stderr.txt "publish: FILE is 'folder', expected a readable file: it is a folder"
ended 2 "$SOJOURN" replay --input web=missing --output out
said stderr.txt "replay: --input is 'missing', expected a readable file: there is no such file or folder"
ended 2 "$SOJOURN" replay --input web=web.ndjson --output web.ndjson/out
said stderr.txt "replay: --output is 'web.ndjson/out', expected a folder to write to: "
ended 2 "$SOJOURN" replay --input web=web.ndjson --output out --definitions missing
said stderr.txt "replay: --definitions is 'missing', expected a readable file or folder"
ended 1 "$SOJOURN" check cut.gz --stream web
said stderr.txt 'sojourn: cut.gz: the gzip data ends early: the file is cut off'
ended 1 "$SOJOURN" check web.zip --stream web
said stderr.txt 'sojourn: web.zip: it is a zip archive; expected JSON in UTF-8'
ended 0 "$SOJOURN" check empty.ndjson
said stdout.txt 'empty.ndjson: empty, no events'
ended 0 "$SOJOURN" publish web empty.ndjson --log embedded://forms.db
said stderr.txt 'published no records to web: empty.ndjson is empty'
ended 0 "$SOJOURN" replay --input web=empty.ndjson --output out
said stderr.txt 'sojourn: replay: --input web=empty.ndjson is empty'
ended 2 "$SOJOURN" sessions --config folder
said stderr.txt "command line: --config is 'folder', expected a readable file: it is a folder"
SOJOURN_CONFIG=nowhere.yaml ended 2 "$SOJOURN" sessions
said stderr.txt "environment: SOJOURN_CONFIG is 'nowhere.yaml', expected a readable file"
ended 2 "$SOJOURN" sessions --log nowhere
said stderr.txt "--log: log is 'nowhere', expected embedded://PATH"
SOJOURN_LOG=embedded://none.db ended 2 "$SOJOURN" sessions
said stderr.txt "environment SOJOURN_LOG: log is 'embedded://none.db', expected an existing log"
ended 2 "$SOJOURN" publish web web.ndjson --log embedded://none/log.db
said stderr.txt "--log: log is 'embedded://none/log.db', expected the path of a file to write to: the folder '$work/none' does not exist"
ended 2 "$SOJOURN" publish web web.ndjson --log embedded://folder
said stderr.txt "--log: log is 'embedded://folder', expected the path of a file to write to: it is a folder"
for file in stdout.txt stderr.txt; do
  if grep -q 'NSCocoaErrorDomain\|could not be completed' "$file"; then fail "raw words of the system: $(cat "$file")"; fi
done

# A source that fails on the way: what is in the log by then is reported.
python3 - >many.ndjson <<'PYTHON'
import hashlib

for number in range(30000):
    name = hashlib.sha256(b"%d" % number).hexdigest()
    print('{"id":"%s","eventName":"x","createdDate":"2026-01-05T10:00:00Z","customerId":"%s"}' % (name, name[:40]))
PYTHON
gzip -c many.ndjson >many.gz
head -c "$(($(stat -c %s many.gz) / 2))" many.gz >half.gz
status=0
"$SOJOURN" publish web half.gz --log embedded://half.db 2>stderr.txt || status=$?
[[ $status == 1 ]] || fail "half a file ended with $status"
durable=$(sed -n 's/^sojourn: half.gz: the gzip data ends early: .*; \([0-9]*\) records before that are durable.*/\1/p' stderr.txt)
[[ -n $durable ]] || fail "no number of durable records: $(cat stderr.txt)"
held=$("$SOJOURN" tail web --from-beginning --log embedded://half.db | wc -l)
[[ $durable == "$held" ]] || fail "said that $durable records are durable, the log has $held"

# --- Near misses are named, never refused ----------------------------------------------------------------------------
echo '{"id":"1","eventName":"ended","createdDate":"2026-01-05T10:00:00Z","customerId":"ada","conversationId":"c","wrapup":"x","chanels":[]}' >conversation.ndjson
ended 0 "$SOJOURN" check conversation.ndjson
said stdout.txt "conversation.ndjson:1: note: member 'chanels' is not read, nearest is 'channels' (1 event)" \
  "conversation.ndjson:1: note: member 'wrapup' is not read, nearest is 'userDisposition' (1 event)" \
  'conversation.ndjson: conversation, 1 event, no findings, 2 notes'

# --- Commands wait for what was just published, and where nobody processes it that is said -------------------------------
ended 0 "$SOJOURN" publish web web.ndjson --log embedded://log.db
ended 0 "$SOJOURN" sessions --log embedded://log.db
said stderr.txt "no processor runs group 'sojourn' on embedded://log.db, and 2 records wait: 'sojourn run' processes them"
ended 0 "$SOJOURN" sessions --no-wait --log embedded://log.db
if grep -q 'processor' stderr.txt; then fail "--no-wait waited: $(cat stderr.txt)"; fi
# Whoever runs this under nohup has it ignored.
env --default-signal=HUP "$SOJOURN" run --quiet --log embedded://log.db --set logging.format=json 2>run.json &
run=$!
children+=("$run")
for number in 1 2 3 4 5; do
  now=$(date -u +%FT%TZ)
  echo '{"id":"'"$number"'","eventName":"page_viewed","createdDate":"'"$now"'","customerId":"eve'"$number"'"}' |
    "$SOJOURN" publish web - --log embedded://log.db 2>/dev/null
  ended 0 "$SOJOURN" sessions --json --customer "eve$number" --log embedded://log.db
  said stdout.txt "\"customerId\":\"eve$number\""
done

# --- The beginning of an id is enough --------------------------------------------------------------------------------
id=$("$SOJOURN" sessions --json --customer eve1 --log embedded://log.db | python3 -c 'import json,sys; print(json.loads(sys.stdin.readline())["id"])')
ended 0 "$SOJOURN" session "${id:0:8}" --json --log embedded://log.db
said stdout.txt "\"id\":\"$id\""
ended 2 "$SOJOURN" session "${id:0:3}" --log embedded://log.db
ended 1 "$SOJOURN" session 00000000-0000 --log embedded://log.db
said stderr.txt "there is no session '00000000-0000' on topic sessions of embedded://log.db"

# --- A conversation's session lives where its conversation does: --customer finds it all the same ---------------------
echo '{"topicName":"v2.detail.events.conversation.x.customer.start","eventBody":{"eventTime":'"$(date +%s000)"',"conversationId":"5f9b2c1e-0000-4000-8000-000000000001","participantId":"p","sessionId":"s","mediaType":"VOICE","direction":"INBOUND","ani":"tel:+353871234567"}}' >detail.json
ended 0 "$SOJOURN" publish conversation detail.json --log embedded://log.db
ended 0 "$SOJOURN" sessions --json --log embedded://log.db
customer=$(python3 -c 'import json
print(next(s["customerId"] for s in map(json.loads, open("stdout.txt")) if s["type"] == "conversation"))')
ended 0 "$SOJOURN" sessions --json --customer "$customer" --log embedded://log.db
said stdout.txt '"type":"conversation"'

# --- Rejections carry the numbers ------------------------------------------------------------------------------------
echo '{"id":"9","eventName":"x","createdDate":"2099-01-01T00:00:00Z","customerId":"eve1"}' |
  "$SOJOURN" publish web - --log embedded://log.db 2>/dev/null
ended 0 "$SOJOURN" tail rejected --json --log embedded://log.db
python3 - <<'PYTHON' || fail "see above: $(cat stdout.txt)"
import json
import re

record = json.loads(open("stdout.txt", encoding="utf-8").read().splitlines()[-1])
assert record["topic"] == "rejected" and record["value"]["id"] == "9" and record["key"] == "eve1", record
text = record["headers"]["sojourn-explanation"]
assert re.fullmatch(
    r"createdDate 2099-01-01T00:00:00.000Z lies [0-9.]+ s after the wall clock \S+Z; time.maxFutureSkew allows 300 s", text), text
PYTHON

# --- Log lines are JSON, every one; a terminal that closes ends it as TERM does ---------------------------------------
kill -HUP "$run"
wait "$run" || fail "SIGHUP ended it with $?: $(tail -n 3 run.json)"
python3 - <<'PYTHON' || fail "see above: $(cat run.json)"
import json

lines = [json.loads(line) for line in open("run.json", encoding="utf-8")]
assert all(line["time"].endswith("Z") and line["level"] and line["logger"] and line["message"] for line in lines)
assert "stopped: read" in lines[-1]["message"], lines[-1]
PYTHON
start_run log.db
for _ in $(seq 100); do
  grep -q 'lane 7 runs' log.db.run 2>/dev/null && break
  sleep 0.1
done
stop_run
grep -qE '^[0-9]{4}-[0-9-]{5}T[0-9:.]{12}Z notice   stopped: read' log.db.run || fail "log lines: $(tail -n 2 log.db.run)"
if grep -qvE '^[0-9]{4}-[0-9-]{5}T[0-9:.]{12}Z (info|notice|warning|error|critical) ' log.db.run; then
  fail "a line of another form: $(grep -vE '^[0-9]{4}-' log.db.run)"
fi

# librdkafka's lines look the same; nobody listens on that port.
for form in text json; do
  timeout 5 "$SOJOURN" run --log kafka://127.0.0.1:1 --set "logging.format=$form" 2>"kafka.$form" || true
done
grep -qE '^[0-9]{4}-[0-9-]{5}T[0-9:.]{12}Z error    .*127\.0\.0\.1:1.* facility=FAIL$' kafka.text || fail "$(cat kafka.text)"
python3 - <<'PYTHON' || fail "see above: $(cat kafka.json)"
import json

lines = [json.loads(line) for line in open("kafka.json", encoding="utf-8")]
assert any(line["logger"] == "sojourn.log" and line.get("facility") == "FAIL" for line in lines), lines
PYTHON

# Under nohup it stays.
nohup "$SOJOURN" run --quiet --log embedded://log.db >/dev/null 2>nohup.run &
run=$!
children+=("$run")
for _ in $(seq 100); do
  grep -q 'lane 7 runs' nohup.run && break
  sleep 0.1
done
kill -HUP "$run"
sleep 0.5
kill -0 "$run" 2>/dev/null || fail "nohup did not keep it: $(tail -n 2 nohup.run)"
stop_run

# --- Scripts can ask whether definitions differ ----------------------------------------------------------------------
mkdir -p definitions/segments
printf 'id: s\ndisplayName: S\ncolor: "#308000"\njourney:\n  patterns:\n    - {streamType: Web, eventName: page_viewed, criteria: [{key: eventName, values: [page_viewed], operator: equal}]}\n' \
  >definitions/segments/s.yaml
ended 3 "$SOJOURN" definitions diff --exit-code definitions --log embedded://log.db
ended 0 "$SOJOURN" definitions diff definitions --log embedded://log.db
ended 0 "$SOJOURN" definitions apply definitions --log embedded://log.db
ended 0 "$SOJOURN" definitions diff --exit-code definitions --log embedded://log.db

# --- The verdict is in the last line -----------------------------------------------------------------------------
ended 0 "$SOJOURN" simulate --seeds 1..2
[[ $(tail -n 1 stdout.txt) == 'sound: 2 seeds, 0 failed' ]] || fail "verdict: $(tail -n 2 stdout.txt)"
ended 1 "$SOJOURN" simulate --seeds 1..1 --require-all-faults
[[ $(tail -n 1 stdout.txt) == 'FAILED: '*' classes of faults never struck ('* ]] || fail "verdict: $(tail -n 2 stdout.txt)"

echo "first-hour: $durable records durable of half a file"
