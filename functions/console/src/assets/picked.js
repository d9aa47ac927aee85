// Counts and sums the rows that are ticked. Without this, the server does it when a button is pressed.
"use strict";
{
  const form = document.querySelector("form.several");
  const boxes = form ? [...form.querySelectorAll(".pick input")] : [];
  const tally = form?.querySelector(".tally");
  const amount = (minor, digits) => {
    const text = String(minor).padStart(digits + 1, "0");
    const value = digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text;
    return new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  };
  const count = () => {
    const ticked = boxes.filter(box => box.checked);
    const sums = new Map();
    for (const { dataset } of ticked) {
      if (!dataset.minor) continue;
      const [sum] = sums.get(dataset.currency) || [0n];
      sums.set(dataset.currency, [sum + BigInt(dataset.minor), Number(dataset.digits)]);
    }
    const money = [...sums].map(([currency, [sum, digits]]) => `${amount(sum, digits)} ${currency}`);
    tally.textContent = [`${ticked.length} ${tally.dataset.words}`, ...(money.length ? [money.join(", ")] : [])].join(" · ");
    const warned = ticked.filter(box => "warned" in box.dataset).length;
    const note = form.querySelector(".warned");
    note.hidden = warned === 0;
    note.querySelector(".many").textContent = warned;
  };
  const ticks = { all: () => true, none: () => false, calm: box => box.checked && !("warned" in box.dataset) };
  if (tally) {
    form.addEventListener("change", count);
    form.addEventListener("click", event => {
      const tick = ticks[event.target.closest("button")?.value];
      if (!tick) return;
      event.preventDefault();
      boxes.forEach(box => { box.checked = tick(box); });
      count();
    });
    count();
  }
}
