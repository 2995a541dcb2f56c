import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { createDashboard } from "../../lib/dashboard/mod.ts";
import { Run, RunIndex } from "../../lib/runs/mod.ts";
import { configOf, inFolder, options } from "../training/support.ts";

type Get = (path: string, init?: RequestInit & { readonly host?: string }) => Promise<Response>;

/** A dashboard over one running run with two lines of metrics. */
function withDashboard(body: (get: Get, run: Run, root: string) => Promise<void>): Promise<void> {
  return inFolder(async (outside) => {
    const root = join(outside, "results");
    Deno.writeTextFileSync(join(outside, "secret.txt"), "secret");
    using run = Run.create(root, configOf(), options);
    run.log(1, { value: 0.5 });
    run.log(2, { value: 0.75 });
    using index = RunIndex.open(root, assert.fail);
    const dashboard = createDashboard(index);
    const get: Get = (path, { host = "localhost:1", ...init } = {}) =>
      dashboard(new Request(`http://localhost:1${path}`, { ...init, headers: { host } }));
    await body(get, run, root);
  });
}

Deno.test("the page and everything that it loads is served, with a policy that allows nothing from elsewhere", () =>
  withDashboard(async (get) => {
    const page = await (await get("/")).text();
    for (const [, file = ""] of page.matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)) {
      assert.equal((await get(`/${file}`)).status, 200, file);
    }
    assert.match(
      (await get("/")).headers.get("content-security-policy") ?? "",
      /default-src 'none'.*connect-src 'self'/,
    );
  }));

Deno.test("runs are listed and filtered, and a filter that cannot be read is explained", () =>
  withDashboard(async (get) => {
    const list = async (filter: string) => await (await get(`/api/runs?filter=${encodeURIComponent(filter)}`)).json();
    assert.equal((await list("state=running value>0.6"))[0].update, 2);
    assert.deepEqual(await list("value>0.8"), []);
    const refused = await get("/api/runs?filter=value");
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /filter "value": expected KEY=VALUE/);
  }));

Deno.test("metrics are served from a byte on, and from the start again after the file was cut back", () =>
  withDashboard(async (get, run) => {
    const ask = async (from: number) =>
      await (await get(`/api/metrics?run=test/${basename(run.folder)}&from=${from}`)).json();
    const first = await ask(0);
    assert.deepEqual(first.rows.map((row: { update: number }) => row.update), [1, 2]);
    run.log(3, { value: 1 });
    Deno.writeTextFileSync(join(run.folder, "metrics.jsonl"), '{"update":4', { append: true });
    const second = await ask(first.next);
    assert.deepEqual(second.rows, [{ update: 3, value: 1 }]);
    Deno.truncateSync(join(run.folder, "metrics.jsonl"), first.next);
    const third = await ask(second.next);
    assert.deepEqual([third.reset, third.rows.length], [true, 2]);
  }));

Deno.test("files of the results folder are served in a sandbox, and nothing else", () =>
  withDashboard(async (get, run, root) => {
    Deno.writeTextFileSync(join(run.folder, "report.html"), "<h1>report</h1>");
    Deno.symlinkSync(join(root, "..", "secret.txt"), join(run.folder, "link.txt"));
    const path = `/files/test/${basename(run.folder)}`;
    const report = await get(`${path}/report.html`);
    assert.equal(await report.text(), "<h1>report</h1>");
    assert.match(report.headers.get("content-security-policy") ?? "", /^sandbox /);
    const refused = ["/link.txt", "/none.txt", "", "/..%2f..%2f..%2fsecret.txt", "/.%2e/x", "/%00", "/.hidden", "/%zz"];
    for (const end of refused) {
      const { status } = await get(`${path}${end}`);
      assert.ok(status >= 400 && status < 500, `${end}: ${status}`);
    }
    const outside = await get("/api/metrics?run=../..&from=0");
    assert.equal(outside.status, 403);
    assert.equal((await get("/files/.index.sqlite")).status, 403);
  }));

Deno.test("a fault while an answer is made is said without a stack", () =>
  withDashboard(async (get, run) => {
    Deno.writeTextFileSync(join(run.folder, "metrics.jsonl"), "{\n");
    const answer = await get(`/api/metrics?run=test/${basename(run.folder)}&from=0`);
    assert.equal(answer.status, 500);
    assert.match(await answer.text(), /metrics.jsonl:1: corrupt line/);
  }));

Deno.test("only GET under a loopback name is answered", () =>
  withDashboard(async (get) => {
    for (const method of ["POST", "PUT", "DELETE", "HEAD"]) assert.equal((await get("/", { method })).status, 405);
    for (const host of ["127.0.0.1:8765", "[::1]:1"]) assert.equal((await get("/", { host })).status, 200);
    for (const host of ["evil.example", "localhost.evil.example"]) assert.equal((await get("/", { host })).status, 403);
    for (const host of ["[", "", "a b", ":", "[::1"]) {
      const refused = await get("/", { host });
      assert.equal(refused.status, 400, host);
      assert.match(await refused.text(), /^Host: .*: expected this machine's name and a port\n$/);
    }
  }));

Deno.test("the command listens on the loopback interface alone and refuses a raw path that climbs out", () =>
  inFolder(async (outside) => {
    const root = join(outside, "results");
    Deno.mkdirSync(root);
    Deno.writeTextFileSync(join(outside, "secret.txt"), "secret");
    const args = ["run", "-A", "--no-check", "lib/cli/dashboard.ts", "--results", root, "--port", "0"];
    const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    try {
      const { value = "" } = await lines.read();
      const port = Number(/127\.0\.0\.1:(\d+)/.exec(value)?.[1]);
      const ask = async (path: string, host = "Host: localhost\r\n") => {
        const connection = await Deno.connect({ hostname: "127.0.0.1", port });
        const request = `GET ${path} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`;
        await connection.write(new TextEncoder().encode(request));
        return await new Response(connection.readable).text();
      };
      assert.match(await ask("/"), /^HTTP\/1.1 200/);
      for (const path of ["/files/../../secret.txt", "/files/..%2fsecret.txt", "/../../secret.txt"]) {
        const answer = await ask(path);
        assert.match(answer, /^HTTP\/1.1 4\d\d/);
        assert.ok(!answer.includes("secret\n") && !answer.endsWith("secret"));
      }
      for (const host of ["", "Host: [\r\n", "Host: a b\r\n"]) {
        const answer = await ask("/", host);
        assert.match(answer, /^HTTP\/1.1 400/, host);
        assert.doesNotMatch(answer, /\.ts:\d/);
      }
      const addresses = Deno.networkInterfaces().filter(({ address, family }) =>
        family === "IPv4" && address !== "127.0.0.1"
      );
      for (const { address } of addresses) {
        await assert.rejects(Deno.connect({ hostname: address, port }), Deno.errors.ConnectionRefused);
      }
    } finally {
      child.kill("SIGINT");
      assert.equal((await child.status).code, 130);
      await lines.cancel();
    }
  }));
