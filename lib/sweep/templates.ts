/** Files for engines that this project does not drive itself. Each runs the one job command. */

import { relative, resolve } from "node:path";
import { stringify } from "yaml";
import { shellWord } from "../runs/mod.ts";
import { type Manifest, ManifestError, readManifest } from "./manifest.ts";

/** How a Kubernetes template is filled in. */
export interface KubernetesOptions {
  /** Image with Deno and this project in its working directory. */
  readonly image: string;
  /** Claim of the volume that holds the results. */
  readonly claim: string;
  /** Where the volume is mounted; the manifest must be below it. */
  readonly mount: string;
  readonly parallelism: number;
}

/**
 * An indexed Job (Kubernetes ≥ 1.33): pod i runs job i, a failed index is retried on its own.
 * @throws {ManifestError} if the manifest lies outside the volume
 */
export function kubernetesTemplate(manifestPath: string, options: KubernetesOptions): string {
  const manifest: Manifest = readManifest(manifestPath);
  const inside = relative(options.mount, resolve(manifestPath));
  if (inside.startsWith("..")) {
    throw new ManifestError(`${manifestPath}: not below ${options.mount}, where pods see it`);
  }
  const command = ["deno", "run", "-A", "lib/cli/sweep.ts", "job", "--manifest", resolve(manifestPath)];
  return stringify({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: `${manifest.name.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-")}-${manifest.digest.slice(0, 8)}` },
    spec: {
      completionMode: "Indexed",
      completions: manifest.jobs.length,
      parallelism: options.parallelism,
      backoffLimitPerIndex: 3,
      template: {
        spec: {
          restartPolicy: "Never",
          terminationGracePeriodSeconds: 120,
          containers: [{
            name: "job",
            image: options.image,
            command: [...command, "--index", "$(JOB_COMPLETION_INDEX)"],
            volumeMounts: [{ name: "results", mountPath: options.mount }],
          }],
          volumes: [{ name: "results", persistentVolumeClaim: { claimName: options.claim } }],
        },
      },
    },
  }, { lineWidth: 0 });
}

/**
 * A shell script for GNU parallel, which is told to quote what it hands to its own shell. Running it again goes on with what is
 * not done.
 */
export function parallelTemplate(manifestPath: string, jobs: number): string {
  const last = readManifest(manifestPath).jobs.length - 1;
  return `#!/bin/sh
# Run this in the project's folder.
seq 0 ${last} | parallel --quote --jobs ${jobs} --joblog parallel.log --retries 3 \\
  deno run -A lib/cli/sweep.ts job --manifest ${shellWord(resolve(manifestPath))} --index {}
`;
}
