/**
 * A campaign as a server of the Model Context Protocol over standard input and output: every operation is a tool. The protocol's
 * own SDK is loaded when a server is started, and only then: nobody else downloads it.
 */

import process from "node:process";
import { reason } from "../../runs/mod.ts";
import type { Campaign } from "../campaign/campaign.ts";
import { OPERATIONS } from "./operations.ts";

/** The SDK that is loaded. */
export const MCP_SDK = "npm:@modelcontextprotocol/sdk@1.32.2";

/** What is used of the SDK. */
interface Sdk {
  readonly Server: new (info: { name: string; version: string }, options: unknown) => SdkServer;
  readonly StdioServerTransport: new () => unknown;
  readonly ListToolsRequestSchema: unknown;
  readonly CallToolRequestSchema: unknown;
}

interface SdkServer {
  onclose?: () => void;
  setRequestHandler(schema: unknown, handler: (request: ToolCall) => unknown): void;
  connect(transport: unknown): Promise<void>;
}

interface ToolCall {
  readonly params: { readonly name: string; readonly arguments?: unknown };
}

/**
 * Serves a campaign until the client goes away. Nothing else may write to the standard output meanwhile.
 * @throws {Error} if the SDK cannot be loaded
 */
export async function serveMcp(campaign: Campaign): Promise<void> {
  const { Server, StdioServerTransport, ListToolsRequestSchema, CallToolRequestSchema } = await loadSdk();
  const server = new Server({ name: "causal-grpo", version: "1" }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools() }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }) => callTool(campaign, params.name, params.arguments));
  const closed = new Promise<void>((resolve) => server.onclose = resolve);
  await server.connect(new StdioServerTransport());
  await Promise.race([closed, inputEnds()]);
}

/** Every operation as a tool. */
function tools() {
  return OPERATIONS.map(({ name, description, input, changes }) => ({
    name,
    description,
    inputSchema: input,
    annotations: { readOnlyHint: !changes },
  }));
}

/** An operation's answer, or what is wrong with what was asked, as the protocol has them. */
function callTool(campaign: Campaign, name: string, input: unknown) {
  try {
    const operation = OPERATIONS.find((one) => one.name === name);
    if (operation === undefined) throw new Error(`there is no tool ${name}`);
    const answer = JSON.parse(JSON.stringify(operation.run(campaign, input)));
    return { content: [{ type: "text", text: JSON.stringify(answer) }], structuredContent: answer };
  } catch (error) {
    return { isError: true, content: [{ type: "text", text: reason(error) }] };
  }
}

async function loadSdk(): Promise<Sdk> {
  try {
    const parts = await Promise.all(
      ["server/index.js", "server/stdio.js", "types.js"].map((file) => import(`${MCP_SDK}/${file}`)),
    );
    return Object.assign({}, ...parts) as Sdk;
  } catch (error) {
    throw new Error(`${MCP_SDK} cannot be loaded: ${reason(error)}`, { cause: error });
  }
}

/** The SDK does not say that its client went away: the standard input ends then. */
function inputEnds(): Promise<void> {
  return new Promise((resolve) => process.stdin.once("end", resolve));
}
