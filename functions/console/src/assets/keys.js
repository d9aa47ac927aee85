// Single keys: each link, button or field names its own in `data-key`.
"use strict";
{
  let last = "", at = 0, wanted = null;
  const shown = e => e.getClientRects().length > 0;
  const writes = e => e.matches("input:not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable]");
  const find = key => {
    const all = key ? [...document.querySelectorAll("[data-key]")].filter(e => e.dataset.key === key) : [];
    return all.find(shown) || all.find(e => e.closest("header"));
  };
  const row = () => document.activeElement?.closest("tr");
  const step = by => {
    const all = [...document.querySelectorAll(".rows .cover")];
    const next = all.indexOf(row()?.querySelector(".cover")) + by;
    all[Math.max(0, Math.min(next, all.length - 1))]?.focus();
  };
  const press = e => {
    const note = document.getElementById(e.dataset.note || "");
    if (note && !note.value.trim()) { wanted = e; note.focus(); }
    else if (writes(e)) { e.focus(); e.select?.(); }
    else e.click();
  };
  document.addEventListener("keydown", ev => {
    const { key, target } = ev;
    const chord = ev.ctrlKey || ev.metaKey;
    if (key === "Enter" && chord && target.form) {
      const button = target.form.contains(wanted) ? wanted : target.form.querySelector(".primary");
      if (button) { ev.preventDefault(); button.click(); }
      return;
    }
    if (key === "Escape") {
      if (writes(target)) target.blur();
      document.querySelectorAll("details.menu[open]").forEach(e => { e.open = false; });
      return;
    }
    if (chord || ev.altKey || ev.isComposing || writes(target)) return;
    const both = Date.now() - at < 1000 ? `${last} ${key}` : "";
    [last, at] = [key, Date.now()];
    const found = find(both) || find(key);
    if (found && !ev.repeat) { ev.preventDefault(); press(found); }
    else if (key === "j") step(1);
    else if (key === "k") step(-1);
    else if (key === "x") row()?.querySelector("[type=checkbox]")?.click();
    else if (key === "o") row()?.querySelector(".cover")?.click();
  });
}
