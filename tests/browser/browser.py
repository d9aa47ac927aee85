"""A browser as its user has it: it looks at pages, clicks, types and presses keys. Selenium drives Chromium.

Whatever a user does is done once this returns: where it leads to another page, that page has loaded, and where it has
htmx ask for a part of one, the part stands in its place. So no test has to guess how long a form takes. What a user does
is counted, too.
"""

import base64
import contextlib
import dataclasses
import os
import shutil
import time

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

TAB, ENTER, SPACE, CONTROL, ESCAPE = Keys.TAB, Keys.ENTER, Keys.SPACE, Keys.CONTROL, Keys.ESCAPE

FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]

# Notes what comes of an event once the page's own scripts are done with it, and what htmx asks for. It is gone with its
# page.
WATCH = """
const watch = window.watched ??= (() => {
  const watch = {leaves: false, asks: 0};
  addEventListener("submit", event => { watch.leaves ||= !event.defaultPrevented; });
  addEventListener("click", event => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || link.hasAttribute("download") || event.ctrlKey) return;
    watch.leaves ||= link.href.split("#")[0] !== location.href.split("#")[0] || !link.hash;
  });
  addEventListener("htmx:beforeRequest", () => { watch.asks += 1; });
  addEventListener("htmx:afterRequest", () => { watch.asks -= 1; });
  return watch;
})();
watch.leaves = false;
"""
# Without scripts nothing can keep a link or a form from leading on, so it can be said beforehand whether it does.
WATCH_WITHOUT_SCRIPTS = """
const link = arguments[0]?.closest("a[href]"), button = arguments[0]?.closest("button");
const sends = button?.form && button.type === "submit" && (button.formNoValidate || button.form.checkValidity());
window.watched = {leaves: Boolean(sends || link && !link.getAttribute("href").startsWith("#")), asks: 0};
"""
# Whether the page is still to be left, or waits for a part of itself.
BUSY = """
const watch = window.watched;
return document.readyState !== "complete" || Boolean(watch && (watch.leaves || watch.asks > 0))
  || document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling") !== null;
"""


@dataclasses.dataclass
class Steps:
    """What a user has done: clicks, keys pressed, fields filled in; and pages that it led to."""

    clicks: int = 0
    keys: int = 0
    fields: int = 0
    loads: int = 0

    @property
    def all(self):
        """Everything that takes a movement of a hand."""
        return self.clicks + self.keys + self.fields

    def __str__(self):
        parts = [("click", self.clicks), ("key", self.keys), ("field", self.fields), ("load", self.loads)]
        return ", ".join(f"{count} {name}{'s' if count > 1 else ''}" for name, count in parts if count) or "nothing"


