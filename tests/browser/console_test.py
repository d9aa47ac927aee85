"""The console in a real browser: what people do all day, what they do wrong, and what others must not be able to do."""

import os
import pathlib
import tempfile
import urllib.parse

from browser import ENTER, SPACE, TAB
from stage import send, shows, wait


def decided_with_the_keyboard_alone(stage, browser):
    request = stage.pending()
    stage.enter(browser)
    stage.find_in_the_queue(browser, request)
    browser.press(TAB)
    assert browser.focused()[1] == "#main", "the first stop is the link that skips the navigation"
    browser.tab_to(lambda focus: request in focus[1], most=400)
    browser.press(ENTER)
    shows(browser, "Your decision", "59.50", "Where the money goes", "Sensor <b>IP67</b>")
    browser.tab_to(lambda focus: focus[1] == "note")
    browser.press(*"Both are broken.")
    browser.press(TAB)
    assert browser.focused()[2] == "Approve", browser.focused()
    browser.press(ENTER)
    shows(browser, "Approved: Refund 59.50 EUR, Nordlicht GmbH")
    assert "Approved" in browser.title, browser.title
    stage.decider.wait_for(request, ["completed"])
    browser.open(stage.page(request))
    shows(browser, "Completed", "Both are broken.", "Succeeded", "Payments back")
    assert browser.count(".step.done") == 5


def several_are_decided_at_once_and_each_says_what_became_of_it(stage, browser):
    customer = stage.another_customer()
    first, second, third = requests = [stage.pending(customer) for _ in range(3)]
    stage.enter(browser)
    stage.find_in_the_queue(browser, third)
    browser.click("button[value=approve]")
    shows(browser, "Nothing is selected")
    # With the keyboard: Enter on a box decides nothing and forgets nothing.
    tick = lambda request: browser.tab_to(lambda focus: focus[1] == "picked" and focus[2].startswith(request), most=400)
    tick(first)
    browser.press(SPACE, ENTER)
    wait(lambda: browser.count(".pick :checked") == 1, lambda: "the box is no longer ticked")
    assert all(stage.decider.call("GET", f"/v1/requests/{request}")[1]["status"] == "pending_approval" for request in requests)
    # With a finger, on a phone.
    browser.screen(390, 844)
    browser.click(f"input[value^='{second}']")
    browser.screen(1280)
    browser.click(f"input[value^='{third}']")
    content = stage.decider.call("GET", f"/v1/requests/{third}")[1]["content_hash"]
    faster = {"decision": "reject", "note": "Someone was faster.", "content_hash": content}
    status, _ = stage.decider.call("POST", f"/v1/requests/{third}/decisions", faster)
    assert status == 200
    browser.run("document.querySelector('#together-note').closest('details').open = true")
    browser.type("#together-note", "From the storm.")
    browser.click("button[value=approve]")
    shows(browser, "2 of 3 approved", "Not decided")
    assert "/batches/" in browser.url, browser.url
    for request in (first, second):
        done = stage.decider.wait_for(request, ["completed"])
        assert [made["note"] for made in done["approvals"]["decisions"]] == ["From the storm."], done["approvals"]
    assert stage.decider.call("GET", f"/v1/requests/{third}")[1]["status"] == "rejected"


def pressing_approve_twice_does_it_once(stage, browser):
    request = stage.pending()
    stage.enter(browser)
    browser.open(stage.page(request))
    form = browser.run("return new URLSearchParams(new FormData(document.querySelector('form[action$=\"/decide\"]'))).toString()") + "&decision=approve"
    cookie = browser.cookie("contraflow_session")["value"]
    for _ in range(2):
        status, location, _ = send(stage, f"/requests/{request}/decide", form, cookie)
        assert (status, location) == (303, f"/requests/{request}"), (status, location)
    done = stage.decider.wait_for(request, ["completed"])
    assert len(done["approvals"]["decisions"]) == 1, done["approvals"]


