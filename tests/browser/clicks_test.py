"""What a task takes of a person's hands. The most that each may take stands beside what it takes, and both are printed at the end."""

import datetime

from browser import ENTER
from stage import shows, wait

# What was measured: the task, what it took, and what it may take at most.
TABLE = []


def table():
    """The table of all tasks that were measured, as text."""
    width = max((len(task) for task, _, _ in TABLE), default=0)
    return "\n".join(f"  {task:{width}}  {str(steps):32}  at most {most}" for task, steps, most in TABLE)


def takes(task, steps, most, loads=None):
    """Notes what a task took; it must not be more than it may."""
    TABLE.append((task, steps, most))
    assert steps.all <= most, f"{task}: {steps}, and at most {most} are allowed"
    assert loads is None or steps.loads <= loads, f"{task}: {steps}, and at most {loads} loads are allowed"


def deciding_and_going_on_is_one_click_or_one_key(stage, browser):
    customer = stage.another_customer()
    first, second, third, fourth = [stage.pending(customer) for _ in range(4)]
    stage.enter(browser)
    browser.open(stage.queue(customer))
    browser.click(f"a[href^='/requests/{first}']")
    with browser.counted() as steps:
        browser.click("button[value=approve]")
    assert stage.page(second) in browser.url, browser.url
    takes("decide, then the next: by mouse", steps, 1, loads=1)
    with browser.counted() as steps:
        browser.press("a")
    assert stage.page(third) in browser.url, browser.url
    takes("decide, then the next: by key", steps, 1, loads=1)
    with browser.counted() as steps:
        browser.press("s")
    assert stage.page(fourth) in browser.url, browser.url
    takes("leave one for later, then the next", steps, 1, loads=1)
    for request in (first, second):
        stage.decider.wait_for(request, ["completed"])


def forty_alike_are_approved_with_their_sum_before_the_eyes(stage, browser):
    customer = stage.another_customer()
    asker = stage.person(f"alike-{stage.name}", "requester")
    rows = ["kind,customer,amount,currency,reason,note,reference"]
    rows += [f"goodwill_credit,{customer},{600 + number}.00,EUR,late,Storm,{customer}-{number}" for number in range(40)]
    asker.wait_for_import(asker.send_file(rows))
    stage.enter(browser)
    browser.open(stage.queue(customer))
    with browser.counted() as steps:
        browser.click("button[value=all]")
        assert "40 selected · 24,780.00 EUR" in browser.run("return document.querySelector('.tally').textContent")
        browser.click("button[value=approve]")
    shows(browser, "40 approved")
    takes("approve 40 alike, their sum seen", steps, 3)


def a_request_is_found_by_one_search(stage, browser):
    request = stage.pending()
    invoice = stage.decider.read(request)["invoice"]
    stage.enter(browser)
    for what, known in (("number", invoice), ("half a number", invoice[4:11])):
        browser.open(f"{stage.base}/help")
        with browser.counted() as steps:
            browser.press("/")
            browser.write(known)
            browser.press(ENTER)
        assert browser.count(f"a[href^='/requests/{request}']") == 1, browser.text()[:500]
        takes(f"find a request by {what}", steps, 3, loads=1)


def two_of_four_are_refunded_with_the_number_known_or_half_known(stage, browser):
    invoice = stage.invoice()
    twin = stage.invoice()
    stage.enter_as_requester(browser)
    browser.open(f"{stage.base}/new?invoice={invoice}")
    fills_in(stage, browser, invoice, "refund 2 of 4, invoice open", 4, lambda: None)
    TABLE.append(("see tax, payment and approvers before", "nothing", 0))

    def looks_for():
        browser.write(twin[4:11])
        browser.press(ENTER)
        if f"invoice={twin}" not in browser.url:
            browser.click(f"a[href='/new?invoice={twin}']")

    browser.open(f"{stage.base}/new")
    assert browser.focused()[1] == "find", browser.focused()
    fills_in(stage, browser, twin, "the same, number half known", 4 + 3, looks_for)


def fills_in(stage, browser, invoice, task, most, begins):
    with browser.counted() as steps:
        begins()
        browser.type("input[name='pieces:1']", "2")
        browser.type("#reason", "damaged")
        # What it comes to, in tax and by way of payment, and who has to agree: it is there without being asked for.
        wait(lambda: all(text in browser.text() for text in ("59.50", "9.50", "Card", "team-lead")), browser.text)
        browser.click("button[value=send]")
    shows(browser, "Request sent.", invoice)
    takes(task, steps, most)


