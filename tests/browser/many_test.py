"""A thousand requests: the lists stay quick to walk through, to narrow down and to look through, on a desk and on a phone."""

import time

from browser import ENTER
from stage import shows

ROWS = 1000
# What a page of a list shows at most.
PAGE = 50
# Seconds that a person waits for a page at most before they wonder; a browser takes its share of it.
PATIENCE = 2.0


def a_thousand_rows_are_paged_filtered_and_searched(stage, browser):
    asker = stage.person(f"importer-{stage.name}", "requester")
    tag = stage.name.upper()
    customers = [f"MANY-{tag}-{number:03}" for number in range(100)]
    rows = ["kind,customer,amount,currency,reason,note,reference"]
    for number in range(ROWS):
        currency = "USD" if number % 10 == 0 else "EUR"
        rows.append(f"goodwill_credit,{customers[number % 100]},{600 + number % 7}.00,{currency},late,Row {number},{tag}-{number}")
    began = time.monotonic()
    answer = asker.wait_for_import(asker.send_file(rows), 120)
    print(f"      {ROWS} rows were requests after {time.monotonic() - began:.1f} s")
    assert answer["accepted"] == ROWS and answer["requests"]["waiting_for_people"] == ROWS, answer
    stage.enter(browser)
    for path in ("/queue?view=decisions", f"/requests?requester=importer-{stage.name}"):
        in_time(browser, stage.base + path)
        assert browser.count("tbody tr") == PAGE
        fits(browser)
        seen = set()
        for page in range(3):
            here = set(browser.run("return [...document.querySelectorAll('.rows .cover')].map(link => link.pathname)"))
            assert len(here) == PAGE and not here & seen, "each page has rows of its own"
            seen |= here
            if page < 2:
                browser.click("a[rel=next]")
        browser.click("a[rel=prev]")
        assert set(browser.run("return [...document.querySelectorAll('.rows .cover')].map(link => link.pathname)")) <= seen
    # How many there are, and what they come to, is said of the whole list and not of the page.
    browser.open(f"{stage.base}/requests?requester=importer-{stage.name}")
    shows(browser, "1,000" if "1,000" in browser.text() else "1000", "EUR", "USD")
    in_time(browser, f"{stage.base}/queue?view=decisions&currency=USD&customer={customers[10]}")
    assert browser.count("tbody tr") == 10, browser.text()[:500]
    fits(browser)
    # A number that is half known is found with one search from any page.
    invoice = stage.invoice()
    request = stage.pending(invoice=invoice)
    browser.open(f"{stage.base}/queue")
    browser.press("/")
    browser.write(invoice[4:11])
    began = time.monotonic()
    browser.press(ENTER)
    assert time.monotonic() - began < PATIENCE
    assert browser.count(f"a[href^='/requests/{request}']") == 1, browser.text()[:500]
    all_of_them_are_ticked_with_their_sum(stage, browser, customers[7])


def all_of_them_are_ticked_with_their_sum(stage, browser, customer):
    """Ten of a customer are decided together, in one go, and the sum is said before."""
    browser.open(stage.queue(customer))
    browser.click("button[value=all]")
    assert "10 selected" in browser.run("return document.querySelector('.tally').textContent")
    browser.click("button[value=approve]")
    shows(browser, "10 approved")


def in_time(browser, address):
    began = time.monotonic()
    browser.open(address)
    took = time.monotonic() - began
    assert took < PATIENCE, f"{address} took {took:.1f} s"


def fits(browser):
    browser.run("document.querySelectorAll('main details').forEach(folded => folded.open = true)")
    for width in (1280, 768, 390):
        browser.screen(width)
        assert browser.too_wide() <= 0, f"{browser.url} is {browser.too_wide()} pixels wider than {width}"
    browser.screen(1280)


TESTS = [a_thousand_rows_are_paged_filtered_and_searched]
