/** `deno task tune`: tunes every baseline on validation problems of a track, for each number of variables. */

import { createPlayers, tunableNames, tuneBaseline } from "../contest/mod.ts";
import { heldOutProblems } from "../evaluation/mod.ts";
import type { ParameterPoint } from "../policy/mod.ts";
import { trackStream } from "../scm/mod.ts";
import { exists } from "../runs/mod.ts";
import { keepTuned, ownTunedFile, readTrack, tunedFile } from "../training/mod.ts";
import { relative } from "node:path";
import { defineCommand, runCommand, UsageError } from "./boundary.ts";
import { ROOT, wholeNumber, workersOption } from "./options.ts";
import { printError, printLine } from "./output.ts";
import { startProgress } from "./progress.ts";

const program = defineCommand(
  "tune",
  "Tune baselines on validation problems of a track, for each number of variables. Settings of other baselines and sizes " +
    "stay as they are. Evaluations use what is published",
  [
    "tune linear --sizes 4 --problems 64",
    "tune linear --sizes 4 8 --baselines blr-obs-ucb --publish",
  ],
)
  .argument("<track>", "name of a track")
  .option("--sizes <n...>", "numbers of variables", ["3", "4", "5", "6", "7", "8", "10", "15", "20"])
  .option("--problems <n>", "validation problems of each size", wholeNumber(4), 256)
  .option("--baselines <names...>", "baselines to tune; all but the slow and the privileged ones by default")
  .option("--fix <words...>", "values that are not tuned, as values=33; of baselines that have such a parameter")
  .addOption(workersOption())
  .option("--publish", "write configs/baselines/TRACK.yaml instead of results/baselines/TRACK.yaml", false);

async function main(args: readonly string[]): Promise<void> {
  program.parse([...args], { from: "user" });
  const { sizes, problems, baselines, publish, fix, workers } = program.opts();
  const fixed = Object.fromEntries((fix ?? []).map(fixedWord));
  const track = readTrack(program.args[0]);
  const names = tunableNames(baselines ?? null);
  const published = tunedFile(track.name);
  const file = publish ? published : ownTunedFile(track.name);
  const counts = sizes.map((text) => wholeNumber(2)(text));
  using progress = startProgress(`tuning on ${track.name}`, counts.length * names.length);
  using players = createPlayers(workers);
  let done = 0;
  for (const size of counts) {
    const stream = trackStream(track, "validation").child("tuning").child(size);
    const distribution = { ...track.distribution, sizes: { min: size, max: size } };
    const drawn = heldOutProblems(distribution, "validation", problems, stream);
    const arena = { problems: drawn, episode: track.episode, stream: stream.child("episodes") };
    const tuned: Record<string, ParameterPoint> = {};
    for (const name of names) {
      const { points, tried } = await tuneBaseline(players, name, arena, fixed);
      tuned[name] = points[0].parameters;
      progress.update(++done, {
        best: `${name} at ${size}: ${points[0].meanValue.toFixed(3)} of ${tried} settings`,
      });
    }
    // Each size is kept as soon as it is there: what interrupts a long tuning loses one size at most.
    keepTuned(file, published, {
      track: track.name,
      problems: Object.fromEntries(names.map((name) => [name, problems])),
      sizes: { [size]: tuned },
    });
  }
  printError("");
  printLine(`wrote ${relative(ROOT, file)}`);
  if (!publish && exists(published)) {
    printLine(`evaluations go on using ${relative(ROOT, published)}; --publish writes there`);
  }
}

function fixedWord(word: string): [name: string, value: number] {
  const [, name, value] = /^(\w+)=(.+)$/.exec(word) ?? [];
  if (name === undefined || !Number.isFinite(Number(value))) {
    throw new UsageError(`--fix ${word}: a parameter and a number were expected, as values=33`);
  }
  return [name, Number(value)];
}

if (import.meta.main) await runCommand(main);
