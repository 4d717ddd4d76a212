#!/usr/bin/env bash
# Runs every test and ends with "N passed, M failed". Needs the .NET 10 SDK; the tests of the pages need Chromium as well, and those
# of mail python3-aiosmtpd: this installs both on Debian when run as root. OTS_SCREENS=DIR writes pictures of the pages into DIR.
set -uo pipefail
cd "$(dirname "$0")"

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# One that starts: Ubuntu's chromium-browser may be a mere note that there is a snap.
has_chromium() {
  for name in chromium chromium-browser google-chrome; do
    "$name" --version >/dev/null 2>&1 && return
  done
  return 1
}
# Debian's Python has Debian's packages; another one may stand before it on the path.
has_smtp() { "$(command -v /usr/bin/python3 || echo python3)" -c 'import aiosmtpd' 2>/dev/null; }

missing=()
has_chromium || missing+=(chromium)
has_smtp || missing+=(python3-aiosmtpd)
if [ ${#missing[@]} != 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]} for the tests"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -qq -y --no-install-recommends "${missing[@]}"
fi
has_chromium && export OTS_BROWSER=required
has_smtp && export OTS_SMTP=required
[ -z "${OTS_SCREENS:-}" ] || OTS_SCREENS=$(mkdir -p "$OTS_SCREENS" && cd "$OTS_SCREENS" && pwd) || exit 1

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
