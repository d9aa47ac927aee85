"""Tryton's own server on any free port of 127.0.0.1, over a copy of a database: serve.py TEMPLATE FOLDER."""

import pathlib
import shutil
import sys

from trytond import config

template, folder = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
shutil.copy(template, folder / "books.sqlite")
config.set("database", "uri", "sqlite://")
config.set("database", "path", str(folder))

from trytond.pool import Pool  # noqa: E402
from trytond.transaction import Transaction  # noqa: E402
from trytond.wsgi import app  # noqa: E402
from werkzeug.serving import make_server  # noqa: E402

# The first call would wait for it otherwise.
pool = Pool("books")
with Transaction().start("books", 0, readonly=True):
    pool.init()
server = make_server("127.0.0.1", 0, app, threaded=True)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
