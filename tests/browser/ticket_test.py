"""From a ticket to the money, decided on by a manager in the console: every system that hears of it is asked what it heard."""

import os
import pathlib
import sqlite3
import uuid

import peers
from stage import shows, wait


def a_ticket_is_approved_by_a_manager_here_and_everyone_hears_of_it_once(stage, browser):
    zendesk, subscriber = peers.Peer("CONTRAFLOW_ZENDESK"), peers.Peer("CONTRAFLOW_SUBSCRIBER")
    invoice = stage.invoice()
    ticket = uuid.uuid4().int % 10**9
    zendesk.tell("/_peer/tickets", id=ticket)
    ask = {
        "ticket": {"id": str(ticket), "url": f"{zendesk.base}/agent/tickets/{ticket}",
                   "requester_email": "ap@nordlicht.example", "agent_email": "agent@example.com"},
        "credit": {"kind": "refund", "invoice": invoice, "reason": "broken", "note": "2 of 4 arrived broken", "lines": "1:2"},
    }
    webhook = {"url": f"{stage.base}/webhooks/zendesk", "secret": os.environ["CONTRAFLOW_ZENDESK_SECRET"], "body": ask}
    for delivery in ("first", "again"):
        answer = zendesk.tell("/_peer/webhook", **webhook)
        assert answer["status"] == 200, (delivery, answer)
    forged = zendesk.tell("/_peer/webhook", **{**webhook, "secret": "not-the-secret"})
    assert forged["status"] == 401, forged
    wait(lambda: of_invoice(stage, invoice, "pending_approval"), lambda: "the ticket becomes no request")
    (request,) = [found["id"] for found in of_invoice(stage, invoice)]

    # Nobody knows under which name the agent signs in, so two decide.
    stage.approve(request, "lea", "approver:team-lead")
    approve_in_the_console(stage, browser, request)
    done = stage.decider.wait_for(request, ["completed"])

    (leg,) = done["legs"]
    assert (leg["status"], leg["amount"]["value"]) == ("succeeded", "59.50") and leg["gateway_reference"], leg
    assert [made["by"] for made in done["approvals"]["decisions"]] == ["lea", "max"], done["approvals"]
    refunds = at_the_sandbox(f"ch_{invoice}")
    assert refunds == [(leg["gateway_reference"], 5950, "succeeded")], refunds
    the_books_balance(stage, request)

    wait(lambda: zendesk.state()["tickets"][str(ticket)]["status"] == "solved", lambda: zendesk.state()["requests"][-5:])
    public = [comment for comment in zendesk.state()["comments"][str(ticket)] if comment["public"]]
    assert len(public) == 1 and "59.50" in public[0]["body"], public
    completed = lambda: [event for event in subscriber.state()["events"] if (event["type"], event["subject"]) == ("request.completed", request)]
    wait(completed, lambda: subscriber.state()["deliveries"][-5:])
    (event,) = completed()
    tries = [tried for tried in subscriber.state()["deliveries"] if tried["id"] == event["id"]]
    assert tries and all(tried["verified"] and not tried["problem"] for tried in tries), tries


def of_invoice(stage, invoice, status=""):
    """The customer's requests about the invoice."""
    address = f"/v1/requests?customer={stage.customer}" if not status else f"/v1/requests?customer={stage.customer}&status={status}"
    code, page = stage.decider.call("GET", address)
    assert code == 200, page
    return [request for request in page["items"] if request["invoice"] == invoice]


def approve_in_the_console(stage, browser, request):
    """As a manager who has no other role."""
    stage.enter_with(browser, stage.token("max", "approver:manager"))
    browser.click(stage.find_in_the_queue(browser, request))
    shows(browser, "Your decision", "59.50", "2 of 4 arrived broken", "agent@example.com")
    browser.type("#decision-note", "The photo is clear.")
    browser.click("button[value=approve]")
    shows(browser, "Approved: Refund 59.50 EUR")


def at_the_sandbox(payment):
    """What the sandbox gateway itself has written down of a payment's refunds: beside contraflow's own record of them."""
    file = pathlib.Path(os.environ["CONTRAFLOW_STATE"], "sqlite_default.db").resolve()
    with sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True) as database:
        return database.execute("SELECT id, amount_minor, status FROM sandbox_refund WHERE payment = ?", [payment]).fetchall()


def every(stage, path):
    """All items of a paged list."""
    items, cursor = [], ""
    while cursor is not None:
        status, page = stage.decider.call("GET", f"{path}?limit=200&cursor={cursor}")
        assert status == 200, page
        items, cursor = items + page["items"], page["next"]
    return items


def the_books_balance(stage, request):
    """One memo is posted for the request, the money that left is booked on it, and every entry of the journal sums to zero."""
    (memo,) = [memo for memo in every(stage, "/v1/books/credit-memos") if memo["request"] == request]
    assert (memo["status"], memo["total"]["value"]) == ("posted", "59.50"), memo
    of_memo = lambda: [entry for entry in every(stage, "/v1/books/journal") if entry["document"] == memo["number"]]
    wait(lambda: len(of_memo()) == 2, lambda: ("the memo and its refund are not in the journal", of_memo()))
    owed = [minor(leg["amount"]) for entry in of_memo() for leg in entry["legs"] if leg["account"].startswith("Assets:Receivable")]
    assert sorted(owed) == [-5950, 5950], ("the customer was credited and paid back the same", owed)
    for entry in every(stage, "/v1/books/journal"):
        sums = {}
        for amount in (leg["amount"] for leg in entry["legs"]):
            sums[amount["currency"]] = sums.get(amount["currency"], 0) + minor(amount)
        assert not any(sums.values()), entry


def minor(amount):
    """An amount in minor units."""
    return int(amount["value"].replace(".", ""))


TESTS = [a_ticket_is_approved_by_a_manager_here_and_everyone_hears_of_it_once]
