"""localstripe on 127.0.0.1 alone: its own command listens on every interface."""

import socket
import sys

from aiohttp import web
from localstripe.resources import store
from localstripe.server import app

# It would write everything to one file in /tmp after each request, which the next start of anybody's localstripe reads.
type(store).dump_to_disk = lambda self: None

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
web.run_app(app, sock=listener, print=None, access_log=None)
