#!/usr/bin/env bash
# Runs every test and ends with "N passed, M failed". Needs the .NET 10 SDK.
set -uo pipefail
cd "$(dirname "$0")"

log=$(mktemp)
trap 'rm -f "$log"' EXIT

dotnet build -c Release || exit 1
dotnet test -c Release --no-build "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

# The runner's summary, without colours: "  succeeded: 12" and "  failed: 0".
count() { sed -E 's/\x1b\[[0-9;]*m//g' "$log" | sed -nE "s/^ *$1: ([0-9]+)$/\1/p" | tail -n 1; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
if [ -z "$passed" ] || [ "$passed" = 0 ]; then
  echo "No test ran." >&2
  exit 1
fi
[ "${skipped:-0}" = 0 ] || echo "$skipped skipped (the reasons stand above)"
# A crash of the runner counts as a failure even when every finished test passed.
[ "$status" = 0 ] || [ "${failed:-0}" != 0 ] || failed=1
echo "$passed passed, ${failed:-0} failed"
[ "${failed:-0}" = 0 ]
