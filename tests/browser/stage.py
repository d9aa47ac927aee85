"""What every test of the console finds: the application, who uses it, and how to look at what they see."""

import os
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from application import Application
from webdriver import ENTER

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

    def invoice(self, behaviour=""):
        number = f"INV-{uuid.uuid4().hex[:10]}"
        self.decider.import_invoice(number, self.customer, behaviour)
        return number

    def pending(self, **more):
        """A request of the requester's that waits for the decider."""
        wish = {"kind": "refund", "invoice": self.invoice(), "reason": "damaged", "note": HOSTILE, "lines": [{"line": "1", "quantity": "2"}], **more}
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

    def approve(self, request, name, *roles):
        """Somebody approves the request as it is now."""
        decider = Application(self.base, self.token(name, *roles))
        content = self.decider.call("GET", f"/v1/requests/{request}")[1]["content_hash"]
        status, answer = decider.call("POST", f"/v1/requests/{request}/decisions", {"decision": "approve", "content_hash": content})
        assert status == 200, answer

    def find_in_the_queue(self, browser, request):
        """Goes to the page of the queue on which the request stands; answers what its link is found by."""
        browser.open(f"{self.base}/queue")
        link = f"a[href^='/requests/{request}']"
        # The newest stand last: where much waits, on a later page.
        while not browser.count(link):
            browser.click("a[rel=next]")
        return link

    def page(self, request):
        return f"{self.base}/requests/{request}"


def wait(holds, why, seconds=30):
    """Waits until it holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, why()
        time.sleep(0.2)


def shows(browser, *texts):
    """Waits until all of it can be read."""
    wait(lambda: all(text in browser.text() for text in texts), lambda: (texts, browser.url, browser.text()[:2000]))


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
