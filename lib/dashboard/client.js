/* global Plotly */
/** The dashboard in the browser: asks for the list of runs and for new lines of the selected ones, and draws them. */

const INTERVAL_MS = 2000;
const COLOURS = ["#0072B2", "#D55E00", "#00A584", "#7440E8", "#CC1650", "#7E6F8C", "#D838C8", "#5B93F0"];
/** Charts that are drawn at first when nothing is typed into the metric filter. */
const FIRST_METRICS = 24;

const element = (id) => document.getElementById(id);
/** Path of each selected run → its colour and what was read of it. */
const selected = new Map();
/** Metric → the chart that shows it. */
const charts = new Map();
let runs = [];
/** Whether the user chose what is shown. */
let chosen = false;

async function getJson(path, parameters) {
  const response = await fetch(`${path}?${new URLSearchParams(parameters)}`);
  if (!response.ok) throw new Error(await response.text());
  return await response.json();
}

async function refreshRuns() {
  runs = await getJson("/api/runs", { filter: element("filter").value, sort: "-started" });
  if (!chosen && selected.size === 0) firstRuns().forEach(select);
  element("empty").hidden = runs.length > 0;
  const items = runs.map((run) => {
    const box = Object.assign(document.createElement("input"), { type: "checkbox", id: `run:${run.path}` });
    box.checked = selected.has(run.path);
    box.addEventListener("change", () => toggle(run.path, box.checked));
    const label = Object.assign(document.createElement("label"), { htmlFor: box.id });
    if (box.checked) {
      const swatch = Object.assign(document.createElement("span"), { className: "swatch" });
      swatch.style.background = selected.get(run.path).colour;
      label.append(swatch);
    }
    label.append(run.path);
    const note = document.createElement("small");
    const state = Object.assign(document.createElement("span"), { className: run.state, textContent: run.state });
    const facts = [`update ${run.update}`, ...(run.score === null ? [] : [`score ${run.score.toPrecision(3)}`])];
    if (run.track !== null) facts.push(run.track);
    if (run.started !== null) facts.push(new Date(run.started).toLocaleString());
    note.append(state, ` · ${facts.join(" · ")}`);
    if (run.report) {
      const href = `/files/${run.path.split("/").map(encodeURIComponent).join("/")}/report.html`;
      note.append(" · ", Object.assign(document.createElement("a"), { href, target: "_blank", textContent: "report" }));
    }
    if (run.problem !== null) {
      note.append(Object.assign(document.createElement("div"), { className: "problem", textContent: run.problem }));
    }
    const item = document.createElement("li");
    item.append(box, label, note);
    return item;
  });
  const focused = document.activeElement?.id;
  element("runs").replaceChildren(...items);
  if (focused?.startsWith("run:")) element(focused)?.focus();
}

/** What is shown before anything is chosen: the runs in the address, else those that are running, else the newest. */
function firstRuns() {
  const named = new URLSearchParams(location.hash.slice(1)).getAll("run");
  const asked = runs.filter((run) => named.includes(run.path));
  const running = runs.filter((run) => run.state === "running");
  return (asked.length > 0 ? asked : running.length > 0 ? running : runs.slice(0, 1)).map((run) => run.path);
}

function select(path) {
  const used = new Set([...selected.values()].map((run) => run.colour));
  const colour = COLOURS.find((candidate) => !used.has(candidate)) ?? COLOURS[selected.size % COLOURS.length];
  selected.set(path, { colour, next: 0, series: new Map() });
}

async function toggle(path, on) {
  chosen = true;
  if (on) select(path);
  else selected.delete(path);
  const address = new URLSearchParams([...selected.keys()].map((run) => ["run", run]));
  history.replaceState(null, "", `#${address}`);
  await refresh();
}

/** Takes in the lines that a run wrote since the last look; true if there were any. */
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
  return reset || rows.length > 0;
}

/** Exponential moving average, corrected for its start as Adam's moments are. */
function smooth(values, weight) {
  if (weight === 0) return values;
  let mean = 0;
  return values.map((value, index) => {
    mean = weight * mean + (1 - weight) * value;
    return mean / (1 - weight ** (index + 1));
  });
}

function shownMetrics() {
  const names = new Set([...selected.values()].flatMap((run) => [...run.series.keys()]));
  const wanted = element("metric-filter").value.trim().toLowerCase();
  const all = [...names].filter((name) => name.toLowerCase().includes(wanted));
  return { shown: wanted === "" ? all.slice(0, FIRST_METRICS) : all, total: names.size };
}

function draw() {
  const { shown, total } = shownMetrics();
  const weight = Number(element("smoothing").value);
  element("smoothing-value").textContent = String(weight);
  const hidden = shown.length < total ? `${shown.length} of ${total} metrics · ` : "";
  element("status").textContent = selected.size === 0 ? "Choose runs on the left." : `${hidden}${selected.size} runs`;
  for (const [metric, chart] of charts) {
    if (shown.includes(metric)) continue;
    Plotly.purge(chart);
    chart.remove();
    charts.delete(metric);
  }
  for (const metric of shown) {
    if (!charts.has(metric)) {
      const chart = Object.assign(document.createElement("div"), { className: "chart" });
      chart.dataset.metric = metric;
      charts.set(metric, chart);
      element("charts").append(chart);
    }
    const traces = [...selected].filter(([, run]) => run.series.has(metric)).map(([path, run]) => {
      const { x, y } = run.series.get(metric);
      return {
        type: "scatter",
        mode: "lines",
        name: path,
        x,
        y: smooth(y, weight),
        line: { color: run.colour, width: 1.6 },
      };
    });
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const axis = { gridcolor: dark ? "#262c35" : "#e7eaee", zeroline: false };
    Plotly.react(charts.get(metric), traces, {
      title: { text: metric, font: { size: 13 }, x: 0.02 },
      margin: { l: 50, r: 12, t: 34, b: 42 },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: "Inter, system-ui, sans-serif", color: dark ? "#e4e7eb" : "#1b1f24", size: 11 },
      showlegend: false,
      hovermode: "x unified",
      xaxis: { ...axis, title: { text: "update" } },
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
    await Promise.all([...selected].map(([path, run]) => readNewLines(path, run)));
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
  typing = setTimeout(refresh, 200);
});
element("metric-filter").addEventListener("input", draw);
element("smoothing").addEventListener("input", draw);
element("controls").addEventListener("submit", (event) => event.preventDefault());
addEventListener("DOMContentLoaded", refresh);
if (document.readyState === "complete") refresh();
setInterval(refresh, INTERVAL_MS);