def what_was_typed_is_kept_when_it_is_refused(stage, browser):
    request = stage.pending()
    stage.enter(browser)
    browser.open(stage.page(request))
    browser.type("#decision-note", "No photo.")
    browser.run("document.querySelector('[name=content_hash]').value = 'of-another-content'")
    browser.click("button[value=approve]")
    shows(browser, "The request has changed", "has changed since you looked at it")
    assert browser.run("return document.querySelector('#decision-note').value") == "No photo."
    browser.click("button[value=reject]")
    shows(browser, "Rejected: Refund")


def the_requester_reads_why_not_and_takes_it_back(stage, browser):
    request = stage.pending()
    stage.enter_as_requester(browser)
    shows(browser, "Queue")
    browser.open(stage.page(request))
    shows(browser, "someone else must decide on it")
    assert browser.count("button[value=approve]") == 0
    browser.click("details.panel summary")
    browser.click("form[action$='/withdraw'] button")
    shows(browser, "The request is withdrawn")


def a_question_is_asked_and_answered(stage, browser):
    request = stage.pending()
    stage.enter(browser)
    browser.open(stage.page(request))
    browser.type("#decision-note", "Which two?")
    browser.click("button[value=request_info]")
    shows(browser, "Asked: Refund")
    stage.enter_as_requester(browser)
    browser.open(f"{stage.base}/queue?view=questions")
    link = f"a[href^='/requests/{request}']"
    assert browser.count(link) == 1, "the question waits in the queue of whoever asked"
    browser.click(link)
    shows(browser, "Which two?")
    browser.type("form[action$='/reply'] textarea", "Those with the red label.")
    browser.type("#evidence", "https://files.example/photo.jpg")
    browser.click("form[action$='/reply'] button")
    shows(browser, "Your answer is recorded", "Those with the red label.")
    link = browser.run("const a = document.querySelector('a[href=\"https://files.example/photo.jpg\"]'); return a && a.rel")
    assert link == "noopener noreferrer nofollow", link


def money_that_did_not_arrive_is_paid_out_by_hand(stage, browser):
    request = stage.pending(invoice=stage.invoice("__fail"))
    stage.approve(request, "max", "approver:manager")
    stage.enter(browser)
    stage.decider.wait_for(request, ["needs_attention"])
    browser.open(stage.page(request))
    shows(browser, "59.50")
    browser.click("form[action$='/retry'] button[value=manual]")
    # Another way to pay is another content: it is decided on anew.
    stage.approve(request, "lea", "approver:team-lead")
    tasks = lambda: [task["code"] for task in stage.decider.call("GET", f"/v1/requests/{request}")[1]["tasks"]]
    wait(lambda: "leg.pay_out" in tasks(), lambda: "nobody is told to pay it out")
    browser.open(stage.page(request))
    browser.type("form[action*='/confirm/'] input[name=reference]", "BANK-77")
    browser.click("form[action*='/confirm/'] button")
    stage.decider.wait_for(request, ["completed"])
    browser.open(stage.page(request))
    shows(browser, "Paid out by hand", "BANK-77", "Completed")


def two_of_four_are_refunded_in_four_steps_once_the_invoice_is_found(stage, browser):
    invoice = stage.invoice()
    stage.enter_as_requester(browser)
    browser.open(f"{stage.base}/new")
    browser.type("main input[name=find]", invoice[4:])
    browser.press(ENTER)
    wait(lambda: f"invoice={invoice}" in browser.url, lambda: browser.url)
    browser.click("input[name=line]")
    browser.type("input[name='pieces:1']", "2")
    browser.type("#reason", "damaged")
    # What it comes to, and who has to agree, stands there before anything is sent.
    browser.click("button[value=quote]:not(.hidden)")
    shows(browser, "59.50", "team-lead")
    browser.click("button[value=send]")
    shows(browser, "Request sent.", "59.50", invoice)


def a_new_request_is_made_once_and_errors_stand_at_their_fields(stage, browser):
    invoice = stage.invoice()
    stage.enter(browser)
    browser.open(f"{stage.base}/new?invoice={invoice}")
    browser.type("#amount", "about 12")
    browser.type("#note", "The price was wrong.")
    browser.click("button[value=send]")
    wait(lambda: browser.run("return document.querySelector('#amount').getAttribute('aria-invalid')") == "true", browser.text)
    assert browser.run("return document.querySelector('#note').value") == "The price was wrong."
    browser.type("#amount", "12,50")
    form = browser.run("return new URLSearchParams(new FormData(document.querySelector('form:has([name=key])'))).toString()") + "&act=send"
    cookie = browser.cookie("contraflow_session")["value"]
    first, again = (send(stage, "/new", form, cookie) for _ in range(2))
    assert first[0] == 303 and first[1] == again[1], (first, again)
    browser.open(stage.base + first[1])
    shows(browser, "12.50", invoice)


