import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Campaign, readCampaign } from "../../../lib/advisor/mod.ts";
import { OPERATIONS } from "../../../lib/advisor/service/operations.ts";
import { useBackend } from "../../../lib/tensor/mod.ts";
import { freshFolder } from "../../folder.ts";
import { measure, problem } from "../support.ts";

await useBackend("cpu");

const CLIENT = fileURLToPath(new URL("./mcp_client.ts", import.meta.url));
const COMMAND = fileURLToPath(new URL("../../../lib/cli/suggest.ts", import.meta.url));

Deno.test("the SDK's own client finds every operation as a tool, asks, tells, and is told what is wrong", async () => {
  const folder = join(freshFolder(), "lab");
  {
    using campaign = Campaign.start(folder, problem(), { checkpoint: "linear" });
    campaign.tell(Array.from({ length: 20 }, (_, r) => ({ values: measure(r) })));
  }
  const { heat: _, ...values } = measure(100, { heat: 40 });
  const row = { rows: [{ values }], experiment: 1 };
  // The SDK joins the lock of who serves by MCP; here a copy of it.
  const lock = join(freshFolder(), "deno.lock");
  Deno.copyFileSync(fileURLToPath(new URL("../../../deno.lock", import.meta.url)), lock);
  const words = ["run", "-A", "--no-check", `--lock=${lock}`];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...words, CLIENT, JSON.stringify([...words, COMMAND, "serve", folder, "--mcp"]), JSON.stringify(row)],
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const { tools, asked, told, refused } = JSON.parse(new TextDecoder().decode(stdout));
  assert.deepEqual(
    tools.map(({ name, inputSchema }: { name: string; inputSchema: unknown }) => [name, inputSchema]),
    OPERATIONS.map(({ name, input }) => [name, JSON.parse(JSON.stringify(input))]),
  );
  assert.deepEqual(asked.structuredContent.proposals[0].settings, [{ variable: "heat", value: 40 }]);
  assert.deepEqual(JSON.parse(asked.content[0].text), asked.structuredContent);
  assert.equal(told.structuredContent.finished.number, 1);
  assert.equal(refused.isError, true);
  assert.equal(refused.content[0].text, "experiment 9 does not run; none does");
  assert.equal(readCampaign(folder).state.rows.interventions.length, 1);
  // The server ended with its client: the folder can be written again.
  Campaign.open(folder)[Symbol.dispose]();
});
