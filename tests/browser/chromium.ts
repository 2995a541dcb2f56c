/** A headless Chromium without network for the tests of this folder. `CHROMIUM` names another one than Debian's. */

import { type Browser, chromium, type Page } from "npm:playwright-core@1.65.1";

/**
 * Starts Chromium.
 * @param reachable the one host that it may reach, if any
 * @throws Error that says how to install it
 */
export async function launch(reachable?: string): Promise<Browser> {
  const executablePath = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";
  const found = await Deno.stat(executablePath).then((file) => file.isFile, () => false);
  if (!found) {
    throw new Error(
      `no Chromium at ${executablePath}: install it (Debian: apt-get install chromium) or set CHROMIUM to its path`,
    );
  }
  return await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--host-resolver-rules=MAP * ~NOTFOUND${reachable === undefined ? "" : `, EXCLUDE ${reachable}`}`,
    ],
  });
}

/** A page that holds `html`, and what went wrong in it. */
export interface OpenedReport {
  readonly page: Page;
  /** Errors and warnings of the console, uncaught exceptions, violations of the content security policy. */
  readonly complaints: readonly string[];
  /** Addresses other than the file itself and data inside it. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Opens a report from a file and waits until its script has drawn everything. */
export async function openReport(
  browser: Browser,
  html: string,
  view: { readonly width: number; readonly height?: number; readonly colorScheme?: "light" | "dark" },
): Promise<OpenedReport> {
  const file = await Deno.makeTempFile({ suffix: ".html" });
  await Deno.writeTextFile(file, html);
  const context = await browser.newContext({
    offline: true,
    viewport: { width: view.width, height: view.height ?? 900 },
    colorScheme: view.colorScheme ?? "light",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!/^(data:|blob:)/.test(request.url()) && request.url() !== `file://${file}`) requests.push(request.url());
  });
  // A busy machine takes its time over a page of some megabytes.
  await page.goto(`file://${file}`, { timeout: 120_000 });
  await page.waitForFunction(() => document.documentElement.dataset.ready === "true", undefined, { timeout: 120_000 });
  return {
    page,
    complaints,
    requests,
    async close() {
      await context.close();
      await Deno.remove(file);
    },
  };
}
