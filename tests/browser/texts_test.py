"""Texts from outside, whatever they are: none runs, none breaks the page, and each reads in the direction of its script."""

import re

from application import Application
from stage import shows

HEBREW = "חברת הצפון \u200fבע\"מ (2026) \u202eABC\u202c"
ARABIC = "شركة الشمال \u2067ذ.م.م\u2069 +49 89 123"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 4
HOSTILE = "\"><svg onload=\"document.title='taken'\"><a href=\"javascript:document.title='taken'\">x</a>{{7*7}}${7*7}<!--"
SIGNS = "👩‍👩‍👧‍👦 Z̷̛a̵l̶g̸o̷ e\u0301\u0300\u0302\u0303 \u200b\u2060 ﷽ 𝕳"


def customers_of_every_script_read_as_they_are_written(stage, browser):
    stage.enter(browser)
    for name, direction in ((HEBREW, "rtl"), (ARABIC, "rtl"), ("Nordlicht GmbH", "ltr")):
        customer = stage.another_customer()
        note = f"{name} 1,234.50 – 2/4 (INV-7)?"
        request = stage.pending(customer, invoice=stage.invoice(customer=customer, name=name, description=name), note=note)
        link = stage.find_in_the_queue(browser, request)
        assert browser.run("return getComputedStyle(document.querySelector(arguments[0])).direction", link) == direction, name
        is_whole(browser, stage)
        browser.open(stage.page(request))
        shows(browser, "Your decision")
        ways = browser.run(DIRECTIONS, name)
        assert ways and set(ways) == {direction}, (name, ways)
        loose = browser.run(LOOSE, name)
        assert not loose, (name, "stands in nothing that takes its direction", loose)
        is_whole(browser, stage)
        browser.screen(1280)
        for path in (f"/customers/{customer}", f"/new?customer={customer}", f"/requests/{request}/print", f"/requests?customer={customer}"):
            browser.open(stage.base + path)
            loose = browser.run(LOOSE, name)
            assert not loose, (path, name, "stands in nothing that takes its direction", loose)
            is_whole(browser, stage)
            browser.screen(1280)


# In which directions a text is shown where it takes one of its own.
DIRECTIONS = """
const holds = [...document.querySelectorAll("main [dir=auto], main bdi")].filter(e => e.textContent.includes(arguments[0]));
return holds.map(e => getComputedStyle(e).direction);
"""
# Elements that hold a text by themselves and would show it in the direction of the page. A list of choices has none.
LOOSE = """
const found = [], walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const text = walk.currentNode, holds = text.parentElement;
  if (text.data.includes(arguments[0]) && !holds.closest("[dir=auto], bdi, textarea, option, script, pre, code")) found.push(holds.outerHTML.slice(0, 200));
}
return found;
"""


def texts_that_are_very_long_or_hostile_stay_in_their_place(stage, browser):
    stage.enter(browser)
    longest = ("Zwei von vier sind zerbrochen – 二个坏了. " * 700)[:most_of_a_note(stage)]
    for name, note in ((LONG[:200], longest), ("W" * 200, "x" * len(longest)), (HOSTILE, HOSTILE), (SIGNS, SIGNS * 20)):
        customer = stage.another_customer()
        invoice = stage.invoice(customer=customer, name=name, description=name * 2)
        request = stage.pending(invoice=invoice, note=note)
        for address in (stage.queue(customer), f"{stage.base}/requests?customer={customer}", stage.page(request), f"{stage.page(request)}/print",
                        f"{stage.base}/customers/{customer}", f"{stage.base}/new?customer={customer}", f"{stage.base}/new?invoice={invoice}",
                        f"{stage.base}/invoices/{invoice}", f"{stage.base}/invoices?find={invoice}"):
            browser.screen(1280)
            browser.open(address)
            is_whole(browser, stage)
        # What is decided with it is told to others as it was typed.
        browser.screen(1280)
        browser.open(stage.page(request))
        browser.paste("#decision-note", note[:2000])
        browser.click("button[value=reject]")
        is_whole(browser, stage)
        (made,) = stage.decider.wait_for(request, ["rejected"])["approvals"]["decisions"]
        assert made["note"] == note[:2000].strip(), (made["note"][:200], note[:200])


def a_note_that_is_too_long_is_refused_and_not_lost(stage, browser):
    invoice = stage.invoice()
    most = most_of_a_note(stage)
    stage.enter(browser)
    browser.open(f"{stage.base}/new?invoice={invoice}")
    browser.type("#amount", "12.50")
    browser.run("document.querySelector('#note').removeAttribute('maxlength')")
    browser.paste("#note", "y" * (most + 1))
    browser.click("button[value=send]")
    shows(browser, f"{most}")
    assert browser.value("#note") == "y" * (most + 1) and browser.url == f"{stage.base}/new", browser.url


def most_of_a_note(stage):
    """How many characters a note may have, as the API says it to whoever sends more."""
    wish = {"kind": "goodwill_credit", "customer": stage.customer, "amount": {"value": "1.00", "currency": "EUR"}, "reason": "late", "note": "x" * 60_000}
    status, answer = Application(stage.base, stage.requester_token).call("POST", "/v1/requests", wish, {"Idempotency-Key": f"most-{stage.name}"})
    assert status in (400, 422), (status, answer)
    (told,) = [error["detail"] for error in answer["errors"] if error["pointer"] == "/note"]
    return int(re.search(r"\d+", told).group())


def is_whole(browser, stage):
    """Nothing ran, nothing of the text became a part of the page, and it fits a desk and a phone with all that folds opened."""
    assert browser.title != "taken"
    assert browser.count("main svg[onload], main a[href^='javascript'], main script:not([src])") == 0
    browser.run("document.querySelectorAll('main details').forEach(folded => folded.open = true)")
    for width, height in ((1280, 900), (390, 844)):
        browser.screen(width, height)
        assert browser.too_wide() <= 0, f"{browser.url} is {browser.too_wide()} pixels wider than {width}"


TESTS = [
    customers_of_every_script_read_as_they_are_written, texts_that_are_very_long_or_hostile_stay_in_their_place,
    a_note_that_is_too_long_is_refused_and_not_lost,
]
