"""Other people's systems that the application under test is wired to; `cargo xtask test browser` starts them and says where they are."""

import json
import os
import urllib.request


class Peer:
    """One of tests/peers, told and asked over its own address."""

    def __init__(self, variable):
        self.base = os.environ[variable]
        # Never by a proxy of the machine.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def state(self):
        """Everything it holds."""
        with self.opener.open(f"{self.base}/_peer/state", timeout=10) as answer:
            return json.load(answer)

    def tell(self, path, **body):
        """What it answers."""
        with self.opener.open(f"{self.base}{path}", json.dumps(body).encode(), timeout=20) as answer:
            return json.load(answer)


def are_there():
    """Whether the application is wired to them."""
    return "CONTRAFLOW_ZENDESK" in os.environ
