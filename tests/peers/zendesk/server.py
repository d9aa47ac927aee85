#!/usr/bin/env python3
"""A stand-in for the few routes of Zendesk that contraflow uses; Python's standard library alone.

    GET /api/v2/tickets/{id}[.json]
    PUT /api/v2/tickets/{id}[.json]              comment, status, safe_update with updated_stamp; 422 once closed
    GET /api/v2/tickets/{id}/comments[.json]     sort_order, per_page (at most 100), page; next_page

Sign-in is Basic `{email}/token:{token}`. Besides what every peer answers (../shared/peer.py):

    POST /_peer/tickets   {"id": 35436, "status": "open", "comments": ["the first"]}: puts a ticket there
    POST /_peer/webhook   {"url": "http://127.0.0.1:3000/webhooks/zendesk", "secret": "…", "body": {…}, "skew_s": 0}
                          signs and sends a trigger's webhook as Zendesk does (a text or null as body goes as it is);
                          answers {"status": …, "body": "…"}
"""

import base64
import datetime
import hashlib
import hmac
import json
import pathlib
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "shared"))

from peer import Answer, Peer, arguments, run  # noqa: E402

STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
NOT_FOUND = {"error": "RecordNotFound", "description": "Not found"}


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def iso(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


class Zendesk(Peer):
    def __init__(self, email, token):
        self.basic = "Basic " + base64.b64encode(f"{email}/token:{token}".encode()).decode()
        super().__init__()

    def reset(self):
        self.tickets, self.comments = {}, {}

    def state(self):
        return {"tickets": self.tickets, "comments": self.comments}

    def serve(self, request):
        if not hmac.compare_digest(request.headers.get("authorization", ""), self.basic):
            return Answer(401, {"error": "Couldn't authenticate you"})
        route = re.fullmatch(r"/api/v2/tickets/(\d+)(/comments)?(?:\.json)?", request.path)
        ticket = self.tickets.get(route[1]) if route else None
        if ticket is None:
            return Answer(404, NOT_FOUND)
        if route[2]:
            return self.list_comments(route[1], request) if request.method == "GET" else Answer(404, NOT_FOUND)
        if request.method == "GET":
            return Answer(200, {"ticket": ticket})
        if request.method == "PUT":
            return self.update(ticket, request)
        return Answer(404, NOT_FOUND)

    def list_comments(self, ticket, request):
        query = dict(urllib.parse.parse_qsl(request.query))
        every = self.comments[ticket]
        if query.get("sort_order", "asc") == "desc":
            every = every[::-1]
        size = min(int(query.get("per_page", 100)), 100)
        page = max(int(query.get("page", 1)), 1)
        shown = every[(page - 1) * size : page * size]
        host = request.headers["host"]
        following = urllib.parse.urlencode({**query, "page": page + 1})
        more = f"http://{host}{request.path}?{following}" if page * size < len(every) else None
        return Answer(200, {"comments": shown, "next_page": more, "previous_page": None, "count": len(every)})

    def update(self, ticket, request):
        try:
            changes = json.loads(request.body)["ticket"]
        except (ValueError, KeyError, TypeError):
            return Answer(400, {"error": "InvalidJSON", "description": "the body is not a ticket"})
        if ticket["status"] == "closed":
            why = {"status": [{"description": "Status: closed prevents ticket update"}]}
            return Answer(422, {"error": "RecordInvalid", "description": "Record validation errors", "details": why})
        if changes.get("safe_update") in (True, "true") and changes.get("updated_stamp") != ticket["updated_at"]:
            why = "Safe Update prevented the update due to outdated ticket data."
            return Answer(409, {"error": "UpdateConflict", "description": why})
        status = changes.get("status", ticket["status"])
        if status not in STATUSES:
            return Answer(422, {"error": "RecordInvalid", "description": "Status is invalid"})
        ticket["status"] = status
        if "comment" in changes:
            comment = changes["comment"]
            self.add(str(ticket["id"]), comment["body"], comment.get("public", True))
        self.touch(ticket)
        return Answer(200, {"ticket": ticket, "audit": {"ticket_id": ticket["id"], "events": []}})

    def touch(self, ticket):
        """Two updates never share a stamp here, though Zendesk's stamps are whole seconds."""
        before = datetime.datetime.fromisoformat(ticket["updated_at"].replace("Z", "+00:00"))
        ticket["updated_at"] = iso(max(now(), before + datetime.timedelta(seconds=1)))

    def add(self, ticket, body, public):
        comments = self.comments[ticket]
        number = 1000 + len(comments)
        text = {"body": body, "plain_body": body, "html_body": f"<p>{body}</p>"}
        comments.append({"id": number, "type": "Comment", "public": public, "created_at": iso(now()), **text})

    def control(self, request):
        told = json.loads(request.body or b"{}")
        if request.path == "/_peer/tickets" and request.method == "POST":
            with self.lock:
                key = str(told["id"])
                stamp = iso(now())
                status = told.get("status", "open")
                self.tickets[key] = {"id": told["id"], "status": status, "created_at": stamp, "updated_at": stamp}
                self.comments[key] = []
                for body in told.get("comments", []):
                    self.add(key, body, True)
            return Answer(201, self.tickets[key])
        if request.path == "/_peer/webhook" and request.method == "POST":
            return Answer(200, send_webhook(told))
        return Answer(404)


def send_webhook(told):
    """Signs and sends one webhook, as `Verifying webhook authenticity` of Zendesk's documentation has it."""
    body = told.get("body")
    body = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    stamp = iso(now() + datetime.timedelta(seconds=told.get("skew_s", 0)))
    digest = hmac.new(told["secret"].encode(), stamp.encode() + body, hashlib.sha256).digest()
    headers = {
        "content-type": "application/json",
        "user-agent": "Zendesk Webhook",
        "x-zendesk-account-id": "123456",
        "x-zendesk-webhook-id": "01F1KRFQ6BG29CNWFR60NK5FNY",
        "x-zendesk-webhook-invocation-id": "8350205582",
        "x-zendesk-webhook-signature": base64.b64encode(digest).decode(),
        "x-zendesk-webhook-signature-timestamp": stamp,
    }
    request = urllib.request.Request(told["url"], data=body, headers=headers, method="POST")
    try:
        # Never by a proxy of the machine: the other side is a test's.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=12) as answer:
            return {"status": answer.status, "body": answer.read().decode()}
    except urllib.error.HTTPError as answer:
        return {"status": answer.code, "body": answer.read().decode()}
    except OSError as problem:
        return {"status": 0, "body": str(problem)}


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--email", default="bot@contraflow.example")
    parser.add_argument("--token", default="zendesk-test-token")
    given = parser.parse_args()
    run(Zendesk(given.email, given.token), given.port)
