/* global Plotly */
/** The dashboard in the browser: asks for the list of runs and for new lines of the selected ones, and draws them. */

import { bandOf, smooth, spanText, totalUpdates, withoutSeed } from "./series.js";

const INTERVAL_MS = 2000;
const COLOURS = ["#0072B2", "#D55E00", "#00A584", "#7440E8", "#CC1650", "#7E6F8C", "#D838C8", "#5B93F0"];
/** Charts that are drawn at first when nothing is typed into the metric filter. */
const FIRST_METRICS = 24;

const element = (id) => document.getElementById(id);
/** Path of each selected run → what was read of it. */
const selected = new Map();
/** Key of each group of selected runs → its colour. */
const colours = new Map();
/** Metric → the chart that shows it. */
const charts = new Map();
let runs = [];
/** Whether the user, or the address, chose what is shown. */
let chosen = false;
/** How the table is sorted: a field, with a minus for the largest first. */
let order = "-started";

/** The columns of the table: the field that sorts it, its heading, and what a cell says. */
const COLUMNS = [
  { field: "path", heading: "run", cell: (run) => run.path },
  { field: "state", heading: "state", cell: (run) => run.state },
  { field: "update", heading: "update", number: true, cell: updateText },
  { field: "score", heading: "score", number: true, cell: (run) => run.score === null ? "–" : run.score.toFixed(3) },
  { field: "track", heading: "trained on", cell: (run) => run.track ?? "–" },
  { field: "started", heading: "started", cell: (run) => run.started === null ? "–" : dateText(run.started) },
  { field: "seconds", heading: "time", number: true, cell: (run) => spanText(run.seconds) },
];

function updateText(run) {
  const total = totalUpdates(run.config);
  const done = Math.max(0, run.update);
  return total === undefined ? String(done) : `${done} / ${total}`;
}

function dateText(iso) {
  return new Date(iso).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

async function getJson(path, parameters) {
  const response = await fetch(`${path}?${new URLSearchParams(parameters)}`);
  if (!response.ok) throw new Error(await response.text());
  return await response.json();
}

async function refreshRuns() {
  runs = await getJson("/api/runs", { filter: element("filter").value, sort: order });
  if (!chosen && selected.size === 0) firstRuns().forEach(select);
  element("empty").hidden = runs.length > 0;
  element("table").hidden = runs.length === 0;
  const focused = document.activeElement?.id;
  element("runs").replaceChildren(...runs.map(rowOf));
  element("heads").replaceChildren(document.createElement("th"), ...COLUMNS.map(headOf), document.createElement("th"));
  if (focused?.startsWith("run:") || focused?.startsWith("sort:")) element(focused)?.focus();
}

function headOf({ field, heading, number }) {
  const head = document.createElement("th");
  head.scope = "col";
  if (number) head.className = "number";
  const sorted = order.replace("-", "") === field;
  head.ariaSort = !sorted ? "none" : order.startsWith("-") ? "descending" : "ascending";
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    id: `sort:${field}`,
    textContent: heading,
  });
  button.addEventListener("click", () => {
    order = order === `-${field}` ? field : `-${field}`;
    remember();
    refresh();
  });
  head.append(button);
  return head;
}

function rowOf(run) {
  const row = document.createElement("tr");
  const box = Object.assign(document.createElement("input"), { type: "checkbox", id: `run:${run.path}` });
  box.checked = selected.has(run.path);
  box.ariaLabel = `show ${run.path}`;
  box.addEventListener("change", () => toggle(run.path, box.checked));
  const first = document.createElement("td");
  first.append(box);
  const cells = COLUMNS.map(({ field, number, cell }) => {
    const td = Object.assign(document.createElement(field === "path" ? "th" : "td"), {
      className: number ? "number" : field,
    });
    td.textContent = cell(run);
    return td;
  });
  const [path, state] = cells;
  path.scope = "row";
  state.classList.add(run.state);
  const label = Object.assign(document.createElement("label"), { htmlFor: box.id, textContent: run.path });
  if (box.checked) {
    const swatch = Object.assign(document.createElement("span"), { className: "swatch" });
    swatch.style.background = colours.get(groupOf(run.path)) ?? "transparent";
    label.prepend(swatch);
  }
  path.replaceChildren(label);
  if (run.problem !== null) {
    path.append(Object.assign(document.createElement("div"), { className: "problem", textContent: run.problem }));
  }
  const last = document.createElement("td");
  if (run.report) {
    const href = `/files/${run.path.split("/").map(encodeURIComponent).join("/")}/report.html`;
    last.append(Object.assign(document.createElement("a"), { href, target: "_blank", textContent: "report" }));
  }
  row.append(first, ...cells, last);
  return row;
}

