/** The protocol's own client against `suggest serve --mcp`: prints as one line of JSON what it was answered. */

import { MCP_SDK } from "../../../lib/advisor/service/mcp.ts";

interface Client {
  connect(transport: unknown): Promise<void>;
  listTools(): Promise<{ readonly tools: readonly { readonly name: string }[] }>;
  callTool(call: { readonly name: string; readonly arguments: unknown }): Promise<unknown>;
  close(): Promise<void>;
}

const { Client } = await import(`${MCP_SDK}/client/index.js`) as {
  readonly Client: new (info: { readonly name: string; readonly version: string }) => Client;
};
const { StdioClientTransport } = await import(`${MCP_SDK}/client/stdio.js`) as {
  readonly StdioClientTransport: new (server: unknown) => unknown;
};

const [server, row] = Deno.args;
const client = new Client({ name: "laboratory", version: "1" });
await client.connect(
  new StdioClientTransport({
    command: Deno.execPath(),
    args: JSON.parse(server),
    env: Deno.env.toObject(),
    stderr: "inherit",
  }),
);
const { tools } = await client.listTools();
const asked = await client.callTool({ name: "ask", arguments: { experiments: 1 } });
const told = await client.callTool({ name: "tell", arguments: JSON.parse(row) });
const refused = await client.callTool({ name: "drop", arguments: { experiment: 9 } });
// deno-lint-ignore no-console
console.log(JSON.stringify({ tools, asked, told, refused }));
await client.close();
