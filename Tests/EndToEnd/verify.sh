#!/usr/bin/env bash
# A run on the embedded log is verified; after one byte of an output or of a state record is changed, it is not, and the
# place is named.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

options=(--set partitions=4 --set time.topicIdle=1s --set commitInterval=50ms --set checkpointAge=500ms)
start=$((($(date +%s) - 55 * 60) * 1000))
python3 "$here/events.py" --seed 41 --start "$start" --events 3000 input >/dev/null
printf '%s\n' '{"broken' '{"eventName":"x"}' >>input/web.ndjson

# publish KEY PART OF: a part of each file.
publish() {
  local stream
  for stream in web custom conversation; do
    split -n "l/$2/$3" "input/$stream.ndjson" >part.ndjson
    "$SOJOURN" publish "$stream" part.ndjson --key "$1" "${options[@]:0:2}" --log embedded://log.db 2>/dev/null
  done
}

# verify CODE: ends with that code; stdout.txt and stderr.txt hold what it said.
verify() {
  local status=0
  "$SOJOURN" replay --verify "${options[@]}" --log embedded://log.db >stdout.txt 2>stderr.txt || status=$?
  [[ $status == "$1" ]] || fail "--verify ended with $status instead of $1: $(cat stdout.txt stderr.txt)"
}

# member NAME: a number of the summary.
member() { tail -n 1 stdout.txt | python3 -c "import json, sys; print(json.load(sys.stdin)['$1'])"; }

# Stopped, killed and started again, with events under wrong keys in between.
publish customer 1 3
start_run log.db "${options[@]}"
sleep 2
kill -9 "$run"
wait "$run" 2>/dev/null || true
publish event 2 3
start_run log.db "${options[@]}"
publish customer 3 3
# Beside the live processor, whatever it is doing: what is committed is what was reduced.
for _ in 1 2 3 4; do verify 0; done
wait_for_events log.db 3000
sleep 3
stop_run
verify 0
[[ $(member mismatches) == 0 && $(member unverifiable) == 0 ]] || fail "$(cat stdout.txt)"
(($(member events) >= 3002)) || fail "not all events were reduced again: $(cat stdout.txt)"
(($(member restored) > 100)) || fail "hardly any session was compared: $(cat stdout.txt)"
grep -q 'equal$' stdout.txt || fail "no table: $(cat stdout.txt)"
summary=$(tail -n 1 stdout.txt)

# change TOPIC COLUMN SHARE: flips a bit of a record in the middle; prints 'partition offset'.
change() {
  python3 - "$@" <<'PYTHON'
import sqlite3
import sys

topic, column, share = sys.argv[1], sys.argv[2], float(sys.argv[3])
database = sqlite3.connect("log.db")
rows = database.execute(
    f"SELECT r.topic, partition, offset, r.{column} FROM records r JOIN topics t ON t.id = r.topic "
    f"WHERE t.name = ? AND r.{column} IS NOT NULL ORDER BY partition, offset", (topic,)).fetchall()
number, partition, offset, value = rows[len(rows) // 2]
changed = bytearray(value)
changed[int(share * (len(changed) - 1))] ^= 4
database.execute(
    f"UPDATE records SET {column} = ? WHERE topic = ? AND partition = ? AND offset = ?",
    (bytes(changed), number, partition, offset))
database.commit()
print(partition, offset)
PYTHON
}

count=0
for topic in sessions rejected routed redo state; do
  for column in value headers key; do
    # Internal records have no headers, redo no key.
    [[ $topic == redo && $column != value || $topic == state && $column == headers ]] && continue
    [[ $topic == rejected && $column == key ]] && continue
    for share in 0.2 0.6 0.95; do
      # Through SQLite: the file alone may lack what is still in its write-ahead log.
      rm -f whole.db
      python3 -c 'import sqlite3; sqlite3.connect("log.db").backup(sqlite3.connect("whole.db"))'
      read -r partition offset < <(change "$topic" "$column" "$share")
      verify 1
      grep -q "^sojourn: differs: lane [0-9]*, sequence [0-9]*: $topic\[$partition\] offset $offset: " stderr.txt ||
        fail "$topic[$partition] $offset $column at $share: $(cat stderr.txt)"
      [[ $(member mismatches) -ge 1 ]] || fail "the summary says $(tail -n 1 stdout.txt)"
      rm -f log.db-wal log.db-shm whole.db-wal whole.db-shm
      mv whole.db log.db
      count=$((count + 1))
    done
  done
done
verify 0
[[ $(tail -n 1 stdout.txt) == "$summary" ]] || fail "$(tail -n 1 stdout.txt) is not $summary"

# Other settings: said, not failed.
"$SOJOURN" replay --verify "${options[@]}" --set sessions.webGap=7m --log embedded://log.db >stdout.txt 2>stderr.txt ||
  fail "another configuration ended with $?: $(cat stderr.txt)"
grep -q 'cannot be verified: under configuration' stdout.txt || fail "$(cat stdout.txt)"
[[ $(member batches) == 0 ]] || fail "$(cat stdout.txt)"

# Wrong arguments.
for wrong in '--verify --input web=x' '--verify --output x' '--verify --close' '--output x' '--input web=x' ''; do
  status=0
  # Word by word on purpose.
  # shellcheck disable=SC2086
  "$SOJOURN" replay $wrong --log embedded://log.db >stdout.txt 2>stderr.txt || status=$?
  [[ $status == 2 ]] || fail "replay $wrong ended with $status: $(cat stderr.txt)"
done
echo "verify: $count changed bytes named; $summary"
