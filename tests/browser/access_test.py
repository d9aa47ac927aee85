"""Pages that everybody can use: axe finds nothing on any of them, none is wider than its screen with all that folds
opened, and a picture of each is kept in target/browser-screens.

Every page is looked at light, dark and in forced colours, at 1280, 768 and 390 pixels and at 200 %, in English and in
German, and on paper. Not every combination of these is made, because of what they depend on:

- Whether two colours can be told apart depends on the scheme and not on the width: a width chooses among the same few
  names of colours, each of which has its value by scheme.
- Everything else that axe knows (names, roles, order, sizes of targets, what can be scrolled) depends on what is drawn
  where. Screens that fit the same conditions of the style sheet are drawn by the same rules: 1280 pixels at 200 % are
  640, which fit just those that 390 fit. So axe looks at 1280, 768 and 390, and of 640 only the width is measured.
- How wide a page is depends on the language and, by a border here and there, on forced colours: it is measured in all
  of them, which costs little.

`widths_change_no_colour_and_colours_no_width` holds the style sheet and the screens to the first two.

So axe runs everything on the light desk and on the dark phone in German, colours alone on the dark desk and in forced
colours, and all but colours at 768.
"""

import concurrent.futures
import pathlib

import pictures
from browser import Browser
from pages import ANSWERS, NOWHERE, every_page

ROOT = pathlib.Path(__file__).resolve().parents[2]
AXE = ROOT / "target/peers/axe/node_modules/axe-core/axe.min.js"
PICTURES = ROOT / "target/browser-screens"

# What is wrong, with the first places of each. The rules are those about colours, those about all else, or all.
CHECK = """
const [which, done] = arguments;
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const colours = ["color-contrast", "link-in-text-block"];
const wanted = {
  "colours": {runOnly: {type: "rule", values: colours}},
  "all else": {runOnly: {type: "tag", values: tags}, rules: Object.fromEntries(colours.map(rule => [rule, {enabled: false}]))},
  "all": {runOnly: {type: "tag", values: tags}},
}[which];
axe.run(document, {...wanted, resultTypes: ["violations"], elementRef: false}).then(found => done(found.violations.map(
    wrong => `${wrong.id}: ${wrong.nodes.slice(0, 3).map(node => node.target.join(" ")).join(", ")}`)));
"""
OPEN = "document.querySelectorAll('main details, details.menu').forEach(folded => folded.open = folded.closest('main') !== null)"

# Each screen by its name: a desk, a tablet on its end, a phone, and a desk at twice the size.
DESK, TABLET, PHONE, TWICE = {"width": 1280}, {"width": 768}, {"width": 390, "height": 844}, {"width": 640, "height": 450, "scale": 2}
SCREENS = {"1280": DESK, "768": TABLET, "390": PHONE, "1280 at 200 %": TWICE}
# A sheet of A4 between margins of a centimetre.
PAPER = {"width": 718, "height": 1047}


def no_page_keeps_anybody_out_or_is_wider_than_its_screen(stage, browser):
    PICTURES.mkdir(parents=True, exist_ok=True)
    every = every_page(stage)
    pages = [(name, path, None) for name, path in every.items()] + [(name, every[page], button) for name, (page, button) in ANSWERS.items()]
    # Most of it is the browser's own work, and each browser works on one core.
    with Browser() as second, concurrent.futures.ThreadPoolExecutor() as hands:
        halves = [hands.submit(look_at, stage, each, pages[at::2]) for at, each in enumerate((browser, second))]
        told = [found for half in halves for found in half.result()]
    assert not told, "\n".join(told)


def look_at(stage, browser, pages):
    """What is wrong with these pages."""
    axe, told = AXE.read_text(), []
    browser.fresh()
    stage.enter(browser)
    for name, path, button in pages:
        for language, looks in (("en", english), ("de", german)):
            browser.language(language)
            browser.screen(**(DESK if language == "en" else PHONE | {"dark": True}))
            browser.open(stage.base + path)
            if button:
                browser.click(button)
            assert browser.run("return document.documentElement.lang") == language, (path, language)
            # The page of an error would pass for a page that everybody can use.
            if browser.count(".card.alone .code") != (name == NOWHERE):
                told.append(f"{name}: the page of an error")
            browser.run(OPEN)
            browser.run(axe)
            told += [f"{name} ({path}), {wrong}" for wrong in looks(browser, name)]
    return told


def english(browser, name):
    """On a desk in every scheme of colours, then narrower, then on paper."""
    yield from wrong(browser, "light", "all")
    browser.picture(PICTURES / f"{name}-light.png")
    yield from widths(browser, "English")
    browser.screen(**TABLET)
    yield from wrong(browser, "768", "all else")
    browser.screen(**DESK, dark=True)
    yield from wrong(browser, "dark", "colours")
    browser.screen(**DESK, forced=True)
    yield from wrong(browser, "forced colours", "colours")
    yield from pictures.in_forced_colours(browser, PICTURES / f"{name}-forced.png")
    yield from widths(browser, "forced colours", forced=True)
    browser.screen(**PAPER, paper=True)
    yield from pictures.on_paper(browser, PICTURES / f"{name}-print.png")


