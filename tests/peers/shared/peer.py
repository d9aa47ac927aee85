"""What the stand-ins of other people's systems share: a small HTTP server on loopback that is told how to misbehave.

Every peer answers, besides its own routes:

    GET    /_peer/state    everything it holds, as JSON, with the `requests` it got (method, path, status; 0: no answer)
    POST   /_peer/faults   {"faults": ["429", "lose"], "method": "PUT"}: one for each coming request with that method (any, without it)
    DELETE /_peer/state    forget everything

A fault is one of

    "500"         any status: answers it and does nothing; 429 and 503 come with `Retry-After: 1`
    "500_after"   does what was asked and answers the status all the same
    "lose"        does what was asked and breaks the connection without an answer
    "refuse"      does nothing and breaks the connection
    "slow:200"    waits so many milliseconds, then does as asked
"""

import argparse
import http.server
import json
import re
import socket
import threading
import time

MAX_BODY = 1 << 20


class Answer:
    """One answer: a status, and a body that is JSON unless it is None."""

    def __init__(self, status, body=None, headers=None):
        self.status, self.body, self.headers = status, body, headers or {}


class Peer:
    """The state of one stand-in. A subclass gives `serve`, `reset` and `state`."""

    def __init__(self):
        self.lock = threading.Lock()
        self.clear()

    def clear(self):
        """Forgets everything."""
        self.faults, self.requests = [], []
        self.reset()

    def serve(self, request):
        """Does what was asked and answers. Called with the lock held."""
        raise NotImplementedError

    def control(self, request):
        """Control routes of the peer's own, below `/_peer/`. Called without the lock."""
        return Answer(404)

    def reset(self):
        """Forgets what is the peer's own."""

    def state(self):
        """What is the peer's own, as JSON values."""
        return {}

    def take_fault(self, method):
        """The first waiting fault for this method."""
        for index, (fault, only) in enumerate(self.faults):
            if only in (None, method):
                del self.faults[index]
                return fault
        return None

    def steer(self, request):
        """Answers the control routes that all peers have."""
        if request.path == "/_peer/state" and request.method == "GET":
            with self.lock:
                return Answer(200, {**self.state(), "requests": self.requests})
        if request.path == "/_peer/state" and request.method == "DELETE":
            with self.lock:
                self.clear()
            return Answer(204)
        if request.path == "/_peer/faults" and request.method == "POST":
            told = json.loads(request.body)
            for fault in told["faults"]:
                if not re.fullmatch(r"\d{3}(_after)?|lose|refuse|slow:\d+", fault):
                    return Answer(400, {"error": f"no such fault: {fault}"})
            with self.lock:
                self.faults += [(fault, told.get("method")) for fault in told["faults"]]
            return Answer(204)
        return self.control(request)

    def answer(self, request):
        """The answer to a request, or None to break the connection."""
        if request.path.startswith("/_peer/"):
            return self.steer(request)
        with self.lock:
            fault = self.take_fault(request.method)
        if fault and fault.startswith("slow:"):
            time.sleep(int(fault[5:]) / 1000)
            fault = None
        with self.lock:
            answer = None
            if fault is None or fault == "lose" or fault.endswith("_after"):
                answer = self.serve(request)
            if fault in ("lose", "refuse"):
                answer = None
            elif fault:
                status = int(fault[:3])
                headers = {"retry-after": "1"} if status in (429, 503) else {}
                answer = Answer(status, {"error": f"told to answer {fault}"}, headers)
            self.requests.append(
                {"method": request.method, "path": request.target, "status": answer.status if answer else 0}
            )
        return answer


class Request:
    """One request: `target` as sent, `path` without its query."""

    def __init__(self, method, target, headers, body):
        self.method, self.target, self.headers, self.body = method, target, headers, body
        self.path, _, self.query = target.partition("?")


def handler(peer):
    """The HTTP side of a peer."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self):
            length = int(self.headers.get("content-length") or 0)
            if length > MAX_BODY or self.headers.get("transfer-encoding"):
                self.send_error(413)
                return
            request = Request(self.command, self.path, self.headers, self.rfile.read(length))
            answer = peer.answer(request)
            if answer is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            body = b"" if answer.body is None else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status not in (204, 304):
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
            self.end_headers()
            if answer.status not in (204, 304):
                self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any

        def log_message(self, *words):
            pass

    return Handler


def arguments(about):
    """The arguments that all peers have."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("port", type=int, help="the port on 127.0.0.1; 0: any free one, printed")
    return parser


def run(peer, port):
    """Serves until it is ended; prints its address when it listens."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler(peer))
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()
