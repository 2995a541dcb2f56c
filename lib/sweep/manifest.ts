/** The jobs of a sweep, written down in full before the first one starts: later edits of a config change none of them. */

import { dirname, join } from "node:path";
import { z } from "zod";
import { exists, sha256, writeFileAtomic } from "../runs/mod.ts";

const jobSchema = z.strictObject({
  index: z.int().min(0),
  /** Names the job's completion marker; unique in its folder. */
  id: z.string().regex(/^[\w.-]+$/),
  /** Where the job works, relative to the manifest. */
  folder: z.string().regex(/^[\w.-]+(?:\/[\w.-]+)*$/),
  /** The words that made this job's config. */
  overrides: z.array(z.string()).readonly(),
  /** The resolved config as YAML. */
  config: z.string(),
  /** What the placeholders of the command stand for, besides the standing ones. */
  values: z.record(z.string(), z.string()).readonly(),
});

const manifestSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  command: z.array(z.string()).min(1).readonly(),
  jobs: z.array(jobSchema).readonly(),
  digest: z.string(),
});

/** One job: one process that is started, resumed and done on its own. */
export type Job = Readonly<z.output<typeof jobSchema>>;

/**
 * A sweep. `command` is the argument list that starts or resumes a job; in it `{folder}`, `{config}`, `{index}`, `{deno}`,
 * `{root}` and the keys of a job's `values` are replaced.
 */
export type Manifest = Readonly<z.output<typeof manifestSchema>>;

/** A manifest is damaged, was altered, or is not the one that is there already. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
}

/** A manifest with its digest, which covers everything that a job depends on. */
export function createManifest(
  name: string,
  command: readonly string[],
  jobs: readonly Omit<Job, "index">[],
): Manifest {
  const indexed = jobs.map((job, index) => ({ index, ...job }));
  const twice = indexed.find((job) =>
    indexed.some((other) => other.index < job.index && other.id === job.id && other.folder === job.folder)
  );
  if (twice !== undefined) throw new ManifestError(`two jobs are the same: ${twice.overrides.join(" ")}`);
  return { version: 1, name, command, jobs: indexed, digest: digestOf(name, command, indexed) };
}

function digestOf(name: string, command: readonly string[], jobs: readonly Job[]): string {
  const fields = jobs.map((
    job,
  ) => [job.index, job.id, job.folder, job.overrides, job.config, Object.entries(job.values).sort()]);
  return sha256(JSON.stringify([name, command, fields]));
}

/**
 * Writes a manifest once. Writing the same again changes nothing, so that a sweep can be submitted again.
 * @throws {ManifestError} if another one is there
 */
export function freezeManifest(path: string, manifest: Manifest): void {
  if (exists(path)) {
    const there = readManifest(path);
    if (there.digest !== manifest.digest) {
      throw new ManifestError(`${path}: holds another sweep already (${there.jobs.length} jobs)`);
    }
    return;
  }
  Deno.mkdirSync(dirname(path), { recursive: true });
  writeFileAtomic(path, `${JSON.stringify(manifest, null, 1)}\n`);
}

/**
 * Reads a manifest.
 * @throws {ManifestError} if it is missing, damaged, or was changed after it was frozen
 */
export function readManifest(path: string): Manifest {
  let data: unknown;
  try {
    data = JSON.parse(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new ManifestError(`${path}: no such manifest`);
    if (error instanceof SyntaxError) throw new ManifestError(`${path}: corrupt (${error.message})`);
    throw error;
  }
  const result = manifestSchema.safeParse(data);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new ManifestError(`${path}: not a manifest (${issue?.path.join(".")}: ${issue?.message})`);
  }
  const { name, command, jobs, digest } = result.data;
  if (digestOf(name, command, jobs) !== digest) throw new ManifestError(`${path}: was changed after it was frozen`);
  return result.data;
}

/** The job of an index. */
export function jobAt(manifest: Manifest, index: number): Job {
  const job = manifest.jobs[index];
  if (job === undefined) {
    throw new ManifestError(`job ${index}: the manifest has the jobs 0 to ${manifest.jobs.length - 1}`);
  }
  return job;
}

/** The folder of a job whose manifest is at `path`. */
export function jobFolder(path: string, job: Job): string {
  return join(dirname(path), job.folder);
}

/** Id and folder of a job made from a config: the same for the same number and config. */
export function nameJob(number: number, config: string): { readonly id: string; readonly folder: string } {
  const id = `${String(number).padStart(4, "0")}-${sha256(config).slice(0, 8)}`;
  return { id, folder: join("jobs", id) };
}