def money_that_did_not_arrive_is_sent_elsewhere_and_paid_out(stage, browser):
    customer = stage.another_customer()
    declined, by_hand = [stage.pending(invoice=stage.invoice("__fail", customer)) for _ in range(2)]
    for request in (declined, by_hand):
        stage.approve(request, "max", "approver:manager")
        stage.decider.wait_for(request, ["needs_attention"])
    stage.enter_with(browser, stage.token(f"fina-{stage.name}", "finance"))
    with browser.counted() as steps:
        browser.press("g", "t")
        steps.keys -= 1  # Two letters are one command.
        to_card(browser, declined)
        browser.click(f"form[action='/tasks/{declined}'] button[value=store_credit]")
    takes("a declined refund becomes store credit", steps, 3)
    stage.approve(declined, "lea", "approver:team-lead")
    done = stage.decider.wait_for(declined, ["completed"])
    assert done["legs"][-1]["to"] == "store_credit", done["legs"]
    stage.send_elsewhere(by_hand, "manual")
    browser.open(f"{stage.base}/tasks")
    to_card(browser, by_hand)
    with browser.counted() as steps:
        browser.type(f"form[action='/tasks/{by_hand}'] input[name=reference]", "BANK-78")
        browser.press(ENTER)
    takes("confirm a payout", steps, 2)
    stage.decider.wait_for(by_hand, ["completed"])


def to_card(browser, request):
    """Scrolls, or goes to the next page, until the card of a task is there."""
    while not browser.count(f"form[action='/tasks/{request}']"):
        browser.click("a[rel=next]")


def a_dispute_is_answered_where_it_is_listed(stage, browser):
    request = stage.disputed()
    stage.enter_with(browser, stage.token(f"fina-{stage.name}", "finance"))
    browser.open(f"{stage.base}/disputes")
    link = f"a[href^='/disputes/{request}']"
    while not browser.count(link):
        browser.click("a[rel=next]")
    with browser.counted() as steps:
        browser.click(link)
        assert browser.count("a[href$='/dispute-evidence'][download]") == 1, "what the bank wants to see is a file"
        browser.click("summary.button")
        browser.type("form[action^='/tasks/'] textarea[name=note]", "Sent to the bank: invoice, proof of the refund.")
        browser.click("form[action^='/tasks/'] button.primary")
    wait(lambda: not stage.decider.read(request)["tasks"], lambda: stage.decider.read(request)["tasks"])
    takes("answer a dispute", steps, 4)


def what_was_done_with_curl_has_pages(stage, browser):
    name = f"vera-{stage.name}"
    stage.person(name, "approver:team-lead").call("GET", "/v1/me")
    stage.enter_with(browser, stage.token(f"max-{stage.name}", "approver:team-lead"))
    browser.open(f"{stage.base}/delegations")
    until = datetime.date.today() + datetime.timedelta(days=5)
    with browser.counted() as steps:
        browser.type("input[name=to]", name)
        browser.type("input[name=until]", until.strftime("%m%d%Y"))
        browser.click("form[action='/delegations'] .primary")
    shows(browser, f"{name} decides for you until")
    takes("lend authority", steps, 4)
    stage.enter(browser)
    browser.open(f"{stage.base}/imports/new")
    with browser.counted() as steps:
        browser.type("#pasted", f"kind,customer,amount,currency,reason,reference\ngoodwill_credit,{stage.customer},5.00,EUR,late,{name}\n")
        browser.click("button[name=act][value=send]")
    shows(browser, "The file is sent.")
    takes("import a file", steps, 3)
    browser.open(f"{stage.base}/requests?q={stage.customer}")
    assert browser.count("a[href^='/requests.csv?']") == 1, "the list is a file of just this with one click"
    browser.open(f"{stage.base}/audit")
    with browser.counted() as steps:
        browser.click("a[href^='/audit/doctor']")
    shows(browser, "Everything agrees.")
    takes("check that the books agree", steps, 1)
    browser.open(f"{stage.base}/")
    assert browser.count("main table.ages, main svg") >= 1, "how old the queue is stands on the first page"
    TABLE.append(("see how old the queue is", "nothing", 0))


TESTS = [
    deciding_and_going_on_is_one_click_or_one_key, forty_alike_are_approved_with_their_sum_before_the_eyes, a_request_is_found_by_one_search,
    two_of_four_are_refunded_with_the_number_known_or_half_known, money_that_did_not_arrive_is_sent_elsewhere_and_paid_out,
    a_dispute_is_answered_where_it_is_listed, what_was_done_with_curl_has_pages,
]
