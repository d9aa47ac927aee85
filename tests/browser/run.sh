#!/bin/sh
# Tests the console in a real browser, with mouse and keyboard, against an application that runs.
#
#   tests/browser/run.sh BASE_URL SIGN_IN_URL [REQUESTER_TOKEN]
#
# SIGN_IN_URL is the link in the file `sign-in` of the state folder (someone who may decide, import invoices and retry). REQUESTER_TOKEN is a bearer token of
# someone else, who may only ask; left out, `contraflow token` makes one for the state folder in CONTRAFLOW_STATE (default: .state).
# Whatever it makes has names of its own, so it may run again and again against the same application. Needs Python 3, npm, and Chromium with its driver.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
if [ $# -lt 2 ]; then
    sed -n '2,9p' "$0" | sed 's/^# \{0,1\}//' >&2
    exit 2
fi
"$root/tests/peers/browser/setup"
"$root/tests/peers/axe/setup"
requester=${3:-}
if [ -z "$requester" ]; then
    requester=$("${CONTRAFLOW:-$root/target/host/contraflow}" token --user browser-requester --role requester --state "${CONTRAFLOW_STATE:-$root/.state}")
fi
exec python3 "$here/console_test.py" "$1" "$2" "$requester"