def german(browser, name):
    """On a phone at night, in the language with the longer words."""
    yield from wrong(browser, "phone, dark, German", "all")
    browser.picture(PICTURES / f"{name}-phone-dark.png")
    yield from widths(browser, "German", dark=True)


def wrong(browser, where, rules):
    return [f"{where}: {found}" for found in browser.run_until_done(CHECK, rules)]


def widths(browser, where, **scheme):
    for width, screen in SCREENS.items():
        browser.screen(**screen, **scheme)
        over = browser.too_wide()
        if over > 0:
            yield f"{where}, {width}: {over} pixels too wide"


# The conditions of the style sheet that a screen fits, as far as they are about its width.
FITS = """
const all = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules]).filter(rule => rule instanceof CSSMediaRule).map(rule => rule.media.mediaText);
return [...new Set(all)].filter(media => media.includes("width") && matchMedia(media.replace(/ and \\(min-height.*?\\)/, "")).matches);
"""
# Colours that a condition of a width sets by something else than their names, and sizes that a scheme of colours sets.
MIXED = """
const named = /^(|none|transparent|inherit|initial|currentcolor|(canvas|highlight|linktext|buttonborder)(text)?|var\\(--[a-z0-9-]+\\))$/i;
const edges = ["top", "bottom", "left", "right"].map(side => `border-${side}-color`);
const colours = ["color", "background-color", "outline-color", "fill", ...edges];
const sizes = ["width", "height", "display", "padding-left", "padding-top", "margin-left", "margin-top", "font-size", "position", "white-space"];
const told = [];
const walk = (rules, media) => { for (const rule of rules) {
  if (rule instanceof CSSMediaRule) walk(rule.cssRules, `${media} ${rule.media.mediaText}`);
  else if (rule.cssRules?.length) walk(rule.cssRules, media);
  if (!rule.style) continue;
  const set = name => rule.style.getPropertyValue(name), tell = name => told.push(`${media}: ${rule.selectorText} ${name}`);
  if (/width/.test(media)) colours.filter(name => !named.test(set(name))).forEach(tell);
  if (/prefers-color|forced/.test(media)) sizes.filter(set).forEach(tell);
} };
for (const sheet of document.styleSheets) walk(sheet.cssRules, "");
return told;
"""


def widths_change_no_colour_and_colours_no_width(stage, browser):
    browser.open(f"{stage.base}/sign-in")
    mixed = browser.run(MIXED)
    assert not mixed, mixed
    fits = {}
    for width, screen in SCREENS.items():
        browser.screen(**screen)
        fits[width] = browser.run(FITS)
    assert fits["1280 at 200 %"] == fits["390"], fits
    assert len({str(fits[width]) for width in ("1280", "768", "390")}) == 3, fits


def paper_is_white_also_for_whoever_prefers_the_dark(stage, browser):
    stage.enter_with(browser, stage.token(f"night-{stage.name}", "auditor"))
    browser.open(f"{stage.base}/settings")
    browser.choose("#theme", "dark")
    browser.click("form[action='/settings'] .primary")
    browser.open(f"{stage.base}/help")
    assert browser.run("return document.documentElement.dataset.theme") == "dark"
    browser.screen(**PAPER, paper=True)
    PICTURES.mkdir(parents=True, exist_ok=True)
    told = list(pictures.on_paper(browser, PICTURES / "help-print-of-dark.png"))
    assert not told, told


def a_phone_shows_the_navigation_in_one_line_and_four_rows_where_three_were(stage, browser):
    customer = stage.another_customer()
    stage.pending(customer)
    stage.enter(browser)
    for language in ("en", "de"):
        browser.language(language)
        browser.screen(**PHONE)
        browser.open(stage.queue(customer))
        assert browser.run("return document.documentElement.lang") == language
        height = lambda css: browser.run("return document.querySelector(arguments[0]).getBoundingClientRect().height", css)
        assert height(".top nav") <= 48, (language, height(".top nav"))
        assert height(".rows tbody tr") <= 78, (language, height(".rows tbody tr"))
        # What stands outside of the line is reached by scrolling it, and the menu opens over the page.
        line = browser.run("const line = document.querySelector('.at-hand'); return [line.scrollWidth, line.clientWidth, innerWidth]")
        assert line[0] > line[1] and line[1] <= line[2], line
        browser.click("nav .menu summary")
        left, right, width = browser.run(
            "const menu = document.querySelector('nav .menu-list').getBoundingClientRect(); return [menu.left, menu.right, innerWidth]")
        assert left >= 0 and right <= width, (left, right, width)
        assert browser.too_wide() <= 0


TESTS = [
    a_phone_shows_the_navigation_in_one_line_and_four_rows_where_three_were,
    paper_is_white_also_for_whoever_prefers_the_dark, widths_change_no_colour_and_colours_no_width,
    no_page_keeps_anybody_out_or_is_wider_than_its_screen,
]
