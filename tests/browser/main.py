"""Runs the tests of the console one after the other, in one browser; `run.sh` explains the arguments."""

import pathlib
import shutil
import sys
import time
import traceback

import access_test
import clicks_test
import console_test
import keyboard_test
import live_test
import many_test
import meanwhile_test
import peers
import texts_test
import ticket_test
from browser import Browser
from stage import Stage

PICTURES = pathlib.Path(__file__).resolve().parents[2] / "target/browser-screens"


def main(base, sign_in, requester_token, *names):
    stage = Stage(base, sign_in, requester_token)
    areas = [console_test, keyboard_test, clicks_test, meanwhile_test, live_test, texts_test, access_test]
    if peers.are_there():
        areas.append(ticket_test)
    else:
        print("left out: the tests with a helpdesk and a subscriber, which `cargo xtask test browser` starts")
    # What fills the lists comes last.
    areas.append(many_test)
    tests = [test for area in areas for test in area.TESTS if not names or any(name in test.__name__ for name in names)]
    if not names:
        shutil.rmtree(PICTURES, ignore_errors=True)
    failed = 0
    began = time.monotonic()
    with Browser() as browser:
        for test in tests:
            failed += not passes(test, stage, browser)
    if clicks_test.TABLE:
        print(f"What tasks take:\n{clicks_test.table()}")
    print(f"{len(tests) - failed} of {len(tests)} passed ({time.monotonic() - began:.0f} s)")
    return 1 if failed else 0


def passes(test, stage, browser):
    """Whether a test passes; where it does not, a picture of what the browser showed at last is kept."""
    began = time.monotonic()
    try:
        browser.fresh()
        test(stage, browser)
    except Exception:
        told = traceback.format_exc().split("\nStacktrace:")[0]
        print(f"FAIL  {test.__name__} ({time.monotonic() - began:.1f} s)\n{told}", flush=True)
        keep_picture(browser, test.__name__)
        return False
    print(f"ok    {test.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
    return True


def keep_picture(browser, name):
    PICTURES.mkdir(parents=True, exist_ok=True)
    try:
        browser.picture(PICTURES / f"failed-{name}.png")
    except Exception as error:
        print(f"      and there is no picture of it: {error}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
