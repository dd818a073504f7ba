"use strict";
// What a page does beyond showing: values on hover and by arrow keys, series that can be
// switched off, tables that sort. Without it everything is readable.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const tip = document.querySelector(".tip"), spoken = document.querySelector(".spoken");

// show puts a text above or below a box of the window, or beside it.
function show(text, box, beside) {
  tip.textContent = text;
  tip.hidden = false;
  const w = tip.offsetWidth, h = tip.offsetHeight, gap = 12, wide = document.documentElement.clientWidth;
  let x = (box.left + box.right - w) / 2, y = box.top - h - gap;
  if (beside && (box.right + gap + w < wide || box.left - gap - w > 0)) {
    x = box.right + gap + w < wide ? box.right + gap : box.left - gap - w;
    y = (box.top + box.bottom - h) / 2;
  } else if (y < 8) {
    y = box.bottom + gap;
  }
  x = Math.min(Math.max(8, x), wide - w - 8);
  tip.style.left = x + "px";
  tip.style.top = y + "px";
}
const hide = () => { tip.hidden = true; };
addEventListener("scroll", hide, { passive: true });
addEventListener("keydown", (e) => { if (e.key === "Escape") hide(); });

// Explanations of headings, cells and names.
for (const e of all("[data-tip]")) {
  const on = () => show(e.dataset.tip, e.getBoundingClientRect());
  e.addEventListener("pointerenter", on);
  e.addEventListener("focus", on);
  e.addEventListener("pointerleave", hide);
  e.addEventListener("blur", hide);
}

// Series: a button of a legend switches the series in all charts; pointing at it dims the others.
const hidden = new Set();
for (const b of all("[data-series]")) {
  const id = b.dataset.series, chart = b.closest(".chart");
  b.addEventListener("click", () => {
    if (!hidden.delete(id)) hidden.add(id);
    for (const other of all(`[data-series="${id}"]`)) other.setAttribute("aria-pressed", String(!hidden.has(id)));
    for (const s of all(`[data-s="${id}"]`)) s.classList.toggle("off", hidden.has(id));
  });
  const light = (on) => {
    chart.querySelector(".field").classList.toggle("dim", on && !hidden.has(id));
    for (const s of all(".s", chart)) s.classList.toggle("lit", on && s.dataset.s === id);
  };
  for (const name of ["pointerenter", "focus"]) b.addEventListener(name, () => light(true));
  for (const name of ["pointerleave", "blur"]) b.addEventListener(name, () => light(false));
}

// Points: the nearest one shows its values; arrow keys go from one to the next, from left to right.
for (const plot of all(".plot")) {
  const points = all("use", plot);
  for (const p of points) { // the browser's own tip would cover ours
    const title = p.querySelector("title");
    p.dataset.text = title.textContent;
    title.remove();
  }
  let now = null;
  const choose = (p) => {
    if (now) now.classList.remove("at");
    now = p;
    if (!p) return hide();
    p.classList.add("at");
    show(p.dataset.text, p.getBoundingClientRect(), true);
  };
  const visible = () => points.filter((p) => !p.closest(".off")).map((p) => {
    const b = p.getBoundingClientRect();
    return { p, x: (b.left + b.right) / 2, y: (b.top + b.bottom) / 2 };
  });
  const near = (e) => {
    let best = null, least = 40 * 40;
    for (const v of visible()) {
      const d = (v.x - e.clientX) ** 2 + (v.y - e.clientY) ** 2;
      if (d < least) { best = v.p; least = d; }
    }
    if (best !== now) choose(best);
  };
  plot.addEventListener("pointermove", near);
  plot.addEventListener("pointerdown", near);
  plot.addEventListener("pointerleave", () => choose(null));
  plot.addEventListener("blur", () => choose(null));
  plot.addEventListener("keydown", (e) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
    if (!step) return;
    e.preventDefault();
    const list = visible().sort((a, b) => a.x - b.x || a.y - b.y).map((v) => v.p);
    if (!list.length) return;
    const i = list.indexOf(now);
    choose(list[i < 0 ? (step > 0 ? 0 : list.length - 1) : (i + step + list.length) % list.length]);
    spoken.textContent = now.dataset.text.replaceAll("\n", ", ");
  });
}

// Tables: a heading sorts by its column, numbers by value and missing ones last.
for (const button of all("thead th button")) {
  button.addEventListener("click", () => {
    const th = button.closest("th"), body = button.closest("table").tBodies[0], column = th.cellIndex;
    const down = th.getAttribute("aria-sort") === "ascending";
    for (const other of th.parentNode.cells) other.removeAttribute("aria-sort");
    th.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (row) => {
      const cell = row.cells[column];
      if ("value" in cell.dataset) return Number(cell.dataset.value);
      const text = cell.textContent.trim();
      if (text === "–") return null;
      return th.classList.contains("number") || text === "" || Number.isNaN(Number(text)) ? text : Number(text);
    };
    const rows = [...body.rows].map((row) => ({ row, key: key(row) }));
    rows.sort((a, b) => {
      if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
      const order = typeof a.key === "number" && typeof b.key === "number" ? a.key - b.key : String(a.key).localeCompare(String(b.key));
      return down ? -order : order;
    });
    body.append(...rows.map((r) => r.row));
  });
}

// A printed page shows every table.
addEventListener("beforeprint", () => { for (const d of all("details:not([open])")) { d.open = true; d.dataset.printed = ""; } });
addEventListener("afterprint", () => { for (const d of all("details[data-printed]")) { d.open = false; delete d.dataset.printed; } });
