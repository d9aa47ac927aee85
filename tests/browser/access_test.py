"""Pages that everybody can use: axe finds nothing on any of them, and none is wider than its screen, with all that folds opened."""

import pathlib

from stage import wait

AXE = pathlib.Path(__file__).resolve().parents[2] / "target/peers/axe/node_modules/axe-core/axe.min.js"

# What is wrong, with the first places of each.
CHECK = """
const done = arguments[arguments.length - 1];
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
axe.run(document, {runOnly: {type: "tag", values: tags}}).then(found => done(found.violations.map(
    wrong => `${wrong.id}: ${wrong.nodes.slice(0, 3).map(node => node.target.join(" ")).join(", ")}`)));
"""
OPEN = "document.querySelectorAll('main details').forEach(folded => folded.open = true)"
WIDER = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"

# A desk, a phone at night in German, forced colours, and a desk at twice the size.
SCREENS = [
    ("1280", {"width": 1280}, "en", []),
    ("390 dark, German", {"width": 390, "height": 844, "dark": True}, "de", []),
    ("768 forced colours", {"width": 768}, "en", [{"name": "forced-colors", "value": "active"}]),
    ("640, which is 1280 at 200 %", {"width": 640, "height": 450}, "en", []),
]


def no_page_keeps_anybody_out_or_is_wider_than_its_screen(stage, browser):
    axe = AXE.read_text()
    told = []
    pages = every_page(stage)
    stage.enter(browser)
    for name, screen, language, media in SCREENS:
        browser.screen(**screen)
        browser.cdp("Network.enable")
        browser.cdp("Network.setExtraHTTPHeaders", headers={"Accept-Language": language})
        if media:
            browser.cdp("Emulation.setEmulatedMedia", features=media)
        for path in pages:
            browser.open(stage.base + path)
            assert browser.run("return document.documentElement.lang") == language, (path, language)
            # The page of an error would pass for a page that everybody can use.
            if browser.count(".card.alone .code") != (path == "/nowhere"):
                told.append(f"{name}, {path}: the page of an error")
            browser.run(OPEN)
            over = browser.run(WIDER)
            if over > 0:
                told.append(f"{name}, {path}: {over} pixels too wide")
            browser.run(axe)
            told += [f"{name}, {path}: {wrong}" for wrong in browser.run_until_done(CHECK)]
    browser.cdp("Network.setExtraHTTPHeaders", headers={})
    browser.screen(1280)
    assert not told, "\n".join(told)


def every_page(stage):
    """The address of every page, with requests that wait, that failed and that are done."""
    invoice = stage.invoice()
    waits = stage.pending(invoice=invoice)
    failed = stage.pending(invoice=stage.invoice("__fail"))
    stage.approve(failed, "max", "approver:manager")
    # For a customer of its own: what passes by itself for one is bounded.
    done = stage.requester.ask(kind="goodwill_credit", customer=f"{stage.customer}-2", amount={"value": "5.00", "currency": "EUR"}, reason="late", note="")
    stage.requester.wait_for(done, ["completed", "pending_approval"])
    stage.decider.wait_for(failed, ["needs_attention"])
    number = invoice.split("-")[1]
    wait(lambda: stage.decider.call("GET", f"/v1/requests?q={number}")[1]["items"], lambda: f"{number} is not found")
    return [
        "/", "/queue", "/queue?view=tasks", "/queue?view=questions", "/requests", f"/requests?q={number}", f"/requests/{waits}", f"/requests/{failed}", f"/requests/{done}",
        f"/requests/{done}/print", "/new", f"/new?invoice={invoice}", f"/new?customer={stage.customer}", f"/invoices?find={number}", f"/invoices/{invoice}",
        "/customers", f"/customers/{stage.customer}", "/tasks", "/payouts", "/disputes", "/documents", "/policy", "/policy/versions", "/policy/propose", "/policy/dry-runs", "/people",
        "/people/admin", "/clients", "/patterns", "/audit", "/imports", "/schedules", "/schedules/new", "/delegations", "/outbox", "/letters", "/letters/customer/request.completed/en", "/settings", "/help", "/nowhere",
    ]


TESTS = [no_page_keeps_anybody_out_or_is_wider_than_its_screen]
