/** `deno task tune`: tunes every baseline on validation problems of a track, for each number of variables. */

import { heldOutProblems, tuneBaseline } from "../evaluation/mod.ts";
import { baselineNames } from "../contest/mod.ts";
import { formatTuned, mergeTuned, readTrack, readTuned, tunedFile } from "../training/mod.ts";
import { writeFileAtomic } from "../runs/mod.ts";
import type { ParameterPoint } from "../policy/mod.ts";
import { trackStream } from "../scm/mod.ts";
import { defineCommand, runCommand } from "./boundary.ts";
import { wholeNumber } from "./options.ts";
import { printError, printLine } from "./output.ts";
import { startProgress } from "./progress.ts";

const program = defineCommand(
  "tune",
  "Tune every baseline on validation problems of a track and write configs/baselines/TRACK.yaml; with --baselines only " +
    "those, and the file keeps the others",
  [
    "tune linear",
    "tune linear --sizes 4 8 --baselines blr-obs-ucb",
  ],
)
  .argument("<track>", "name of a track")
  .option("--sizes <n...>", "numbers of variables", ["3", "4", "5", "6", "7", "8", "10", "15", "20"])
  .option("--problems <n>", "validation problems of each size", wholeNumber(4), 256)
  .option("--baselines <names...>", "baselines to tune; all but the slow gp-ei and causal-bo by default");

function main(args: readonly string[]): void {
  program.parse([...args], { from: "user" });
  const { sizes, problems, baselines } = program.opts();
  const track = readTrack(program.args[0]);
  const names = baselineNames(baselines ?? []);
  const kept = baselines === undefined ? null : readTuned(track.name);
  const tuned: Record<string, Record<string, ParameterPoint>> = {};
  using progress = startProgress(`tuning on ${track.name}`, sizes.length * names.length);
  let done = 0;
  for (const size of sizes.map((text) => wholeNumber(2)(text))) {
    const stream = trackStream(track, "validation").child("tuning").child(size);
    const distribution = { ...track.distribution, sizes: { min: size, max: size } };
    const drawn = heldOutProblems(distribution, "validation", problems, stream);
    tuned[String(size)] = {};
    for (const name of names) {
      const { points, tried } = tuneBaseline(name, drawn, { episode: track.episode, stream: stream.child("episodes") });
      tuned[String(size)][name] = points[0].parameters;
      progress.update(++done, {
        best: `${name} at ${size}: ${points[0].meanValue.toFixed(3)} of ${tried} settings`,
      });
    }
  }
  const file = tunedFile(track.name);
  const made = { track: track.name, problems, sizes: tuned };
  writeFileAtomic(file.pathname, formatTuned(kept === null ? made : mergeTuned(kept, made)));
  printError("");
  printLine(`wrote configs/baselines/${track.name}.yaml`);
}

if (import.meta.main) await runCommand(main);
