/**
 * The dashboard's answers: a page that watches runs, their list and their metrics, and the files of the results folder. It
 * only reads, and it is meant for a server on the loopback interface.
 */

import { extname, join, normalize, relative, sep } from "node:path";
import {
  FilterError,
  parseFilter,
  parseJsonLines,
  parseOrder,
  reason,
  RUN_FILES,
  type RunIndex,
  statIfThere,
} from "../runs/mod.ts";
import { OverrideError } from "../config/mod.ts";
import { pageFile } from "./page.ts";

/** What the page may load and run: its own files. Plotly sets style attributes. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** Files of runs, e.g. reports with their own scripts, are cut off from the dashboard and from the network. */
const FILE_POLICY =
  "sandbox allow-scripts allow-popups; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob: data:; " +
  "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; worker-src blob:";

const FILE_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".json": "application/json",
  ".jsonl": "text/plain; charset=utf-8",
  ".yaml": "text/plain; charset=utf-8",
  ".log": "text/plain; charset=utf-8",
  ".csv": "text/plain; charset=utf-8",
};

/** An answer other than 200, with a reason for people. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Answers requests about the runs of an index. */
export function createDashboard(index: RunIndex): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      checkRequest(request);
      return await answer(index, new URL(request.url));
    } catch (error) {
      const refusal = toRefusal(error);
      return new Response(`${refusal.message}\n`, {
        status: refusal.status,
        headers: { "content-type": "text/plain; charset=utf-8", ...(refusal.status === 405 ? { allow: "GET" } : {}) },
      });
    }
  };
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof FilterError || error instanceof OverrideError) return new Refusal(400, error.message);
  return new Refusal(500, reason(error));
}

/** Only GET, and only under a loopback name: a foreign name that resolves to this machine is refused. */
function checkRequest(request: Request): void {
  if (request.method !== "GET") throw new Refusal(405, `${request.method}: only GET is answered`);
  const given = request.headers.get("host") ?? "";
  const host = URL.parse(`http://${given}`)?.hostname;
  if (host === undefined) throw new Refusal(400, `Host: ${given || "none"}: expected this machine's name and a port`);
  if (!["localhost", "127.0.0.1", "[::1]"].includes(host)) {
    throw new Refusal(403, `${host}: not a name of this machine`);
  }
}

async function answer(index: RunIndex, url: URL): Promise<Response> {
  if (url.pathname === "/api/runs") return listRuns(index, url.searchParams);
  if (url.pathname === "/api/metrics") return readMetrics(index, url.searchParams);
  if (url.pathname.startsWith("/files/")) return readFile(index.results, url.pathname.slice("/files/".length));
  const file = await pageFile(url.pathname);
  if (file === undefined) throw new Refusal(404, `${url.pathname}: nothing here`);
  return respond(file.text, file.type, PAGE_POLICY);
}

function listRuns(index: RunIndex, query: URLSearchParams): Response {
  const words = (query.get("filter") ?? "").split(/\s+/).filter((word) => word !== "");
  const sort = query.get("sort");
  index.refresh();
  const runs = index.list(words.map(parseFilter), sort === null || sort === "" ? undefined : parseOrder(sort));
  const report = (path: string) => statIfThere(join(index.results, path, RUN_FILES.report)) !== undefined;
  return json(runs.map((run) => ({ ...run, report: report(run.path) })));
}

/**
 * The lines of `metrics.jsonl` from a byte on. `reset` says that the file became shorter, so that the reader starts again:
 * a resumed run cuts its metrics back.
 */
function readMetrics(index: RunIndex, query: URLSearchParams): Response {
  const path = resolveInside(index.results, `${query.get("run") ?? ""}/${RUN_FILES.metrics}`);
  const given = Number(query.get("from") ?? 0);
  if (!Number.isSafeInteger(given) || given < 0) {
    throw new Refusal(400, `from=${query.get("from")}: not a byte position`);
  }
  const bytes = Deno.readFileSync(path);
  const reset = given > bytes.length || (given > 0 && bytes[given - 1] !== 10);
  const from = reset ? 0 : given;
  const { rows, completeBytes } = parseJsonLines(bytes.subarray(from), path);
  return json({ rows, next: from + completeBytes, reset });
}

function readFile(results: string, pathname: string): Response {
  const path = resolveInside(results, decode(pathname));
  const type = FILE_TYPES[extname(path)] ?? "application/octet-stream";
  return respond(Deno.readFileSync(path), type, FILE_POLICY);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) throw new Refusal(400, "the path is not encoded correctly");
    throw error;
  }
}

/** The file that a path below the results folder names, after following links; refused if it is not inside. */
function resolveInside(results: string, path: string): string {
  const parts = normalize(path).split(sep);
  if (path.includes("\0") || parts.some((part) => part.startsWith("."))) throw new Refusal(403, `${path}: not served`);
  const notFound = new Refusal(404, `${path}: no such file`);
  let real: string;
  try {
    real = Deno.realPathSync(join(results, path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) throw notFound;
    throw error;
  }
  const inside = relative(Deno.realPathSync(results), real);
  if (inside.startsWith("..") || !Deno.statSync(real).isFile) throw notFound;
  return real;
}

function json(value: unknown): Response {
  return respond(JSON.stringify(value), "application/json", PAGE_POLICY);
}

function respond(body: string | Uint8Array<ArrayBuffer>, type: string, policy: string): Response {
  return new Response(body, {
    headers: {
      "content-type": type,
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "no-store",
    },
  });
}
