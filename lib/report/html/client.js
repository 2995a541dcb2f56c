// @ts-check
/* The script of every report: draws the figures, sorts the tables, changes between light and dark. */
(() => {
  "use strict";
  const root = document.documentElement;
  const templates = JSON.parse(document.getElementById("plotly-templates")?.textContent ?? "{}");
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const plots = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("div.plot-area")]);
  let printing = false;

  const appearance = () => printing ? "light" : root.dataset.theme ?? (systemDark.matches ? "dark" : "light");
  const narrow = (/** @type {HTMLElement} */ plot) => plot.clientWidth < 480;

  /** Plotly hangs on the window when a figure needs it. @returns {any} */
  const plotly = () => /** @type {any} */ (window).Plotly;

  const layoutFor = (/** @type {HTMLElement} */ plot, /** @type {Record<string, unknown>} */ layout) => ({
    ...layout,
    template: templates[appearance()],
    autosize: true,
    dragmode: narrow(plot) ? false : layout.dragmode ?? "zoom",
  });

  const draw = (/** @type {HTMLElement} */ plot) => {
    const source = plot.parentElement?.querySelector(':scope > script[type="application/json"]');
    const { data, layout } = JSON.parse(source?.textContent ?? "{}");
    plot.replaceChildren();
    const named = data.filter((/** @type {any} */ trace) => trace.showlegend !== false && trace.name).length;
    if (narrow(plot) && named > 3) plot.style.height = `${Number(plot.dataset.height) + 14 * named}px`;
    return plotly().newPlot(plot, data, layoutFor(plot, layout), {
      responsive: true,
      displaylogo: false,
      modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
      toImageButtonOptions: { format: "svg" },
    });
  };

  /** Widths in CSS pixels that a sheet of A4 or letter paper holds, and half of it. */
  const SHEET = 690, HALF = 335;
  const printedWidth = (/** @type {HTMLElement} */ plot) => plot.closest(".grid") === null ? SHEET : HALF;

  /** On paper figures are as wide as the sheet, not as the window was. */
  const restyle = () => {
    for (const plot of plots) {
      if (!("layout" in plot)) continue;
      const size = printing ? { width: printedWidth(plot), autosize: false } : { width: null, autosize: true };
      plotly().relayout(plot, { template: templates[appearance()], ...size });
    }
  };

  const sortBy = (/** @type {HTMLTableElement} */ table, /** @type {number} */ column) => {
    const head = table.tHead?.rows[0]?.cells[column];
    const body = table.tBodies[0];
    if (head === undefined || body === undefined) return;
    const rows = [...body.rows];
    rows.forEach((row, place) => row.dataset.place ??= String(place));
    const before = head.ariaSort;
    const numeric = rows.some((row) => row.cells[column]?.dataset.sort !== undefined);
    // Numbers start with the largest, text with A; the third click brings the first order back.
    const order = numeric ? ["none", "descending", "ascending"] : ["none", "ascending", "descending"];
    const next = order[(order.indexOf(before ?? "none") + 1) % 3] ?? "none";
    for (const cell of table.tHead?.rows[0]?.cells ?? []) cell.ariaSort = "none";
    head.ariaSort = next;
    const sign = next === "descending" ? -1 : 1;
    const place = (/** @type {HTMLTableRowElement} */ row) => Number(row.dataset.place);
    rows.sort((a, b) => {
      if (next === "none") return place(a) - place(b);
      const [left, right] = [a.cells[column], b.cells[column]];
      if (!numeric) {
        return sign * (left?.textContent ?? "").localeCompare(right?.textContent ?? "", "en") || place(a) - place(b);
      }
      const [x, y] = [left?.dataset.sort, right?.dataset.sort];
      // Rows without a number stay last in both directions.
      if (x === undefined || y === undefined) {
        return Number(x === undefined) - Number(y === undefined) || place(a) - place(b);
      }
      return sign * (Number(x) - Number(y)) || place(a) - place(b);
    });
    body.append(...rows);
    // The other parts of a table that was too wide keep to the same order of rows.
    for (const other of table.closest("figure")?.querySelectorAll("table") ?? []) {
      if (other === table) continue;
      const theirs = [...other.tBodies[0].rows];
      theirs.forEach((row, at) => row.dataset.place ??= String(at));
      const byPlace = new Map(theirs.map((row) => [row.dataset.place, row]));
      other.tBodies[0].append(...rows.flatMap((row) => byPlace.get(row.dataset.place) ?? []));
      for (const cell of other.tHead?.rows[0]?.cells ?? []) cell.ariaSort = "none";
    }
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    table.querySelectorAll("thead button").forEach((button, column) => {
      button.addEventListener("click", () => sortBy(/** @type {HTMLTableElement} */ (table), column));
    });
  }

  for (const button of document.querySelectorAll("button.copy")) {
    button.addEventListener("click", async () => {
      const code = button.nextElementSibling;
      if (code === null) return;
      // A page from a disk may not be allowed to write to the clipboard: then the text is selected for the reader's own copy.
      const copied = await navigator.clipboard?.writeText(code.textContent ?? "").then(() => true, () => false);
      if (copied !== true) getSelection()?.selectAllChildren(code);
      button.textContent = copied === true ? "Copied" : "Press Ctrl+C";
      setTimeout(() => button.textContent = "Copy", 2000);
    });
  }

  document.getElementById("theme")?.addEventListener("click", () => {
    root.dataset.theme = appearance() === "dark" ? "light" : "dark";
    restyle();
  });
  systemDark.addEventListener("change", restyle);
  addEventListener("beforeprint", () => {
    printing = true;
    document.querySelectorAll("details").forEach((fold) => fold.open = true);
    restyle();
  });
  addEventListener("afterprint", () => {
    printing = false;
    restyle();
  });

  const links = new Map(
    [...document.querySelectorAll("nav a")].map((link) => [link.getAttribute("href")?.slice(1), link]),
  );
  const spy = new IntersectionObserver((entries) => {
    for (const entry of entries) links.get(entry.target.id)?.classList.toggle("current", entry.isIntersecting);
  }, { rootMargin: "-10% 0px -89% 0px" });
  document.querySelectorAll("main section").forEach((section) => spy.observe(section));

  // One figure a task keeps the page responsive; the fonts come first because they decide the margins.
  document.fonts.load("13px Inter").then(async () => {
    for (const plot of plots) {
      await draw(plot);
      await new Promise((resume) => setTimeout(resume, 0));
    }
    root.dataset.ready = "true";
  });
})();
