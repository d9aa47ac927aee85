"""What pictures of pages must show in forced colours and on paper.

They are not compared with pictures of an earlier run, point by point: another machine has other fonts, so lines break
elsewhere and everything below them moves, and a comparison that overlooks that overlooks a lost border, too. What a
picture has to show is looked for in the picture itself: the edge of each control, the place that is the current one, and
on paper nothing but ink on white.
"""

from PIL import Image, ImageStat

# Where controls are, in pixels of the page, with what each is; what lies under something else or is drawn by the browser
# itself is left out.
CONTROLS = """
const shown = e => {
  const box = e.getBoundingClientRect();
  return box.width > 8 && box.height > 8 && e.checkVisibility({visibilityProperty: true});
};
const buttons = "button:not(.plain-button):not(.menu-button), a.button";
const fields = "main input:not([type=checkbox]):not([type=radio]):not([type=hidden]), main select, main textarea";
const all = [...document.querySelectorAll(`${buttons}, ${fields}`)];
const front = [...document.querySelectorAll(".together, .deciding form .buttons")].filter(e => ["sticky", "fixed"].includes(getComputedStyle(e).position));
const free = e => front.every(over => over.contains(e));
return all.filter(e => shown(e) && free(e)).map(e => {
  const box = e.getBoundingClientRect();
  return [`${e.localName} ${e.name || e.textContent.trim().slice(0, 30)}`, box.left + scrollX, box.top + scrollY, box.width, box.height];
});
"""
# Places in lists of places where the current one looks like the others.
SAME = """
const told = [];
for (const here of document.querySelectorAll("nav [aria-current]")) {
  const other = [...here.parentElement.children].find(e => e.matches("a:not([aria-current])"));
  const looks = e => ["border-bottom-width", "border-bottom-style", "border-bottom-color", "font-weight"].map(part => getComputedStyle(e)[part]).join(" ");
  if (other && looks(here) === looks(other)) told.push(here.textContent.trim());
}
return told;
"""
# Parts of a legend that have lost their colour.
PALE = """
const lost = e => /rgba\\(.*, 0\\)|transparent/.test(getComputedStyle(e).backgroundColor);
return [...document.querySelectorAll(".swatch")].filter(e => e.checkVisibility() && lost(e)).length;
"""
# What belongs to a screen and not on paper, and tables of which a part is cut off.
ON_PAPER = """
const drawn = e => {
  const box = e.getBoundingClientRect();
  return box.width > 1 && box.height > 1 && e.checkVisibility({visibilityProperty: true});
};
const what = e => `${e.localName}.${e.className} ${(e.getAttribute("aria-label") || e.name || e.textContent).trim().slice(0, 40)}`;
const told = [];
for (const e of document.querySelectorAll("header.top, nav, .pager, .skip, button, a.button, input[type=search], .pick input"))
  if (drawn(e)) told.push(`${what(e)} has no place there`);
for (const table of document.querySelectorAll("table")) {
  const box = table.getBoundingClientRect(), edge = document.documentElement.clientWidth;
  if (drawn(table) && box.right > edge + 1) told.push(`${what(table)} is cut off by ${Math.round(box.right - edge)} pixels`);
}
for (const e of document.querySelectorAll("main *"))
  if (e.scrollWidth > e.clientWidth + 1 && /hidden|auto|scroll/.test(getComputedStyle(e).overflowX) && drawn(e)) told.push(`${what(e)} is cut off`);
return [...new Set(told)];
"""
# How dark a point must be at least to count as ink, and how light one of the sheet must be, of 255.
INK, SHEET = 140, 235
# How much two neighbouring points must differ to be an edge that can be seen, of 255.
EDGE = 90


def in_forced_colours(browser, path):
    """Takes a picture in forced colours, and tells of each control in it that has no edge, and of what can't be told apart."""
    controls = browser.run(CONTROLS)
    browser.picture(path)
    picture = Image.open(path).convert("L")
    for name, left, top, width, height in controls:
        if top + height < picture.height and left >= 4 and not has_edge(picture, left, top, width, height):
            yield f"forced colours: {name} has no edge"
    for place in browser.run(SAME):
        yield f"forced colours: that {place!r} is the current place can't be seen"
    if browser.run(PALE):
        yield "forced colours: a legend has lost its colours"


def has_edge(picture, left, top, width, height):
    """Whether there is a line at the left of a control, half-way down, or above it."""
    middle, centre = int(top + height / 2), int(left + width / 2)
    across = picture.crop((int(left) - 3, middle, int(left) + 4, middle + 1)).getextrema()
    down = picture.crop((centre, int(top) - 3, centre + 1, int(top) + 4)).getextrema()
    return any(most - least >= EDGE for least, most in (across, down))


def on_paper(browser, path):
    """Takes a picture as it would be printed, and tells of what has no place on paper, and where it isn't ink on white."""
    yield from (f"on paper: {found}" for found in browser.run(ON_PAPER))
    if browser.too_wide() > 0:
        yield f"on paper: {browser.too_wide()} pixels too wide"
    browser.picture(path)
    picture = Image.open(path).convert("L")
    points = picture.histogram()
    count = sum(points)
    if sum(points[SHEET:]) < 0.8 * count:
        yield f"on paper: only {100 * sum(points[SHEET:]) // count} % is light"
    if not sum(points[:INK]):
        yield "on paper: nothing is printed"
    if ImageStat.Stat(picture.crop((0, 0, picture.width, 3))).mean[0] < 250:
        yield "on paper: the edge of the sheet is not white"