def texts_from_outside_do_nothing(stage, browser):
    request = stage.pending()
    stage.enter(browser)
    browser.open(stage.page(request))
    shows(browser, "<script>document.title='taken'</script>")
    assert "taken" not in browser.title and browser.count("main script, main img") == 0
    status, _, headers = send(stage, "/sign-in", None, None)
    assert status == 200
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'") and "frame-ancestors 'none'" in policy and "unsafe" not in policy, policy
    assert headers["referrer-policy"] == "no-referrer" and headers["x-content-type-options"] == "nosniff" and headers["cache-control"] == "no-store"


def others_cannot_send_forms(stage, browser):
    request = stage.pending()
    stage.enter(browser)
    got = browser.cookie("contraflow_session")
    assert got["httpOnly"] and got["sameSite"] == "Strict", got
    form = "decision=approve"
    assert send(stage, f"/requests/{request}/decide", form, None)[0] == 401
    assert send(stage, f"/requests/{request}/decide", form, got["value"])[0] == 403
    assert send(stage, f"/requests/{request}/decide", f"{form}&csrf=AAAA", got["value"])[0] == 403
    browser.open(stage.page(request))
    csrf = browser.run("return document.querySelector('[name=csrf]').value")
    elsewhere = send(stage, f"/requests/{request}/decide", f"{form}&csrf={csrf}", got["value"], {"Sec-Fetch-Site": "cross-site"})
    assert elsewhere[0] == 403
    assert send(stage, f"/requests/{request}/decide", f"{form}&csrf={csrf}", stage.requester_token)[0] == 403
    assert stage.decider.call("GET", f"/v1/requests/{request}")[1]["status"] == "pending_approval"


def without_a_session_there_is_only_the_sign_in(stage, browser):
    browser.open(stage.base)
    browser.forget_cookies()
    browser.open(f"{stage.base}/requests?status=completed")
    assert browser.url.startswith(f"{stage.base}/sign-in?next="), browser.url
    browser.type("#token", "not.a.token")
    browser.press(ENTER)
    shows(browser, "not accepted")
    assert browser.run("return document.querySelector('[name=next]').value") == "/requests?status=completed"
    token = stage.token("nora", "approver:manager")
    browser.type("#token", token)
    browser.press(ENTER)
    wait(lambda: browser.url == f"{stage.base}/requests?status=completed", lambda: browser.url)
    assert send(stage, "/queue", None, token)[0] == 200
    browser.open(f"{stage.base}/nowhere")
    shows(browser, "404", "To the queue")
    browser.run("document.querySelector('details.account').open = true")
    browser.click("form[action='/sign-out'] button")
    wait(lambda: browser.url == f"{stage.base}/sign-in?out=yes", lambda: browser.url)
    browser.open(f"{stage.base}/queue")
    assert browser.url == f"{stage.base}/sign-in"
    # Whoever kept the cookie is out, too.
    status, location, _ = send(stage, "/queue", None, token)
    assert (status, location) == (303, "/sign-in"), (status, location)


def a_link_opens_the_page_and_signs_nobody_in_unasked(stage, browser):
    request = stage.pending()
    stage.enter(browser)
    browser.open(f"data:text/html,<a href='{stage.page(request)}'>the request</a>")
    browser.click("a")
    shows(browser, "Your decision")
    link = f"{stage.base}/sign-in?token={stage.requester_token}"
    # A link in a mail is opened from nowhere, as far as the browser says.
    for site in ("cross-site", "none", "same-origin"):
        status, location, headers = send(stage, link.removeprefix(stage.base), None, None, {"Sec-Fetch-Site": site})
        assert status == 200 and "set-cookie" not in headers, (site, status, location)
    form = urllib.parse.urlencode({"token": stage.requester_token, "next": "//evil.example"})
    assert send(stage, "/sign-in", form, None)[1] == "/"