/** What is shown before anything is chosen: the runs that are running, else the newest, each with its other seeds. */
function firstRuns() {
  const running = runs.filter((run) => run.state === "running");
  const newest = runs.toSorted((a, b) => (b.started ?? "").localeCompare(a.started ?? "")).slice(0, 1);
  const first = running.length > 0 ? running : newest;
  const groups = new Set(first.map((run) => withoutSeed(run.config)));
  return runs.filter((run) => groups.has(withoutSeed(run.config))).map((run) => run.path);
}

function select(path) {
  if (!selected.has(path)) selected.set(path, { next: 0, series: new Map() });
}

/** What a run's curves are drawn with: those that differ from it in the seed alone, or nothing else. */
function groupOf(path) {
  const run = runs.find((one) => one.path === path);
  return run === undefined || !element("bands").checked ? path : withoutSeed(run.config);
}

/** Groups of the selected runs in their order, each with its colour. */
function groups() {
  const members = new Map();
  for (const path of selected.keys()) {
    const key = groupOf(path);
    members.set(key, [...members.get(key) ?? [], path]);
  }
  for (const key of colours.keys()) if (!members.has(key)) colours.delete(key);
  for (const key of members.keys()) {
    const used = new Set(colours.values());
    if (!colours.has(key)) {
      colours.set(
        key,
        COLOURS.find((one) => !used.has(one)) ?? COLOURS[colours.size % COLOURS.length],
      );
    }
  }
  return [...members].map(([key, paths]) => ({ colour: colours.get(key), paths }));
}

async function toggle(path, on) {
  chosen = true;
  if (on) select(path);
  else selected.delete(path);
  remember();
  await refresh();
}

/** Everything that is chosen, in the address: it can be kept, and shown to others. */
function remember() {
  const words = [
    ...(chosen ? [...selected.keys()].map((run) => ["run", run]) : []),
    ["filter", element("filter").value],
    ["metrics", element("metric-filter").value],
    ["smoothing", element("smoothing").value === "0" ? "" : element("smoothing").value],
    ["seeds", element("bands").checked ? "" : "apart"],
    ["sort", order === "-started" ? "" : order],
  ].filter(([, value]) => value !== "");
  history.replaceState(null, "", words.length === 0 ? location.pathname : `#${new URLSearchParams(words)}`);
}

/** Chooses what the address says. */
function recall() {
  const words = new URLSearchParams(location.hash.slice(1));
  selected.clear();
  words.getAll("run").forEach(select);
  chosen = words.has("run");
  element("filter").value = words.get("filter") ?? "";
  element("metric-filter").value = words.get("metrics") ?? "";
  element("smoothing").value = words.get("smoothing") ?? "0";
  element("bands").checked = words.get("seeds") !== "apart";
  order = words.get("sort") ?? "-started";
}

/** Takes in the lines that a run wrote since the last look. */
async function readNewLines(path, run) {
  const { rows, next, reset } = await getJson("/api/metrics", { run: path, from: run.next });
  if (reset) run.series.clear();
  run.next = next;
  for (const { update, ...values } of rows) {
    for (const [metric, value] of Object.entries(values)) {
      if (typeof value !== "number") continue;
      if (!run.series.has(metric)) run.series.set(metric, { x: [], y: [] });
      const series = run.series.get(metric);
      series.x.push(update);
      series.y.push(value);
    }
  }
}

function shownMetrics() {
  const names = new Set([...selected.values()].flatMap((run) => [...run.series.keys()]));
  const wanted = element("metric-filter").value.trim().toLowerCase();
  const all = [...names].filter((name) => name.toLowerCase().includes(wanted));
  return { shown: wanted === "" ? all.slice(0, FIRST_METRICS) : all, total: names.size };
}