class Browser:
    """One window of Chromium with a profile of its own; use it in a `with`."""

    def __init__(self, width=1280, height=900):
        options = webdriver.ChromeOptions()
        for flag in [*FLAGS, f"--window-size={width},{height}"]:
            options.add_argument(flag)
        options.binary_location = shutil.which("chromium") or os.environ["CHROMIUM"]
        self.driver = webdriver.Chrome(options, Service(shutil.which("chromedriver") or "/usr/bin/chromedriver"))
        self.driver.set_script_timeout(60)
        self.scripts = True
        self.steps = Steps()
        self.first = self.driver.current_window_handle

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def fresh(self):
        """Forgets whoever is signed in and every emulation; one tab is left."""
        for tab in self.driver.window_handles:
            if tab != self.first:
                self.driver.switch_to.window(tab)
                self.driver.close()
        self.driver.switch_to.window(self.first)
        self.allow_scripts(True)
        self.cdp("Network.clearBrowserCookies")
        self.language("en")
        self.driver.get("about:blank")
        self.screen(1280)

    # What a user does.

    def open(self, url):
        self.driver.get(url)

    def click(self, css):
        """Clicks the first element that fits, from the middle of the screen, where nothing lies over it."""
        element = self.find(css)
        self.run("arguments[0].scrollIntoView({block: 'center'})", element)
        with self._settling(element):
            element.click()
        self.steps.clicks += 1

    def type(self, css, text):
        """Empties a field and types into it."""
        element = self.find(css)
        element.clear()
        element.send_keys(text)
        self.steps.fields += 1

    def paste(self, css, text):
        """Puts a long text, or one with signs that no keyboard has, into a field."""
        self.find(css).clear()
        self.run("document.querySelector(arguments[0]).focus()", css)
        self.cdp("Input.insertText", text=text)
        self.steps.fields += 1

    def choose(self, css, value):
        """Chooses an option of a list by its value."""
        self.find(f"{css} option[value='{value}']").click()
        self.steps.fields += 1

    def press(self, *keys):
        """Presses keys one after the other, wherever the focus is."""
        with self._settling(self.driver.switch_to.active_element if not self.scripts else None):
            ActionChains(self.driver, duration=0).send_keys(*keys).perform()
        self.steps.keys += len(keys)

    def write(self, text):
        """Types a text wherever the focus is."""
        with self._settling():
            ActionChains(self.driver, duration=0).send_keys(text).perform()
        self.steps.fields += 1

    def press_together(self, held, key):
        """Presses a key while another is held."""
        with self._settling():
            ActionChains(self.driver, duration=0).key_down(held).send_keys(key).key_up(held).perform()
        self.steps.keys += 1

    def tab_to(self, wanted, most=80):
        """Presses Tab until `wanted(focus)` holds; an error when it never does."""
        for _ in range(most):
            ActionChains(self.driver, duration=0).send_keys(TAB).perform()
            self.steps.keys += 1
            if wanted(self.focused()):
                return
        raise AssertionError("the keyboard does not get there")

    def back(self):
        """Goes back as the button of the browser does."""
        self.driver.back()

    def new_tab(self):
        """Opens a tab of the same person, and answers how to come back to it."""
        self.driver.switch_to.new_window("tab")
        return self.driver.current_window_handle

    def to_tab(self, tab):
        self.driver.switch_to.window(tab)

    @property
    def tab(self):
        return self.driver.current_window_handle

    @contextlib.contextmanager
    def counted(self):
        """Counts what is done inside."""
        before, self.steps = self.steps, Steps()
        try:
            yield self.steps
        finally:
            self.steps = before

    # What a user sees.

    @property
    def url(self):
        return self.driver.current_url

    @property
    def title(self):
        return self.driver.title

    def text(self):
        """All that can be read on the page."""
        return self.run("return document.body?.innerText ?? ''")

    def find(self, css):
        """The first element; an error when there is none."""
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def count(self, css):
        return len(self.driver.find_elements(By.CSS_SELECTOR, css))

    def value(self, css):
        """What stands in a field."""
        return self.find(css).get_property("value")

    def focused(self):
        """What has the focus: its tag, its name or address, and its text."""
        return self.run(
            "const e = document.activeElement;"
            "return [e.tagName.toLowerCase(), e.getAttribute('name') || e.getAttribute('href') || e.id || '', (e.innerText || e.value || '').trim()]"
        )

    def too_wide(self):
        """By how many pixels the page is wider than its screen."""
        return self.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def picture(self, path, most=6000):
        """Writes a picture of the page, of so much of its height at most, once it is drawn."""
        self.run_until_done("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))")
        size = self.run("return [innerWidth, Math.max(document.documentElement.scrollHeight, innerHeight)]")
        clip = {"x": 0, "y": 0, "width": size[0], "height": min(size[1], most), "scale": 1}
        taken = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip, optimizeForSpeed=True)
        path.write_bytes(base64.b64decode(taken["data"]))

    # What a browser is set to.

    def screen(self, width, height=900, dark=False, forced=False, paper=False, scale=1):
        """Another size, another scheme of colours, or paper."""
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=width < 600)
        # Colours that fade into others are half-way for a while.
        features = {"prefers-color-scheme": "dark" if dark else "light", "forced-colors": "active" if forced else "none", "prefers-reduced-motion": "reduce"}
        features = [{"name": name, "value": value} for name, value in features.items()]
        self.cdp("Emulation.setEmulatedMedia", media="print" if paper else "screen", features=features)

    def language(self, tag):
        """The language that the browser asks for, from the next page on."""
        self.cdp("Network.enable")
        self.cdp("Network.setExtraHTTPHeaders", headers={"Accept-Language": tag})

    def allow_scripts(self, allowed):
        """Whether pages may run scripts, from the next page on."""
        self.cdp("Emulation.setScriptExecutionDisabled", value=not allowed)
        self.scripts = allowed

    def cookie(self, name):
        """A cookie of the page's address; none where there is no such one."""
        return self.driver.get_cookie(name)

    def forget_cookies(self):
        self.driver.delete_all_cookies()

    def cdp(self, command, **parameters):
        """A command of Chromium's own protocol."""
        return self.driver.execute_cdp_cmd(command, parameters)

    def run(self, script, *arguments):
        """Runs a script in the page and answers what it returns."""
        return self.driver.execute_script(script, *arguments)

    def run_until_done(self, script, *arguments):
        """Runs a script that calls its last argument with what is answered."""
        return self.driver.execute_async_script(script, *arguments)

    @contextlib.contextmanager
    def _settling(self, element=None):
        """Waits until whatever is done inside has had its effect."""
        if self.scripts:
            self.run(WATCH)
        else:
            self.run(WATCH_WITHOUT_SCRIPTS, element)
        page = self.run("return performance.timeOrigin")
        yield
        until = time.monotonic() + 30
        while self._is_busy():
            assert time.monotonic() < until, f"this leads nowhere: {self.url}"
            time.sleep(0.02)
        if self.run("return performance.timeOrigin") != page:
            self.steps.loads += 1

    def _is_busy(self):
        try:
            return self.run(BUSY)
        except WebDriverException:
            # One page is gone and the other is not there yet.
            return True