def lists_are_filtered(stage, browser):
    request = stage.pending()
    credit = stage.requester.ask(kind="goodwill_credit", customer=stage.customer, amount={"value": "20.00", "currency": "EUR"}, reason="late", note="")
    stage.requester.wait_for(credit, ["completed"])
    stage.enter(browser)
    browser.open(f"{stage.base}/requests")
    browser.type("#by-customer", stage.customer)
    browser.press(ENTER)
    wait(lambda: f"customer={stage.customer}" in browser.url, lambda: browser.url)
    assert browser.count("tbody tr") >= 2
    browser.run("document.querySelector('#by-status').value = 'completed'")
    browser.click(".filters button")
    wait(lambda: "status=completed" in browser.url, lambda: browser.url)
    assert browser.count(f"a[href^='/requests/{request}']") == 0 and browser.count(f"a[href^='/requests/{credit}']") == 1
    browser.open(f"{stage.base}/customers/{stage.customer}")
    shows(browser, "Store credit", "20.00")


def a_photo_is_stored_with_a_request_and_a_large_file_is_taken(stage, browser):
    request = stage.pending()
    folder = pathlib.Path(tempfile.mkdtemp())
    photo = folder / "broken.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(900_000))
    rows = folder / "rows.csv"
    lines = [f"goodwill_credit,{stage.customer}-{number},0.10,EUR,late,{request}-{number}" for number in range(2_000)]
    rows.write_text("\n".join(["kind,customer,amount,currency,reason,reference", *lines]) + "\n")
    stage.enter_as_requester(browser)
    browser.open(stage.page(request))
    browser.find("#file").send_keys(str(photo))
    browser.click("form[action$='/files'] button")
    shows(browser, "broken.png is stored.", "broken.png")
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(1_010_000))
    browser.find("#file").send_keys(str(photo))
    browser.click("form[action$='/files'] button")
    shows(browser, "The file is larger than 1000 kilobytes. Nothing was stored")
    browser.open(f"{stage.base}/imports/new")
    browser.find("#file").send_keys(str(rows))
    # It is checked only: two thousand requests would stand before those of the other tests.
    browser.click("button[name=act][value=check]")
    shows(browser, "2,000 rows were checked")


def a_ticket_with_a_number_of_one_digit_has_a_panel_too(stage, browser):
    stage.enter(browser)
    browser.open(f"{stage.base}/panel/zendesk?ticket=1")
    shows(browser, "1")
    assert browser.count("main form[action='/new']") == 1, browser.text()


def nobody_sends_much_with_a_cookie_that_they_made_up(stage, browser):
    much = "form=decide&note=" + "x" * 100_000
    for cookie in (None, "made.up.session"):
        assert send(stage, "/requests/1/files", much, cookie)[0] == 413, cookie
    known = {"Cookie": "x=y"}
    assert send(stage, "/sign-in", None, "made.up.session", known)[0] == 200
    assert send(stage, "/requests/1/files", much, "made.up.session")[0] == 413, "a page for strangers makes nobody known"


TESTS = [
    decided_with_the_keyboard_alone, several_are_decided_at_once_and_each_says_what_became_of_it, pressing_approve_twice_does_it_once, what_was_typed_is_kept_when_it_is_refused,
    the_requester_reads_why_not_and_takes_it_back, a_question_is_asked_and_answered,
    money_that_did_not_arrive_is_paid_out_by_hand, two_of_four_are_refunded_in_four_steps_once_the_invoice_is_found, a_new_request_is_made_once_and_errors_stand_at_their_fields,
    texts_from_outside_do_nothing, others_cannot_send_forms, without_a_session_there_is_only_the_sign_in,
    a_link_opens_the_page_and_signs_nobody_in_unasked, lists_are_filtered, a_photo_is_stored_with_a_request_and_a_large_file_is_taken,
    a_ticket_with_a_number_of_one_digit_has_a_panel_too, nobody_sends_much_with_a_cookie_that_they_made_up,
]
