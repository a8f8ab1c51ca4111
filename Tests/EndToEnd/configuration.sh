#!/usr/bin/env bash
# Wrong configuration stops at the start with code 2 and says key, value and what was expected; later sources win.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"

# refused CODE TEXT… -- COMMAND…: the command ends with the code, and standard error has every text in one line.
refused() {
  local code=$1 texts=() status=0 line text
  shift
  while [[ $1 != -- ]]; do
    texts+=("$1")
    shift
  done
  shift
  timeout 20 "$@" >stdout.txt 2>stderr.txt || status=$?
  [[ $status == "$code" ]] || fail "$*: ended with $status instead of $code: $(cat stderr.txt)"
  line=$(grep '^sojourn: ' stderr.txt || true)
  for text in "${texts[@]}"; do
    [[ $line == *"$text"* ]] || fail "$*: no '$text' in: $line"
  done
}

echo 'partitons: 4' >unknown.yaml
refused 2 unknown.yaml:1 partitons "'4'" 'nearest is partitions' -- "$SOJOURN" topics plan --config unknown.yaml
printf 'group: g\ntime:\n  topicIdle: soon\n' >wrong.yaml
refused 2 wrong.yaml:3 time.topicIdle "'soon'" 'a duration' -- "$SOJOURN" run --config wrong.yaml
echo '  : - ][' >broken.yaml
refused 2 broken.yaml YAML -- "$SOJOURN" run --config broken.yaml
refused 2 --config nowhere.yaml 'a readable file' -- "$SOJOURN" run --config nowhere.yaml
refused 2 --set partitions "'many'" 'a whole number' -- "$SOJOURN" topics plan --set partitions=many
refused 2 --set "'partitions'" KEY=VALUE -- "$SOJOURN" topics plan --set partitions
refused 2 SOJOURN_SNAPSHOTS "'all'" 'changes, milestones or ends' -- env SOJOURN_SNAPSHOTS=all "$SOJOURN" topics plan
refused 2 wrong.yaml:1 finalSnapshots "'late'" 'separate, with-end or never' -- \
  bash -c 'echo "finalSnapshots: late" >wrong.yaml && exec "$0" topics plan --config wrong.yaml' "$SOJOURN"
refused 2 SOJOURN_PARTITIO environment -- env SOJOURN_PARTITIO=1 "$SOJOURN" topics plan
refused 2 log "'mysql://x'" embedded://PATH -- "$SOJOURN" topics plan --log mysql://x
refused 2 STREAM "'wbe'" 'one of web' -- "$SOJOURN" publish wbe - </dev/null
refused 2 FILE "'absent.ndjson'" readable -- "$SOJOURN" publish web absent.ndjson
refused 2 log absent.db existing -- "$SOJOURN" sessions --log embedded://absent.db
refused 2 --input "'web'" STREAM=FILE -- "$SOJOURN" replay --input web --output out
refused 2 'kafka property' linger.mz '(hidden)' -- \
  "$SOJOURN" topics plan --log kafka://127.0.0.1:1 --set kafka.linger.mz=5
[[ ! -e absent.db ]] || fail "a reader created a log"

"$SOJOURN" topics apply --log embedded://log.db >/dev/null
refused 2 topic "'absent'" sessions -- "$SOJOURN" tail absent --log embedded://log.db
refused 1 00000000-0000-5000-8000-000000000000 -- \
  "$SOJOURN" session 00000000-0000-5000-8000-000000000000 --log embedded://log.db
refused 1 partitions 8 9 -- "$SOJOURN" topics plan --log embedded://log.db --set partitions=9
status=0
"$SOJOURN" nonsense >/dev/null 2>&1 || status=$?
[[ $status == 64 ]] || fail "a wrong command line ended with $status"

# File, environment, --set: the later one wins.
planned() { "$SOJOURN" topics plan --log embedded://none.db "$@" | sed -n 's/.*  web  partitions=\([0-9]*\).*/\1/p'; }
echo 'partitions: 3' >three.yaml
[[ $(planned) == 8 ]] || fail "default: $(planned)"
[[ $(planned --config three.yaml) == 3 ]] || fail "the file does not count"
[[ $(SOJOURN_CONFIG=three.yaml planned) == 3 ]] || fail "SOJOURN_CONFIG does not count"
[[ $(SOJOURN_PARTITIONS=5 planned --config three.yaml) == 5 ]] || fail "the environment does not win over the file"
[[ $(SOJOURN_PARTITIONS=5 planned --config three.yaml --set partitions=7) == 7 ]] \
  || fail "--set does not win over the environment"

# check finds everything in a file at once, with lines.
printf 'group: a b\npartitions: 0\nkafka:\n  sasl:\n    password: open-sesame\npasswordd: open-sesame\n' >many.yaml
status=0
"$SOJOURN" check many.yaml >check.txt || status=$?
[[ $status == 1 ]] || fail "check ended with $status"
for text in many.yaml:1 many.yaml:2 many.yaml:6 '3 findings'; do
  grep -qF "$text" check.txt || fail "check does not say $text: $(cat check.txt)"
done
"$SOJOURN" check "$root/deploy/sojourn.yaml" >/dev/null || fail "deploy/sojourn.yaml has findings"

# Secrets are never printed, wherever they come from.
SOJOURN_KAFKA_SASL_PASSWORD=open-sesame timeout 20 "$SOJOURN" topics plan --config many.yaml >>check.txt 2>&1 || true
for set in kafka.sasl.password=open-sesame kafka.sasl.passwort=open-sesame password=open-sesame; do
  timeout 20 "$SOJOURN" topics plan --log kafka://127.0.0.1:1 --set kafka.security.protocol=nonsense --set "$set" \
    >>check.txt 2>&1 || true
done
if grep -F open-sesame check.txt; then fail "a secret was printed"; fi
echo "configuration: refused what it should, with reasons"
