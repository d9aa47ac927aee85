"""The keys by which people work all day, from asking to deciding, with no mouse at hand."""

from browser import CONTROL, ENTER, ESCAPE, TAB
from stage import shows, wait

# Keys that the page of help explains but that are not of one page alone, with what each is for.
ROWS = ["j", "k", "x", "Enter"]
# Keys of what is there on some pages only: a form, a request before or behind, a page of a list.
ELSEWHERE = ["Ctrl + Enter", "n", "p", "[", "]"]


def a_refund_is_asked_for_with_the_keyboard_alone(stage, browser):
    invoice = stage.invoice()
    stage.enter_as_requester(browser)
    browser.press("g", "n")
    assert browser.url == f"{stage.base}/new", browser.url
    assert browser.focused()[1] == "find", "what is known of the invoice can be typed at once"
    browser.write(invoice[4:])
    browser.press(ENTER)
    assert f"invoice={invoice}" in browser.url, browser.url
    browser.tab_to(lambda focus: focus[1] == "pieces:1")
    browser.write("2")
    browser.tab_to(lambda focus: focus[1] == "reason")
    browser.write("damaged")
    browser.tab_to(lambda focus: focus[1] == "note")
    browser.write("Two arrived broken, and a question? a/b")
    browser.press_together(CONTROL, ENTER)
    shows(browser, "Request sent.", "59.50", invoice, "Two arrived broken, and a question? a/b")


def a_queue_is_worked_off_with_single_keys(stage, browser):
    customer = stage.another_customer()
    first, second, third, fourth = [stage.pending(customer) for _ in range(4)]
    stage.enter(browser)
    browser.press("g", "q")
    assert browser.url == f"{stage.base}/queue", browser.url
    browser.open(stage.queue(customer))
    rows = lambda: browser.run("return [...document.querySelectorAll('.rows .cover')].map(link => link.pathname.split('/').pop())")
    assert rows() == [first, second, third, fourth], rows()
    at = lambda: browser.focused()[1].split("?")[0].removeprefix("/requests/")
    browser.press("j")
    assert at() == first
    browser.press("j", "j", "k")
    assert at() == second
    browser.press("x")
    assert browser.count(".pick :checked") == 1 and "1 selected · 59.50 EUR" in browser.text(), browser.text()[:600]
    browser.press("x")
    assert browser.count(".pick :checked") == 0
    browser.press("k", "o")
    assert stage.page(first) in browser.url, browser.url
    browser.press("n")
    assert stage.page(second) in browser.url, browser.url
    browser.press("p")
    assert stage.page(first) in browser.url, browser.url
    browser.press("u")
    assert browser.url.startswith(stage.queue(customer)), browser.url
    browser.press("j", ENTER)
    assert stage.page(first) in browser.url, browser.url
    # Where something has to be said, the key leads to where it is said; letters are letters there.
    browser.press("r")
    assert browser.focused()[1] == "note", browser.focused()
    browser.write("a piece is missing: see photo / x?")
    browser.press_together(CONTROL, ENTER)
    lands_on(stage, browser, second, "Rejected: Refund 59.50 EUR, Nordlicht GmbH.")
    browser.press("i")
    browser.write("Which one?")
    browser.press_together(CONTROL, ENTER)
    lands_on(stage, browser, third, "Asked: Refund 59.50 EUR, Nordlicht GmbH.")
    browser.press("e")
    lands_on(stage, browser, fourth, "Escalated: Refund 59.50 EUR, Nordlicht GmbH.")
    browser.press("a")
    stage.decider.wait_for(fourth, ["completed"])
    stands = {request: stage.decider.read(request) for request in (first, second, third)}
    assert [stands[request]["status"] for request in (first, second, third)] == ["rejected", "info_requested", "escalated"], stands
    assert stands[first]["approvals"]["decisions"][0]["note"] == "a piece is missing: see photo / x?"


def lands_on(stage, browser, request, said):
    """The next request is there, what was done is said first, and the next key goes on from there."""
    assert stage.page(request) in browser.url, browser.url
    assert said in browser.focused()[2], browser.focused()
    assert browser.title.startswith(said), browser.title


def something_is_looked_for_from_anywhere(stage, browser):
    request = stage.pending()
    invoice = stage.decider.read(request)["invoice"]
    stage.enter(browser)
    browser.press("?")
    assert browser.url == f"{stage.base}/help", browser.url
    browser.press("/")
    assert browser.focused()[1] == "q", browser.focused()
    browser.press("g", "q")
    assert browser.url == f"{stage.base}/help" and browser.value("#find") == "gq", "what is typed is no command"
    browser.press(ESCAPE)
    assert browser.focused()[0] == "body", browser.focused()
    browser.press("/")
    browser.write(invoice)
    browser.press(ENTER)
    wait(lambda: browser.count(f"a[href^='/requests/{request}']") == 1, browser.text)


def every_key_that_the_help_explains_does_something(stage, browser):
    stage.pending()
    stage.enter(browser)
    browser.open(f"{stage.base}/help")
    explained = browser.run("return [...document.querySelectorAll('kbd')].map(key => key.textContent)")
    named = "return [...document.querySelectorAll('[data-key]')].map(named => named.dataset.key)"
    known = set(browser.run(named))
    request = stage.pending()
    link = stage.find_in_the_queue(browser, request)
    known |= set(browser.run(named))
    browser.click(link)
    known |= set(browser.run(named))
    idle = [key for key in explained if key not in known and key not in ROWS + ELSEWHERE]
    assert not idle, (idle, sorted(known))


def who_wants_no_single_keys_has_none(stage, browser):
    stage.enter_with(browser, stage.token(f"keyless-{stage.name}", "approver:team-lead"))
    request = stage.pending()
    browser.open(f"{stage.base}/settings")
    browser.click("input[name=shortcuts]")
    browser.click("form[action='/settings'] .primary")
    browser.open(stage.page(request))
    browser.press("a", "?", "g", "q")
    assert browser.url == stage.page(request), browser.url
    assert stage.decider.read(request)["status"] == "pending_approval"
    browser.press(TAB)
    assert browser.focused()[1] == "#main", browser.focused()


TESTS = [
    a_refund_is_asked_for_with_the_keyboard_alone, a_queue_is_worked_off_with_single_keys, something_is_looked_for_from_anywhere,
    every_key_that_the_help_explains_does_something, who_wants_no_single_keys_has_none,
]
