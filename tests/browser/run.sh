#!/bin/sh
# Tests the console in a real browser, with mouse and keyboard, against an application that runs.
#
#   tests/browser/run.sh BASE_URL SIGN_IN_URL [REQUESTER_TOKEN [NAME…]]
#
# SIGN_IN_URL is the link in the file `sign-in` of the state folder (someone who may decide, import invoices and retry). REQUESTER_TOKEN is a bearer token of
# someone else, who may only ask; left out, `contraflow token` makes one for the state folder in CONTRAFLOW_STATE (default: .state).
# NAME is a part of the names of the tests that are to run; left out, all do. Whatever they make has names of its own, so they may run again and again
# against the same application. Pictures of every page are in target/browser-screens afterwards. Needs Python 3 and npm; installs what else it needs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
if [ $# -lt 2 ]; then
    sed -n '2,11p' "$0" | sed 's/^# \{0,1\}//' >&2
    exit 2
fi
"$root/tests/peers/browser/setup"
"$root/tests/peers/axe/setup"
requester=${3:-}
if [ -z "$requester" ]; then
    requester=$("${CONTRAFLOW:-$root/target/host/contraflow}" token --user "requester-$$" --role requester --state "${CONTRAFLOW_STATE:-$root/.state}")
fi
base=$1 sign_in=$2
shift "$(($# < 3 ? 2 : 3))"
export PYTHONDONTWRITEBYTECODE=1
exec "$root/target/peers/browser/venv/bin/python" "$here/main.py" "$base" "$sign_in" "$requester" "$@"
