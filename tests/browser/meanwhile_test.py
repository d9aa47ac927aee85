"""What happens to people's work when something happens meanwhile: others decide, sessions end, pages are gone back to."""

from application import Application
from browser import ENTER, Browser
from live_test import HURRY
from stage import shows

# Waits while the page asks five times for what is new.
FIVE_TURNS = "const done = arguments[0]; let turns = 0; setInterval(() => { turns += 1; if (turns === 5) done(); }, 30000);"
NOTE = "The photo shows another sensor.\nI would not pay this: „nein“ & <b>no</b>."


def whoever_is_second_reads_who_did_what_and_keeps_their_note(stage, browser):
    request = stage.pending()
    stage.enter_with(browser, stage.token("nora", "approver:team-lead"))
    browser.open(stage.page(request))
    browser.type("#decision-note", NOTE)
    with Browser() as other:
        stage.enter_with(other, stage.token("max", "approver:team-lead"))
        other.open(stage.page(request))
        other.type("#decision-note", "The photo is clear.")
        other.click("button[value=approve]")
        shows(other, "Approved: Refund 59.50 EUR")
    browser.click("button[value=reject]")
    shows(browser, "max approved this before you.", "The photo is clear.", "Your note was not saved:", *NOTE.splitlines())
    assert browser.count("[role=alert] time, [role=alert] .time") or ":" in browser.text().split("before you.")[1][:40], "it says when"
    assert "max approved this before you." in browser.title and browser.focused()[0] == "div", (browser.title, browser.focused())
    done = stage.decider.wait_for(request, ["completed"])
    assert [made["by"] for made in done["approvals"]["decisions"]] == ["max"], done["approvals"]


def two_tabs_of_one_person_decide_once(stage, browser):
    request = stage.pending()
    stage.enter_with(browser, stage.token("nora", "approver:team-lead"))
    browser.open(stage.page(request))
    browser.type("#decision-note", NOTE)
    first = browser.tab
    browser.new_tab()
    browser.open(stage.page(request))
    browser.type("#decision-note", "Clear.")
    browser.click("button[value=approve]")
    shows(browser, "Approved: Refund 59.50 EUR")
    browser.to_tab(first)
    browser.click("button[value=reject]")
    # It says what was done elsewhere, and the note that came too late is still to be read.
    shows(browser, "You approved it already, in another window.", NOTE)
    done = stage.decider.wait_for(request, ["completed"])
    assert [(made["by"], made["decision"]) for made in done["approvals"]["decisions"]] == [("nora", "approve")], done["approvals"]


def a_form_outlives_a_session_that_was_ended_in_another_tab(stage, browser):
    request = stage.pending()
    name = f"ella-{stage.name}"
    stage.enter_with(browser, stage.token(name, "approver:team-lead"))
    browser.open(stage.page(request))
    browser.type("#decision-note", NOTE)
    first = browser.tab
    browser.new_tab()
    browser.open(f"{stage.base}/sign-out")
    browser.click("main form[action='/sign-out'] button")
    assert browser.url == f"{stage.base}/sign-in?out=yes", browser.url
    browser.to_tab(first)
    browser.click("button[value=reject]")
    goes_on_after_signing_in(stage, browser, request, name)


def a_form_outlives_a_token_that_was_ended_elsewhere(stage, browser):
    request = stage.pending()
    name = f"emil-{stage.name}"
    token = stage.token(name, "approver:team-lead")
    stage.enter_with(browser, token)
    browser.open(stage.page(request))
    browser.type("#decision-note", NOTE)
    status, answer = Application(stage.base, token).call("POST", "/v1/sign-out")
    assert status < 300, (status, answer)
    browser.click("button[value=reject]")
    goes_on_after_signing_in(stage, browser, request, name)


