"""The application's API, as far as the tests need it to set things up."""

import json
import time
import urllib.error
import urllib.request
import uuid


class Application:
    """One application, seen with one person's token."""

    def __init__(self, base, token):
        self.base = base.rstrip("/")
        self.token = token

    def call(self, method, path, body=None, headers=None):
        """Answers the status and the JSON of the body."""
        data = None if body is None else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **(headers or {})}
        request = urllib.request.Request(self.base + path, data, sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def send_file(self, rows):
        """Imports a table; answers the import."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "text/csv"}
        request = urllib.request.Request(f"{self.base}/v1/imports", "\n".join(rows).encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def wait_for_import(self, sent, seconds=90):
        """Waits until each row of an import is a request that nobody works on any more; answers the import."""
        until = time.monotonic() + seconds
        while True:
            status, answer = self.call("GET", f"/v1/imports/{sent['id']}")
            if status == 200 and answer["left"] == 0 and answer["requests"]["working"] == 0:
                return answer
            assert time.monotonic() < until, (status, answer)
            time.sleep(0.5)

    def import_invoice(self, number, customer, behaviour="", name="Nordlicht GmbH", description="Sensor <b>IP67</b>"):
        """An invoice of 119.00 EUR, paid by card at the sandbox gateway, which behaves as told: `__fail`, `__decline`, …"""
        invoice = {
            "number": number, "issued_on": "2026-10-01", "currency": "EUR",
            "customer": {"id": customer, "name": name, "country": "DE", "tier": "standard", "email": "ap@nordlicht.example"},
            "prices_include_tax": False, "tax_rounding": "line",
            "lines": [{"id": "1", "description": description, "quantity": "4", "unit_price": "25.00", "discount": "0.00", "tax_rate": "0.19",
                       "net": "100.00", "tax": "19.00", "gross": "119.00"}],
            "payments": [{"id": f"PAY-{number}", "gateway": "sandbox", "reference": f"ch_{number}{behaviour}", "method": "card", "captured": "119.00",
                          "paid_at": "2026-10-02T09:00:00Z"}],
        }
        status, answer = self.call("POST", "/v1/books/invoices", invoice)
        assert status < 300, (status, answer)

    def ask(self, **request):
        """A request; answers its id."""
        status, answer = self.call("POST", "/v1/requests", request, {"Idempotency-Key": str(uuid.uuid4())})
        assert status == 202, (status, answer)
        return answer["id"]

    def read(self, request):
        """The request as it is now."""
        status, answer = self.call("GET", f"/v1/requests/{request}")
        assert status == 200, (status, answer)
        return answer

    def wait_for(self, request, wanted, seconds=40):
        """Waits until the request is in one of the states, and answers it."""
        until = time.monotonic() + seconds
        while True:
            answer = self.read(request)
            if answer["status"] in wanted:
                return answer
            told = {name: answer[name] for name in ("status", "findings", "tasks", "legs", "approvals")}
            assert time.monotonic() < until, (wanted, told)
            time.sleep(0.1)
