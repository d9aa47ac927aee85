"""What every test of the console finds: the application, who uses it, and how to look at what they see."""

import base64
import hmac
import json
import os
import pathlib
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from application import Application
from browser import ENTER

HOSTILE = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\"> 2 of 4 broke"


class Stage:
    """The application, who uses it, and what every test finds there."""

    def __init__(self, base, sign_in, requester_token):
        self.base = base.rstrip("/")
        self.sign_in = sign_in
        self.requester_token = requester_token
        token = urllib.parse.parse_qs(urllib.parse.urlparse(sign_in).query)["token"][0]
        self.decider = Application(base, token)
        self.requester = Application(base, requester_token)
        self.name = uuid.uuid4().hex[:10]
        self.customer = f"CUST-{self.name}"

    def another_customer(self):
        """A customer of whom nothing is known yet."""
        return f"CUST-{uuid.uuid4().hex[:10]}"

    def invoice(self, behaviour="", customer="", **more):
        number = f"INV-{uuid.uuid4().hex[:10]}"
        self.decider.import_invoice(number, customer or self.customer, behaviour, **more)
        return number

    def pending(self, customer="", **more):
        """A request of the requester's that waits for the decider."""
        wish = {"kind": "refund", "reason": "damaged", "note": HOSTILE, "lines": [{"line": "1", "quantity": "2"}], **more}
        wish["invoice"] = more.get("invoice") or self.invoice(customer=customer)
        request = self.requester.ask(**wish)
        self.requester.wait_for(request, ["pending_approval"])
        return request

    def enter(self, browser):
        browser.open(self.sign_in)
        browser.click("form[action='/sign-in'] button")
        wait(lambda: browser.url == f"{self.base}/", lambda: browser.url)

    def enter_as_requester(self, browser):
        self.enter_with(browser, self.requester_token)

    def enter_with(self, browser, token):
        """Signs in by hand."""
        browser.open(f"{self.base}/sign-in")
        browser.type("#token", token)
        browser.press(ENTER)
        wait(lambda: browser.url == f"{self.base}/", lambda: browser.url)

    def token(self, name, *roles):
        """A token of somebody else's."""
        command = [os.environ["CONTRAFLOW"], "token", "--user", name, "--state", os.environ["CONTRAFLOW_STATE"]]
        command += [word for role in roles for word in ("--role", role)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def person(self, name, *roles):
        """Somebody else, as the API sees them."""
        return Application(self.base, self.token(name, *roles))

    def approve(self, request, name, *roles):
        """Somebody approves the request as it is now."""
        decider = self.person(name, *roles)
        content = self.decider.read(request)["content_hash"]
        status, answer = decider.call("POST", f"/v1/requests/{request}/decisions", {"decision": "approve", "content_hash": content})
        assert status == 200, answer

    def send_elsewhere(self, request, destination):
        """Money that did not arrive is sent elsewhere, and somebody agrees to it."""
        status, answer = self.decider.call("POST", f"/v1/requests/{request}/retry", {"destination": destination})
        assert status < 300, (status, answer)
        self.approve(request, "lea", "approver:team-lead")
        waits = lambda: [task for task in self.decider.read(request)["tasks"] if task["code"] == "leg.pay_out"]
        wait(lambda: destination != "manual" or waits(), lambda: self.decider.read(request)["tasks"])

    def disputed(self, customer=""):
        """A request whose money was paid back before the customer's bank took it back, too."""
        invoice = self.invoice(customer=customer)
        request = self.pending(invoice=invoice)
        self.approve(request, "max", "approver:manager")
        self.decider.wait_for(request, ["completed"])
        amount = {"value": "119.00", "currency": "EUR"}
        dispute = {"id": f"dp_{invoice}", "payment": f"ch_{invoice}", "amount": amount, "status": "open", "reason": "fraudulent"}
        self.at_the_sandbox({"type": "dispute.updated", "dispute": dispute})
        wait(lambda: self.decider.read(request)["tasks"], lambda: "nobody is told of the dispute")
        return request

    def at_the_sandbox(self, news):
        """The sandbox gateway tells contraflow of something."""
        secret = pathlib.Path(os.environ["CONTRAFLOW_STATE"], "sandbox_webhook_secret").read_bytes()
        body, name, at = json.dumps(news), f"msg_{uuid.uuid4().hex}", str(int(time.time()))
        proof = base64.b64encode(hmac.digest(secret, f"{name}.{at}.{body}".encode(), "sha256")).decode()
        headers = {"webhook-id": name, "webhook-timestamp": at, "webhook-signature": f"v1,{proof}"}
        with urllib.request.urlopen(urllib.request.Request(f"{self.base}/webhooks/sandbox", body.encode(), headers), timeout=30) as answer:
            assert answer.status < 300, answer.status

    def link(self, request):
        """The address by which somebody decides on a request without signing in."""
        status, made = self.decider.call("POST", f"/v1/requests/{request}/links", {})
        assert status < 300, (status, made)
        return made["path"]

    def find_in_the_queue(self, browser, request):
        """Goes to the page of the queue on which the request stands; answers what its link is found by."""
        browser.open(self.queue(self.decider.read(request)["customer"]))
        link = f"a[href^='/requests/{request}']"
        # The newest stand last: where much waits, on a later page.
        while not browser.count(link):
            browser.click("a[rel=next]")
        return link

    def queue(self, customer):
        """The address of the part of the queue that is about a customer."""
        return f"{self.base}/queue?view=decisions&customer={customer}"

    def page(self, request):
        return f"{self.base}/requests/{request}"


def wait(holds, why, seconds=30):
    """Waits until it holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, why()
        time.sleep(0.1)


def shows(browser, *texts):
    """Waits until all of it can be read."""
    missing = lambda: [text for text in texts if text not in browser.text()]
    wait(lambda: not missing(), lambda: (missing(), browser.url, browser.text()[:2000]))


def send(stage, path, form, cookie, headers=None):
    """Sends a form without a browser; answers the status, the location and the headers."""
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    request = urllib.request.Request(stage.base + path, None if form is None else form.encode(), headers or {})
    if cookie:
        request.add_header("Cookie", f"contraflow_session={cookie}")
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=60) as answer:
            return answer.status, answer.headers.get("Location"), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Location"), error.headers