def whoever_was_signed_out_elsewhere_is_told_once_and_keeps_what_they_typed(stage, browser):
    request = stage.pending()
    name = f"elias-{stage.name}"
    token = stage.token(name, "approver:team-lead")
    browser.cdp("Page.enable")
    hurried = browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=HURRY)
    try:
        stage.enter_with(browser, token)
        browser.open(stage.page(request))
        browser.run("document.addEventListener('htmx:beforeRequest', () => { window.asked = (window.asked || 0) + 1; })")
        browser.type("#decision-note", NOTE)
        status, answer = Application(stage.base, token).call("POST", "/v1/sign-out")
        assert status < 300, (status, answer)
        shows(browser, "You are signed out.", "What you typed stays here")
        asked = browser.run("return window.asked")
        browser.run_until_done(FIVE_TURNS)
        assert browser.run("return window.asked") == asked, "it asks no more"
        assert browser.value("#decision-note").replace("\r\n", "\n") == NOTE
        assert browser.focused()[1] == "note", browser.focused()
        assert browser.count("#signed-out a[href='/sign-in'][target=_blank]") == 1
    finally:
        browser.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=hurried["identifier"])
    first = browser.tab
    browser.new_tab()
    stage.enter_with(browser, stage.token(name, "approver:team-lead"))
    browser.to_tab(first)
    browser.click("button[value=reject]")
    shows(browser, "Send this now?", f"You are signed in as {name}", *NOTE.splitlines())
    browser.press(ENTER)
    shows(browser, "Rejected: Refund 59.50 EUR")


def goes_on_after_signing_in(stage, browser, request, name):
    """The page says that nothing was done, signs in, and offers the same form; once it is sent, the note is in the record."""
    shows(browser, "Reject", *NOTE.splitlines())
    assert stage.decider.read(request)["status"] == "pending_approval"
    assert browser.focused()[1] == "token", browser.focused()
    browser.type("#token", "not.a.token")
    browser.press(ENTER)
    shows(browser, "not accepted")
    browser.type("#token", stage.token(name, "approver:team-lead"))
    browser.press(ENTER)
    shows(browser, "Send this now?", f"You are signed in as {name}", *NOTE.splitlines())
    assert stage.decider.read(request)["status"] == "pending_approval", "nothing is sent unasked"
    browser.press(ENTER)
    shows(browser, "Rejected: Refund 59.50 EUR")
    (made,) = stage.decider.wait_for(request, ["rejected"])["approvals"]["decisions"]
    assert (made["by"], made["note"].replace("\r\n", "\n")) == (name, NOTE), made


def going_back_shows_what_is_so_now_and_does_nothing_twice(stage, browser):
    customer = stage.another_customer()
    first, second, third = [stage.pending(customer) for _ in range(3)]
    stage.enter(browser)
    browser.open(stage.queue(customer))
    browser.click(f"a[href^='/requests/{first}']")
    browser.click("button[value=approve]")
    assert stage.page(second) in browser.url, browser.url
    browser.back()
    shows(browser, "Refund")
    assert stage.page(first) in browser.url and browser.count("button[value=approve]") == 0, "it is decided, and the page says so"
    browser.open(stage.queue(customer))
    for request in (second, third):
        browser.click(f"input[value^='{request}']")
    browser.click("button[value=approve]")
    shows(browser, "2 approved")
    batch = browser.url
    browser.open(stage.page(second))
    browser.back()
    assert browser.url == batch and "2 approved" in browser.text(), browser.text()[:300]
    for request in (first, second, third):
        assert len(stage.decider.wait_for(request, ["completed"])["approvals"]["decisions"]) == 1


def somebody_who_looks_at_a_request_is_named_to_others(stage, browser):
    request = stage.pending()
    stage.enter_with(browser, stage.token("nora", "approver:team-lead"))
    browser.open(stage.page(request))
    browser.click("form[action$='/take'] button")
    shows(browser, "You are looking at this.")
    stage.enter_with(browser, stage.token("max", "approver:team-lead"))
    browser.click(stage.find_in_the_queue(browser, request))
    shows(browser, "nora is looking at this")


TESTS = [
    whoever_is_second_reads_who_did_what_and_keeps_their_note, two_tabs_of_one_person_decide_once,
    a_form_outlives_a_session_that_was_ended_in_another_tab, a_form_outlives_a_token_that_was_ended_elsewhere,
    whoever_was_signed_out_elsewhere_is_told_once_and_keeps_what_they_typed, going_back_shows_what_is_so_now_and_does_nothing_twice, somebody_who_looks_at_a_request_is_named_to_others,
]