/** The curves of a metric: a run's own line, or the mean of several seeds over the band from the lowest to the highest. */
function tracesOf(metric, weight) {
  return groups().flatMap(({ colour, paths }) => {
    const curves = paths.flatMap((path) => {
      const series = selected.get(path)?.series.get(metric);
      return series === undefined ? [] : [{ path, x: series.x, y: smooth(series.y, weight) }];
    });
    const line = { type: "scatter", mode: "lines", line: { color: colour, width: 1.8 } };
    if (curves.length < 2) return curves.map(({ path, x, y }) => ({ ...line, name: path, x, y }));
    const { x, mean, low, high } = bandOf(curves);
    return [
      {
        type: "scatter",
        mode: "lines",
        x: [...x, ...x.toReversed()],
        y: [...high, ...low.toReversed()],
        fill: "toself",
        fillcolor: `${colour}2b`,
        line: { width: 0, color: colour },
        hoverinfo: "skip",
      },
      { ...line, name: `mean of ${curves.length} seeds`, x, y: mean },
    ];
  });
}

function draw() {
  const { shown, total } = shownMetrics();
  const weight = Number(element("smoothing").value);
  element("smoothing-value").textContent = String(weight);
  const hidden = shown.length < total ? `${shown.length} of ${total} metrics · ` : "";
  const runsText = selected.size === 1 ? "1 run" : `${selected.size} runs`;
  element("status").textContent = selected.size === 0 ? "Choose runs in the table." : `${hidden}${runsText}`;
  for (const [metric, chart] of charts) {
    if (shown.includes(metric)) continue;
    Plotly.purge(chart);
    chart.remove();
    charts.delete(metric);
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const axis = { gridcolor: dark ? "#262c35" : "#e7eaee", zeroline: false, automargin: true };
  for (const metric of shown) {
    if (!charts.has(metric)) {
      const chart = Object.assign(document.createElement("div"), { className: "chart" });
      chart.dataset.metric = metric;
      charts.set(metric, chart);
      element("charts").append(chart);
    }
    Plotly.react(charts.get(metric), tracesOf(metric, weight), {
      title: { text: metric, font: { size: 13 }, x: 0.02 },
      margin: { l: 50, r: 12, t: 34, b: 48 },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: "Inter, system-ui, sans-serif", color: dark ? "#e4e7eb" : "#1b1f24", size: 11 },
      showlegend: false,
      hovermode: "x unified",
      hoverlabel: { bgcolor: dark ? "#1c2027" : "#f6f7f9" },
      xaxis: { ...axis, title: { text: "update", standoff: 8 } },
      yaxis: axis,
      uirevision: metric,
    }, { responsive: true, displaylogo: false });
  }
}

let working = false;
/** Something changed while an answer was awaited. */
let again = false;

async function refresh() {
  if (working) {
    again = true;
    return;
  }
  working = true;
  again = false;
  try {
    await refreshRuns();
    // A run of an old address may be gone.
    for (const path of selected.keys()) {
      if (element("filter").value === "" && !runs.some((run) => run.path === path)) selected.delete(path);
    }
    await Promise.all([...selected].map(([path, run]) => readNewLines(path, run)));
    groups();
    for (const swatch of document.querySelectorAll("#runs .swatch")) {
      swatch.style.background = colours.get(groupOf(swatch.parentElement.htmlFor.slice("run:".length)));
    }
    draw();
    element("problem").hidden = true;
    document.documentElement.dataset.ready = "true";
  } catch (error) {
    element("problem").textContent = error.message;
    element("problem").hidden = false;
  } finally {
    working = false;
  }
  if (again) await refresh();
}

let typing;
element("filter").addEventListener("input", () => {
  clearTimeout(typing);
  remember();
  typing = setTimeout(refresh, 200);
});
for (const id of ["metric-filter", "smoothing"]) {
  element(id).addEventListener("input", () => {
    remember();
    draw();
  });
}
element("bands").addEventListener("change", () => {
  remember();
  refresh();
});
element("controls").addEventListener("submit", (event) => event.preventDefault());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
addEventListener("hashchange", () => {
  recall();
  refresh();
});
addEventListener("DOMContentLoaded", refresh);
recall();
if (document.readyState === "complete") refresh();
setInterval(refresh, INTERVAL_MS);
