/** What a run was computed with. */

import os from "node:os";
import { projectPath } from "../input/mod.ts";
import type { Row } from "./files/json_lines.ts";

/** Everything about the machine and the software that may change a result or its speed. */
export interface Environment {
  readonly deno: string;
  readonly v8: string;
  readonly typescript: string;
  /** Exact versions of the packages, by name. */
  readonly packages: Readonly<Record<string, string>>;
  /** Commit of the project and whether files differed from it; null outside a repository, and where no program may be started. */
  readonly git: { readonly commit: string; readonly modified: boolean } | null;
  /** Name of the tensor backend that was used. */
  readonly backend: string;
  readonly os: string;
  readonly cpu: { readonly model: string; readonly count: number };
}

/** Describes this process. */
export function describeEnvironment(backend: string): Environment {
  const cpus = os.cpus();
  return {
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    typescript: Deno.version.typescript,
    packages: packageVersions(Deno.readTextFileSync(projectPath("deno.json"))),
    git: gitCommit(),
    backend,
    os: `${Deno.build.os} ${Deno.osRelease()} ${Deno.build.arch}`,
    cpu: { model: cpus[0]?.model.trim() ?? "unknown", count: cpus.length },
  };
}

/** The exact versions that the `imports` of a deno.json pin. */
export function packageVersions(denoJson: string): Readonly<Record<string, string>> {
  const { imports = {} } = JSON.parse(denoJson) as { imports?: Record<string, string> };
  const versions: Record<string, string> = {};
  for (const specifier of Object.values(imports)) {
    // An entry for a package's folder is written npm:/name@version/, beside that of the package.
    const match = /^(?:npm|jsr):\/?(@?[^@]+)@([^/]+)/.exec(specifier);
    if (match?.[1] !== undefined && match[2] !== undefined) versions[match[1]] = match[2];
  }
  return versions;
}

function gitCommit(): Environment["git"] {
  const commit = git("rev-parse", "HEAD");
  const changes = git("status", "--porcelain", "--untracked-files=no");
  return commit === undefined || changes === undefined ? null : { commit, modified: changes !== "" };
}

/** The output of a git command, or undefined where there is no git or no repository. */
function git(...args: string[]): string | undefined {
  try {
    const { success, stdout } = new Deno.Command("git", { args, cwd: projectPath(), stderr: "null" }).outputSync();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    // Neither is a command that may start no program told of the commit.
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

/** What differs between the environment that a run started in and this one, e.g. `deno: 2.9.5 → 2.9.6`. */
export function environmentChanges(before: Environment, now: Environment): readonly string[] {
  const flat = ({ packages, git, cpu, ...rest }: Environment): Readonly<Record<string, string>> => ({
    ...rest,
    git: git === null ? "none" : `${git.commit}${git.modified ? " modified" : ""}`,
    cpu: cpu.model,
    ...packages,
  });
  const [old, current] = [flat(before), flat(now)];
  const keys = new Set([...Object.keys(old), ...Object.keys(current)]);
  return [...keys].filter((key) => old[key] !== current[key])
    .map((key) => `${key}: ${old[key] ?? "none"} → ${current[key] ?? "none"}`);
}

/** An environment as JSON. */
export function environmentJson(environment: Environment): Row {
  return { ...environment, git: environment.git === null ? null : { ...environment.git }, cpu: { ...environment.cpu } };
}
