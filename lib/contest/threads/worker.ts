/** A thread that plays parts of arenas. */

/// <reference lib="deno.worker" />

import { serve } from "../../runs/mod.ts";
import { useBackend } from "../../tensor/mod.ts";
import type { Arena } from "../types.ts";
import { arenaOf, type PartRequest } from "./part.ts";
import { createPlayer } from "./player.ts";

/** Parts whose problems are kept: every method plays the same ones. */
const KEPT = 64;

const player = createPlayer();
const arenas = new Map<string, Arena>();
const clock = () => performance.now() / 1000;
let backend: Promise<string> | undefined;

serve(async ({ source, ...request }: PartRequest) => {
  await (backend ??= useBackend(request.backend));
  const arena = arenas.get(request.key) ?? arenaOf(request, clock);
  arenas.set(request.key, arena);
  if (arenas.size > KEPT) arenas.delete(arenas.keys().next().value ?? "");
  return player.play(source, arena.problems, arena);
});
