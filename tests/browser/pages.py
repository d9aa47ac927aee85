"""Every page of the console, with requests on them in every kind of state."""

from stage import wait

# The one page that is the page of an error.
NOWHERE = "nowhere"

def every_page(stage):
    """The address of every page by its name, with requests that wait, that failed, that are disputed and that are done."""
    # For customers of its own: what passes by itself for one is bounded.
    customer, another = stage.another_customer(), stage.another_customer()
    invoice = stage.invoice(customer=customer)
    waits = stage.pending(invoice=invoice)
    failed = stage.pending(invoice=stage.invoice("__fail", customer))
    stage.approve(failed, "max", "approver:manager")
    done = stage.requester.ask(kind="goodwill_credit", customer=another, amount={"value": "5.00", "currency": "EUR"}, reason="late", note="")
    stage.requester.wait_for(done, ["completed", "pending_approval"])
    by_hand = paid_out_by_hand(stage, customer)
    disputed = stage.disputed(customer)
    stage.decider.wait_for(failed, ["needs_attention"])
    number = invoice.split("-")[1]
    wait(lambda: stage.decider.call("GET", f"/v1/requests?q={number}")[1]["items"], lambda: f"{number} is not found")
    sent = stage.requester.send_file(["kind,customer,amount,currency,reason,reference", f"goodwill_credit,{another},700.00,EUR,late,{another}"])
    stage.requester.wait_for_import(sent)
    batch = batch_of(stage, customer)
    version = (stage.decider.call("GET", "/v1/policy/versions")[1] or {}).get("items") or []
    name = "" if not version else f"/policy/versions/{version[0]['name']}"
    pages = {
        "home": "/", "queue": "/queue", "queue-tasks": "/queue?view=tasks", "queue-questions": "/queue?view=questions",
        "queue-filtered": f"/queue?view=decisions&kind=refund&customer={customer}", "requests": "/requests", "requests-found": f"/requests?q={number}",
        "request-waits": f"/requests/{waits}", "request-in-queue": f"/requests/{waits}?queue=view%3Ddecisions", "request-failed": f"/requests/{failed}",
        "request-done": f"/requests/{done}", "request-by-hand": f"/requests/{by_hand}", "request-disputed": f"/requests/{disputed}",
        "request-print": f"/requests/{done}/print", "batch": f"/batches/{batch}", "new": "/new", "new-without-invoice": "/new?without=yes&find=Nordlicht",
        "new-of-invoice": f"/new?invoice={invoice}", "new-of-customer": f"/new?customer={customer}", "invoices": f"/invoices?find={number}",
        "invoice": f"/invoices/{invoice}", "customers": "/customers?find=Nordlicht", "customer": f"/customers/{customer}",
        "customer-statement": f"/customers/{another}/statement", "customer-credit": f"/customers/{another}/credit", "tasks": "/tasks", "payouts": "/payouts",
        "disputes": "/disputes", "dispute": f"/disputes/{disputed}", "documents": "/documents", "policy": "/policy", "policy-versions": "/policy/versions",
        "policy-propose": "/policy/propose", "policy-events": "/policy/events", "policy-dry-runs": "/policy/dry-runs", "people": "/people", "person": "/people/admin",
        "clients": "/clients", "patterns": "/patterns", "audit": "/audit", "audit-record": "/audit/record", "audit-doctor": "/audit/doctor?run=yes",
        "imports": "/imports", "imports-new": "/imports/new", "imports-templates": "/imports/templates", "import": f"/imports/{sent['id']}",
        "schedules": "/schedules", "schedules-new": "/schedules/new", "delegations": "/delegations", "settings": "/settings", "help": "/help",
        "outbox": "/outbox", "outbox-lost": "/outbox?state=undeliverable", "letters": "/letters", "letter": "/letters/customer/request.completed/en",
        "sign-in": "/sign-in", "sign-out": "/sign-out", "decide-by-link": stage.link(waits), "panel": "/panel/zendesk?ticket=48213", NOWHERE: "/nowhere",
    }
    return pages | ({"policy-version": name, "policy-difference": f"{name}/diff", "policy-simulate": f"{name}/simulate"} if name else {})


# What some pages say once a form of theirs is sent: the page, and the button. What is sent is refused, but for the settings.
ANSWERS = {
    "queue-nothing-ticked": ("queue-filtered", ".together button[value=approve]"), "new-refused": ("new-of-invoice", ".sending button[value=send]"),
    "imports-refused": ("imports-new", "button[value=check]"), "settings-saved": ("settings", "form[action='/settings'] .primary"),
    "request-ticked": ("queue-filtered", "button[value=all]"),
}


def paid_out_by_hand(stage, customer):
    """A request whose money a person has to pay out."""
    request = stage.pending(invoice=stage.invoice("__fail", customer))
    stage.approve(request, "max", "approver:manager")
    stage.decider.wait_for(request, ["needs_attention"])
    stage.send_elsewhere(request, "manual")
    return request


def batch_of(stage, customer):
    """Two requests that were decided together, one of which somebody else was faster with."""
    both = [stage.decider.read(stage.pending(customer)) for _ in range(2)]
    wish = {"decision": "reject", "note": "Not these.", "requests": [{"request": one["id"], "content_hash": one["content_hash"]} for one in both]}
    status, frozen = stage.decider.call("POST", "/v1/decisions/batches", wish, {"Idempotency-Key": f"batch-{customer}"})
    assert status < 300, (status, frozen)
    stage.approve(both[1]["id"], "max", "approver:manager")
    status, answer = stage.decider.call("POST", f"/v1/decisions/batches/{frozen['id']}/decide", {"snapshot": frozen["snapshot"]})
    assert status < 300, (status, answer)
    return frozen["id"]
