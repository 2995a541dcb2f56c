/** A campaign over HTTP on the loopback interface: `POST /NAME` with a JSON object for each operation, answered in JSON. */

import { timingSafeEqual } from "node:crypto";
import { nearest } from "../../input/mod.ts";
import type { Campaign } from "../campaign/campaign.ts";
import { OPERATIONS } from "./operations.ts";

/** Bytes of the longest request: rows of a large experiment. */
const LONGEST = 64 * 2 ** 20;
/** Names under which this machine is asked. A foreign name that resolves to it is refused. */
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
/** Errors about what was asked; any other is the service's own. */
const ASKED_WRONGLY = ["DataError", "ConfigError"];

/** An answer other than 200. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Answers requests about a campaign, one after the other. `GET /` lists the operations with the schemas of their inputs. An error is
 * `{ "error": … }`: 400 what was asked cannot be done, 401 without the token, 403 under a foreign name, 404, 405, 413, 500.
 * @param token what `Authorization: Bearer …` must say
 */
export function campaignHandler(campaign: Campaign, token: string): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      return Response.json(await answer(campaign, token, request));
    } catch (error) {
      const status = error instanceof Refusal
        ? error.status
        : error instanceof Error && ASKED_WRONGLY.includes(error.name)
        ? 400
        : 500;
      const message = error instanceof Error ? error.message : String(error);
      return Response.json({ error: message }, {
        status,
        headers: status === 401 ? { "www-authenticate": "Bearer" } : {},
      });
    }
  };
}

async function answer(campaign: Campaign, token: string, request: Request): Promise<unknown> {
  const host = URL.parse(`http://${request.headers.get("host") ?? ""}`)?.hostname;
  if (host === undefined || !LOOPBACK.includes(host)) {
    throw new Refusal(403, `${host ?? "no host"}: not a name of this machine`);
  }
  if (!isToken(request.headers.get("authorization") ?? "", token)) {
    throw new Refusal(401, "the token is missing or wrong: Authorization: Bearer TOKEN");
  }
  const name = new URL(request.url).pathname.slice(1);
  if (name === "") {
    if (request.method !== "GET") throw new Refusal(405, `${request.method}: the list of operations is read by GET`);
    return { operations: OPERATIONS.map(({ name, description, input }) => ({ name, description, input })) };
  }
  const found = OPERATIONS.find((operation) => operation.name === name);
  if (found === undefined) throw new Refusal(404, unknown(name));
  if (request.method !== "POST") throw new Refusal(405, `${request.method}: ${name} is asked by POST`);
  return found.run(campaign, await readInput(request));
}

function unknown(name: string): string {
  const like = nearest(name, OPERATIONS.map((operation) => operation.name));
  return `there is no operation "${name}"${like === undefined ? "" : `; did you mean "${like}"?`}`;
}

async function readInput(request: Request): Promise<unknown> {
  if (Number(request.headers.get("content-length") ?? 0) > LONGEST) {
    throw new Refusal(413, `a request has at most ${LONGEST} bytes`);
  }
  const text = await request.text();
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal(400, `the body is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/** Compares in a time that does not tell how much is right. */
function isToken(header: string, token: string): boolean {
  const given = new TextEncoder().encode(header);
  const right = new TextEncoder().encode(`Bearer ${token}`);
  return given.length === right.length && timingSafeEqual(given, right);
}
