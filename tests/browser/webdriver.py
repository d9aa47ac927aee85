"""A browser by the W3C WebDriver protocol, with Python's own library alone."""

import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
TAB, ENTER, SPACE = "\ue004", "\ue007", "\ue00d"
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]


class WebDriverError(Exception):
    """The browser refused a command."""


def free_port():
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Browser:
    """One window of Chromium with a profile of its own; use it in a `with`."""

    def __init__(self, width=1280, height=900):
        self.profile = tempfile.mkdtemp(prefix="contraflow-browser-")
        port = free_port()
        self.root = f"http://127.0.0.1:{port}"
        driver = shutil.which("chromedriver") or "/usr/bin/chromedriver"
        self.driver = subprocess.Popen([driver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.session = None
        try:
            self._begin(width, height)
        except BaseException:
            self.close()
            raise

    def _begin(self, width, height):
        options = {"args": FLAGS + [f"--user-data-dir={self.profile}", f"--window-size={width},{height}"]}
        binary = shutil.which("chromium") or os.environ.get("CHROMIUM")
        if binary:
            options["binary"] = binary
        wanted = {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}}
        until = time.monotonic() + 30
        while True:
            try:
                answer = self._send("POST", "/session", wanted)
                break
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
        self.session = f"/session/{answer['sessionId']}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends the browser and removes its profile."""
        try:
            if self.session:
                self._send("DELETE", self.session)
        except (WebDriverError, OSError):
            pass
        self.driver.terminate()
        try:
            self.driver.wait(10)
        except subprocess.TimeoutExpired:
            self.driver.kill()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _send(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.root + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise WebDriverError(f"{value['error']}: {value['message'].splitlines()[0]}") from None

    def do(self, method, path, body=None):
        """A command of the session."""
        return self._send(method, self.session + path, {} if body is None and method == "POST" else body)

    def cdp(self, command, **parameters):
        """A command of Chromium's own protocol."""
        return self.do("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, url):
        self.do("POST", "/url", {"url": url})

    @property
    def url(self):
        return self.do("GET", "/url")

    @property
    def title(self):
        return self.do("GET", "/title")

    def run(self, script, *arguments):
        """Runs a script in the page and answers what it returns."""
        return self.do("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def run_until_done(self, script, *arguments):
        """Runs a script that calls its last argument with what is answered."""
        return self.do("POST", "/execute/async", {"script": script, "args": list(arguments)})

    def text(self):
        """All that can be read on the page."""
        return self.run("return document.body.innerText")

    def find(self, css):
        """The first element; an error when there is none."""
        return self.do("POST", "/element", {"using": "css selector", "value": css})[ELEMENT]

    def count(self, css):
        return len(self.do("POST", "/elements", {"using": "css selector", "value": css}))

    def click(self, css):
        self.do("POST", f"/element/{self.find(css)}/click")

    def type(self, css, text):
        """Empties a field and types into it."""
        element = self.find(css)
        self.do("POST", f"/element/{element}/clear")
        self.do("POST", f"/element/{element}/value", {"text": text})

    def press(self, *keys):
        """Presses keys one after the other, wherever the focus is."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.do("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def focused(self):
        """What has the focus: its tag, its name or address, and its text."""
        return self.run(
            "const e = document.activeElement;"
            "return [e.tagName.toLowerCase(), e.getAttribute('name') || e.getAttribute('href') || e.id || '', (e.innerText || e.value || '').trim()]"
        )

    def tab_to(self, wanted, most=80):
        """Presses Tab until `wanted(focus)` holds; an error when it never does."""
        for _ in range(most):
            self.press(TAB)
            if wanted(self.focused()):
                return
        raise AssertionError("the keyboard does not get there")

    def screen(self, width, height=900, dark=False):
        """Another size, and a light or a dark scheme."""
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def picture(self, path, whole=True):
        """Writes a picture of the page."""
        taken = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        with open(path, "wb") as file:
            file.write(base64.b64decode(taken["data"]))
