/** Contests over several threads: problems are played by whoever is free, and the results are those of one thread. */

import { type EpisodeRecords, mergeRecords, partsOf } from "../../evaluation/mod.ts";
import { breathe, type Say, sayParts, spread, startThread, type Thread, threadCount } from "../../runs/mod.ts";
import type { BackendName } from "../../tensor/mod.ts";
import type { Arena, Contestant } from "../types.ts";
import { isPlain, type PartRequest, requestOf } from "./part.ts";
import { createPlayer, type PlayerSource } from "./player.ts";

/** Threads that play. */
export interface Players extends Disposable {
  /**
   * Plays ahead: those who are returned have played in this arena, and give what the contestants would have given.
   * @param say called before each that plays, with its name and place
   */
  ahead(
    contestants: readonly Contestant[],
    arena: Arena,
    say?: Say,
  ): Promise<readonly Contestant[]>;
}

/** Some problems of one training seed of a contestant. */
interface Job {
  readonly contestant: number;
  readonly seed: number;
  readonly source: PlayerSource;
  readonly indices: readonly number[];
  /** Names the problems among all that a thread has met. */
  readonly key: string;
}

/**
 * Threads that play contestants on problems.
 * @param workers threads, this one among them; 0 takes one for each core
 * @param backend of the tensors, as this thread has chosen it
 */
export function createPlayers(workers: number, backend: BackendName = "auto"): Players {
  const own = createPlayer();
  const threads: Thread<PartRequest, EpisodeRecords>[] = [];
  let arenas = 0;

  async function playJobs(
    jobs: readonly Job[],
    arena: Arena,
    begin: (job: Job) => void,
  ): Promise<readonly EpisodeRecords[]> {
    const wanted = Math.min(threadCount(workers), jobs.length) - 1;
    while (threads.length < wanted) threads.push(startThread(new URL("./worker.ts", import.meta.url)));
    const asked = threads.map((thread) => (job: Job) => {
      begin(job);
      return thread.ask({ ...requestOf(job.source, arena, job.indices, job.key), backend });
    });
    return await spread(jobs, asked, (job) => {
      begin(job);
      return own.play(job.source, job.indices.map((index) => arena.problems[index]), arena);
    });
  }

  return {
    async ahead(contestants, arena, say = () => {}) {
      const isShared = arena.problems.every(isPlain);
      const parts = partsOf(arena.problems.length).map((indices, p) => ({ indices, key: `${arenas} ${p}` }));
      arenas++;
      const jobs = contestants.flatMap(({ sources = [] }, contestant) =>
        isShared ? sources.flatMap((source, seed) => parts.map((part) => ({ contestant, seed, source, ...part }))) : []
      );
      const next = sayParts(say, contestants.length);
      let begun = -1;
      const records = await playJobs(jobs, arena, ({ contestant }) => {
        if (contestant > begun) next(`playing ${contestants[begun = contestant].name}`);
      });
      const played: Contestant[] = [];
      for (const [c, contestant] of contestants.entries()) {
        const { sources } = contestant;
        if (sources !== undefined && isShared) {
          const whole = sources.map((_, seed) => mergeSeed(jobs, records, c, seed, arena.problems.length));
          played.push({ ...contestant, play: () => whole });
        } else {
          next(`playing ${contestant.name}`);
          const whole = contestant.play(arena);
          played.push({ ...contestant, play: () => whole });
          await breathe();
        }
      }
      next();
      return played;
    },
    [Symbol.dispose]() {
      for (const thread of threads.splice(0)) thread[Symbol.dispose]();
      own[Symbol.dispose]();
    },
  };
}

function mergeSeed(
  jobs: readonly Job[],
  records: readonly EpisodeRecords[],
  contestant: number,
  seed: number,
  problems: number,
): EpisodeRecords {
  const parts = jobs.flatMap((job, j) =>
    job.contestant === contestant && job.seed === seed ? [{ indices: job.indices, records: records[j] }] : []
  );
  return mergeRecords(parts, problems);
}
