"""What changes while somebody looks at it, without the page being loaded anew; and the same work without any script."""

from browser import ENTER
from stage import shows, wait

MARK = "window.marked = 'still the same page'"
IS_MARKED = "return window.marked === 'still the same page'"
# Lets a page's long waits pass a hundred times as fast.
HURRY = "const wait = window.setTimeout; window.setTimeout = (f, ms, ...more) => wait(f, ms >= 5000 ? ms / 100 : ms, ...more);" \
    "const tick = window.setInterval; window.setInterval = (f, ms, ...more) => tick(f, ms >= 5000 ? ms / 100 : ms, ...more);"


def a_request_that_moves_says_so_where_it_stands(stage, browser):
    request = stage.pending(invoice=stage.invoice("__hang-3000"))
    stage.enter(browser)
    browser.open(stage.page(request))
    browser.click("button[value=approve]")
    shows(browser, "Approved: Refund 59.50 EUR", "This goes on by itself.")
    browser.run(MARK)
    browser.run("document.querySelectorAll('main details').forEach(folded => folded.open = true)")
    folded = browser.run("return document.querySelectorAll('main details[open]').length")
    shows(browser, "Now: Completed.")
    assert browser.run(IS_MARKED), "the page was loaded anew"
    assert browser.count(".step.done") == 5 and "Completed" in browser.run("return document.querySelector('#state').textContent")
    assert browser.run("return document.querySelectorAll('main details[open]').length") == folded, "what was opened stays open"
    assert browser.run("return document.querySelector('#moved').getAttribute('aria-live')") == "polite"


def the_count_of_what_waits_is_kept_up_to_date(stage, browser):
    browser.cdp("Page.enable")
    hurried = browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=HURRY)
    try:
        stage.enter(browser)
        browser.open(f"{stage.base}/help")
        browser.run(MARK)
        browser.run("document.querySelector('#find').focus()")
        count = lambda: browser.run("return document.querySelector('#count-queue').textContent")
        before = count()
        stage.pending()
        wait(lambda: count() != before, lambda: f"it still says {before}")
        assert browser.run(IS_MARKED) and browser.focused()[1] == "q", "the page stays, and so does the focus"
    finally:
        browser.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=hurried["identifier"])


def what_a_request_comes_to_stands_beside_the_form_while_it_is_filled_in(stage, browser):
    invoice = stage.invoice()
    stage.enter_as_requester(browser)
    browser.open(f"{stage.base}/new?invoice={invoice}")
    browser.run(MARK)
    browser.type("input[name='pieces:1']", "2")
    browser.type("#reason", "damaged")
    wait(lambda: "59.50" in browser.run("return document.querySelector('#foreseen').textContent"), browser.text)
    assert browser.run(IS_MARKED) and browser.focused()[1] == "reason" and browser.value("input[name='pieces:1']") == "2"
    browser.type("input[name='pieces:1']", "3")
    browser.type("#reason", "late")
    wait(lambda: "89.25" in browser.run("return document.querySelector('#foreseen').textContent"), browser.text)


def a_whole_view_is_decided_on_slice_by_slice_by_itself(stage, browser):
    asker = stage.person(f"many-{stage.name}", "requester")
    customer = stage.another_customer()
    rows = ["kind,customer,amount,currency,reason,note,reference"]
    rows += [f"goodwill_credit,{customer},601.00,EUR,late,Row {number},{customer}-{number}" for number in range(60)]
    asker.wait_for_import(asker.send_file(rows))
    stage.enter(browser)
    browser.open(stage.queue(customer))
    assert browser.count("tbody tr") == 50
    shows(browser, "60")
    browser.click("form[action='/batches'] button")
    shows(browser, "60", "36,060.00")
    browser.click("form[action$='/decide'] .primary")
    shows(browser, "60 approved")
    browser.open(stage.queue(customer))
    # Two levels decide on so much: what was approved waits for the second one, or is done.
    assert browser.count("button[value=approve]") <= 1


def the_same_story_without_any_script(stage, browser):
    invoice = stage.invoice()
    customer = stage.customer
    browser.allow_scripts(False)
    stage.enter_as_requester(browser)
    browser.open(f"{stage.base}/new")
    browser.type("main input[name=find]", invoice[4:])
    browser.press(ENTER)
    assert f"invoice={invoice}" in browser.url, browser.url
    browser.type("input[name='pieces:1']", "2")
    browser.type("#reason", "damaged")
    browser.click("button[value=quote]:not(.hidden)")
    shows(browser, "59.50", "team-lead")
    browser.click("button[value=send]")
    shows(browser, "Request sent.", invoice)
    request = browser.url.split("/")[-1].split("?")[0]
    stage.requester.wait_for(request, ["pending_approval"])
    if browser.count("#moving a"):
        browser.click("#moving a")
    shows(browser, "59.50", "someone else must decide on it")
    # One more, so that there is a next one.
    another = stage.pending()
    stage.enter_with(browser, stage.token(f"scriptless-{stage.name}", "approver:team-lead"))
    browser.open(stage.queue(customer))
    browser.click("button[value=all]")
    shows(browser, "selected")
    assert browser.count(".pick :checked") == browser.count(".pick input") > 1
    browser.click("button[value=none]")
    assert browser.count(".pick :checked") == 0
    browser.click(f"a[href^='/requests/{request}']")
    browser.type("#decision-note", "Both are broken.")
    browser.click("button[value=approve]")
    shows(browser, "Approved: Refund 59.50 EUR, Nordlicht GmbH")
    assert stage.page(request) not in browser.url and "/requests/" in browser.url, browser.url
    done = stage.decider.wait_for(request, ["completed"])
    assert [made["note"] for made in done["approvals"]["decisions"]] == ["Both are broken."]
    browser.open(stage.page(another))
    browser.click("button[value=reject]")
    assert stage.decider.read(another)["status"] == "pending_approval", "the browser asks for the reason first"
    browser.type("#decision-note", "One is enough.")
    browser.click("button[value=reject]")
    shows(browser, "Rejected: Refund 59.50 EUR")
    browser.click("details.account summary")
    browser.click("form[action='/sign-out'] button")
    assert browser.url == f"{stage.base}/sign-in?out=yes", browser.url


TESTS = [
    a_request_that_moves_says_so_where_it_stands, the_count_of_what_waits_is_kept_up_to_date,
    what_a_request_comes_to_stands_beside_the_form_while_it_is_filled_in, a_whole_view_is_decided_on_slice_by_slice_by_itself,
    the_same_story_without_any_script,
]
