#!/usr/bin/env python3
"""A subscriber of contraflow's events: verifies the Standard Webhooks signature with that project's own Python library, checks the
CloudEvents 1.0 envelope, and keeps what it got.

Any POST is a delivery: 204 when it is good, 401 when the signature is not, 400 when the envelope is not. Besides what every peer
answers (../shared/peer.py), /_peer/state holds

    events     every good event once, by `webhook-id`, in the order of arrival
    deliveries [{"id": …, "path": …, "verified": true, "again": false, "problem": null}, …], every try that did its work
"""

import pathlib
import re
import sys

from standardwebhooks import Webhook, WebhookVerificationError

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "shared"))

from peer import Answer, Peer, arguments, run  # noqa: E402

ATTRIBUTES = {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"}


def envelope_problem(request, event):
    """What keeps this from being one of contraflow's CloudEvents; None when nothing does."""
    if request.headers.get_content_type() != "application/cloudevents+json":
        return "content-type is not application/cloudevents+json"
    if not isinstance(event, dict) or set(event) != ATTRIBUTES:
        return f"attributes are {sorted(event) if isinstance(event, dict) else event}"
    if event["specversion"] != "1.0" or event["id"] != request.headers["webhook-id"]:
        return "specversion or id is wrong"
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", event["time"]):
        return "time is not RFC 3339 in UTC"
    if not all(isinstance(event[name], str) and event[name] for name in ATTRIBUTES - {"data"}):
        return "an attribute is empty or no text"
    return None if isinstance(event["data"], dict) else "data is no object"


class Subscriber(Peer):
    def __init__(self, secret):
        self.webhook = Webhook(secret)
        super().__init__()

    def reset(self):
        self.events, self.deliveries = {}, []

    def state(self):
        return {"events": list(self.events.values()), "deliveries": self.deliveries}

    def serve(self, request):
        if request.method != "POST":
            return Answer(404)
        name = request.headers.get("webhook-id")
        verified, problem, status = False, None, 204
        try:
            event = self.webhook.verify(request.body, dict(request.headers.items()))
            verified = True
            problem = envelope_problem(request, event)
            status = 400 if problem else 204
        except WebhookVerificationError as refused:
            problem, status = str(refused), 401
        except ValueError as broken:
            problem, status = f"not JSON: {broken}", 400
        again = name in self.events
        self.deliveries.append(
            {"id": name, "path": request.path, "verified": verified, "again": again, "problem": problem}
        )
        if status == 204:
            self.events.setdefault(name, event)
            return Answer(204)
        return Answer(status, {"error": problem})


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--secret", required=True, help="whsec_ and base64, as contraflow's webhook_secret")
    given = parser.parse_args()
    run(Subscriber(given.secret), given.port)
