#!/usr/bin/env bash
# Runs every test, prints its progress, and ends with the ten slowest tests and "N passed, M failed". Needs the .NET 10 SDK. The tests of
# pages also need Chromium (chromium-headless-shell makes them faster), and the tests of mail need python3-aiosmtpd. When root runs this
# script on Debian, it installs them. Arguments go to `dotnet test`. OTS_SCREENS=DIR writes screenshots of the pages into DIR.
set -uo pipefail
cd "$(dirname "$0")"

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# A Chromium counts only if it starts: Ubuntu's chromium-browser may only print that there is a snap package.
has_chromium() {
  for name in chromium chromium-browser google-chrome; do
    "$name" --version >/dev/null 2>&1 && return
  done
  return 1
}
# Only Debian's Python sees Debian's packages. Another Python may come first on the PATH.
has_smtp() { "$(command -v /usr/bin/python3 || echo python3)" -c 'import aiosmtpd' 2>/dev/null; }

missing=()
has_chromium || missing+=(chromium)
# chromium-headless-shell runs most tests of pages in half the time. Not every distribution has this package.
chromium-headless-shell --version >/dev/null 2>&1 || missing+=(chromium-headless-shell)
has_smtp || missing+=(python3-aiosmtpd)
if [ ${#missing[@]} != 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]} for the tests"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  for package in "${missing[@]}"; do
    apt-get install -qq -y --no-install-recommends "$package"
  done
fi
has_chromium && export OTS_BROWSER=required
has_smtp && export OTS_SMTP=required
[ -z "${OTS_SCREENS:-}" ] || OTS_SCREENS=$(mkdir -p "$OTS_SCREENS" && cd "$OTS_SCREENS" && pwd) || exit 1

# Prints each failure as it happens, a line of progress for every hundred tests, and at the end the slowest tests.
show() {
  awk '
    { gsub(/\033\[[0-9;]*m/, "") }
    /^(passed|skipped|failed) .*\([0-9hms ]+\)$/ {
      state = $1; count[state]++; done++
      name = $0; sub(/^[a-z]+ /, "", name); sub(/ \([0-9hms ]+\)$/, "", name); sub(/^OneTimeSecret\.Tests\./, "", name)
      time = $0; sub(/.*\(/, "", time); sub(/\)$/, "", time)
      ms = 0; n = split(time, parts, " ")
      for (i = 1; i <= n; i++) {
        unit = parts[i]; sub(/[0-9]+/, "", unit)
        ms += parts[i] * (unit == "h" ? 3600000 : unit == "m" ? 60000 : unit == "s" ? 1000 : 1)
      }
      line[done] = sprintf("%9d %s", ms, name)
      quiet = state == "passed"
      if (done % 100 == 0) {
        now = "date +%T"; now | getline clock; close(now)
        printf "%s  %d tests done, %d failed; the last: %s\n", clock, done, count["failed"], name; fflush()
      }
    }
    /^Test run summary/ { quiet = 0 }
    !quiet { print; fflush() }
    END {
      if (!done) exit
      print "The ten slowest, in seconds:"; fflush()
      sort = "sort -rn | head -n 10 | sed -E \"s/^ *([0-9]*)([0-9]{3}) /  \\1.\\2 /; s/^  \\./  0./\""
      for (i = 1; i <= done; i++) print line[i] | sort
      close(sort)
    }'
}

# Code that is compiled at run time runs only briefly here, in the tests as in the analyzers. Collecting profiles to optimize it (tiered PGO)
# and remapping its pages for each method (W^X) cost more than they save.
export DOTNET_TieredPGO=0 DOTNET_EnableWriteXorExecute=0

echo "Building"
# One compiler process for all projects; it ends with the build. The packages must be those of the lock files.
dotnet build -c Release -v quiet -p:UseSharedCompilation=true -p:RestoreLockedMode=true
built=$?
dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1
[ "$built" = 0 ] || exit 1
echo "Running the tests"
# The tests run without JIT optimization, collect garbage after every 64 MB (the value is hexadecimal), and do not spin while they wait
# for work, because the browser needs the processors.
export DOTNET_JITMinOpts=1 DOTNET_GCgen0size=4000000 DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0
dotnet test -c Release --no-build --no-progress --output Detailed "$@" 2>&1 | tee "$log" | show
status=${PIPESTATUS[0]}

# The runner's summary, without colours: "  succeeded: 12" and "  failed: 0".
count() { sed -E 's/\x1b\[[0-9;]*m//g' "$log" | sed -nE "s/^ *$1: ([0-9]+)$/\1/p" | tail -n 1; }
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
if [ -z "$passed" ] || [ "$passed" = 0 ]; then
  echo "No test ran." >&2
  exit 1
fi
[ "${skipped:-0}" = 0 ] || echo "$skipped skipped (the reasons stand above)"
if ! has_chromium; then
  echo "WARNING: no page was tested, because there is no Chromium. Install it ('apt-get install chromium' on Debian)." >&2
fi
if ! has_smtp; then
  echo "WARNING: no mail was sent, because there is no aiosmtpd. Install it ('apt-get install python3-aiosmtpd' on Debian)." >&2
fi
# A crash of the runner counts as a failure even when every finished test passed.
[ "$status" = 0 ] || [ "${failed:-0}" != 0 ] || failed=1
echo "$passed passed, ${failed:-0} failed"
[ "${failed:-0}" = 0 ]
