import assert from "node:assert/strict";
import { join } from "node:path";
import { Campaign, campaignHandler } from "../../../lib/advisor/mod.ts";
import { useBackend } from "../../../lib/tensor/mod.ts";
import { freshFolder } from "../../folder.ts";
import { measure, problem } from "../support.ts";

await useBackend("cpu");

const TOKEN = "a secret of the laboratory";

/** A campaign of 20 observed rows behind a real server, asked by `fetch`. */
async function served(
  body: (
    ask: (path: string, input?: unknown, init?: RequestInit) => Promise<{ status: number; json: unknown }>,
    campaign: Campaign,
    port: number,
  ) => Promise<void>,
): Promise<void> {
  using campaign = Campaign.start(join(freshFolder(), "lab"), problem(), { checkpoint: "linear" });
  campaign.tell(Array.from({ length: 20 }, (_, r) => ({ values: measure(r) })));
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    campaignHandler(campaign, TOKEN),
  );
  const { port } = server.addr as Deno.NetAddr;
  await body(
    async (path, input, init = {}) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        headers: { authorization: `Bearer ${TOKEN}` },
        ...(input === undefined ? {} : { method: "POST", body: JSON.stringify(input) }),
        ...init,
      });
      return { status: response.status, json: await response.json() };
    },
    campaign,
    port,
  );
}

Deno.test("a campaign is asked, told and exported over HTTP", () =>
  served(async (ask, campaign) => {
    const { json: list } = await ask("/");
    const { operations } = list as { operations: { name: string; input: { type: string } }[] };
    assert.deepEqual(operations.map(({ name }) => name), "state ask look tell run drop undo export".split(" "));
    assert.ok(operations.every(({ input }) => input.type === "object"));
    const { json: asked } = await ask("/ask", { experiments: 2 });
    const { proposals } = asked as { proposals: { number: number; settings: { variable: string; value: number }[] }[] };
    assert.deepEqual(proposals.map(({ number }) => number), [1, 2]);
    assert.deepEqual(proposals[0].settings, [{ variable: "heat", value: 40 }]);
    const { heat: _, ...values } = measure(100, { heat: 40 });
    const { json: told } = await ask("/tell", { rows: [{ values }], experiment: 1 });
    assert.equal((told as { finished: { number: number } }).finished.number, 1);
    assert.deepEqual(campaign.state.running.map(({ number }) => number), [2]);
    const { json: state } = await ask("/state", {});
    assert.deepEqual((state as { rows: unknown }).rows, { observational: 20, interventions: 1 });
    await ask("/drop", { experiment: 2, reason: "the pump broke" });
    await ask("/undo", {});
    await ask("/run", { settings: [{ variable: "pH", value: 6 }] });
    assert.deepEqual(campaign.state.running.map(({ number }) => number), [2, 3]);
    const { json: table } = await ask("/export", {});
    assert.equal((table as { csv: string }).csv, campaign.csv());
    const { json: looked } = await ask("/look", { count: 2 });
    assert.equal((looked as { advice: { suggestions: unknown[] } }).advice.suggestions.length, 2);
    assert.equal(campaign.state.running.length, 2);
  }));

Deno.test("what cannot be done is said with its status, and changes nothing", () =>
  served(async (ask, campaign, port) => {
    const before = campaign.events.length;
    const refused = async (status: number, message: RegExp, ...args: Parameters<typeof ask>) => {
      const answer = await ask(...args);
      assert.equal(answer.status, status, JSON.stringify(answer.json));
      assert.match((answer.json as { error: string }).error, message);
    };
    await refused(401, /the token is missing or wrong/, "/ask", {}, { headers: {} });
    await refused(401, /token/, "/ask", {}, { headers: { authorization: `Bearer ${TOKEN}x` } });
    await refused(404, /there is no operation "tel"; did you mean "tell"\?/, "/tel", {});
    await refused(405, /GET: ask is asked by POST/, "/ask");
    await refused(400, /the body is no JSON/, "/ask", {}, {
      method: "POST",
      body: "{",
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    await refused(400, /ask: .*experimnts/, "/ask", { experimnts: 2 });
    await refused(400, /ask: experiments: /, "/ask", { experiments: 0 });
    await refused(400, /experiment 7 does not run; none does/, "/tell", { rows: [{ values: {} }], experiment: 7 });
    await refused(400, /row 1: pH is missing/, "/tell", { rows: [{ values: { heat: 30 } }] });
    await refused(400, /outside its domain/, "/run", { settings: [{ variable: "heat", value: 99 }] });
    assert.equal(campaign.events.length, before);
    // A page of another name that resolves to this machine cannot ask.
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const request =
      `POST /ask HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 0\r\n` +
      "Connection: close\r\n\r\n";
    await connection.write(new TextEncoder().encode(request));
    const text = await new Response(connection.readable).text();
    assert.match(text, /^HTTP\/1\.1 403 /);
    assert.match(text, /evil\.example: not a name of this machine/);
    assert.equal(campaign.events.length, before);
  }));
