/** A real Slurm cluster of two node daemons on this machine, for one test. Needs root and Debian's slurm-wlm and munge. */

import { join } from "node:path";

/** Whether a cluster can be started here. */
export function canStartCluster(): boolean {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  const programs = ["/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/sbin/munged"];
  return programs.every((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  });
}

/** Names of the nodes. */
export const NODES = ["n1", "n2"] as const;

/** A running cluster. Dispose of it to end every daemon and every job. */
export interface Cluster extends AsyncDisposable {
  /** The file that `SLURM_CONF` must name for the commands to reach this cluster. */
  readonly conf: string;
  startNode(name: (typeof NODES)[number]): void;
  /** Kills a node's daemon, without warning. */
  killNode(name: (typeof NODES)[number]): Promise<void>;
  /** Output of a Slurm command. */
  command(program: string, ...args: string[]): Promise<string>;
}

/** Starts munged, slurmctld and the node daemons with all their files in `folder`. */
export async function startCluster(folder: string): Promise<Cluster> {
  for (const name of ["munge", "state", "spool-n1", "spool-n2"]) Deno.mkdirSync(join(folder, name), { mode: 0o700 });
  Deno.chmodSync(folder, 0o755);
  const socket = join(folder, "munge", "socket");
  const conf = join(folder, "slurm.conf");
  const key = join(folder, "munge", "key");
  Deno.writeFileSync(key, crypto.getRandomValues(new Uint8Array(128)), { mode: 0o400 });
  Deno.writeTextFileSync(conf, slurmConf(folder, socket, freePorts(3)));
  const running = new Map<string, Deno.ChildProcess>();
  const start = (name: string, program: string, args: readonly string[]) => {
    const command = new Deno.Command(program, {
      args: [...args],
      env: { SLURM_CONF: conf },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    });
    running.set(name, command.spawn());
  };
  const stop = async (name: string, signal: Deno.Signal) => {
    const child = running.get(name);
    running.delete(name);
    if (child === undefined) return;
    try {
      child.kill(signal);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound || error instanceof TypeError)) throw error;
    }
    await child.status;
  };
  const startNode = (name: string) => start(name, "/usr/sbin/slurmd", ["-D", "-N", name, "-f", conf]);
  const command = async (program: string, ...args: string[]) => {
    const { stdout, stderr, success } = await new Deno.Command(program, { args, env: { SLURM_CONF: conf } }).output();
    if (!success) throw new Error(`${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  };
  start("munged", "/usr/sbin/munged", [
    "--foreground",
    "--force",
    `--key-file=${key}`,
    `--socket=${socket}`,
    `--pid-file=${join(folder, "munge", "pid")}`,
    `--seed-file=${join(folder, "munge", "seed")}`,
  ]);
  await until("munged answers", () => Deno.stat(socket).then(() => true, () => false));
  Deno.chmodSync(join(folder, "munge"), 0o755);
  start("slurmctld", "/usr/sbin/slurmctld", ["-D", "-f", conf]);
  NODES.forEach(startNode);
  const cluster: Cluster = {
    conf,
    startNode,
    killNode: (name) => stop(name, "SIGKILL"),
    command,
    [Symbol.asyncDispose]: async () => {
      await command("scancel", "--user=root").catch(() => "");
      for (const name of [...NODES, "slurmctld", "munged"]) await stop(name, "SIGTERM");
    },
  };
  try {
    await until("both nodes are idle", async () => {
      const states = await command("sinfo", "--noheader", "--Node", "--format=%T").catch(() => "");
      return states.trim().split("\n").join() === "idle,idle";
    });
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
  return cluster;
}

function slurmConf(folder: string, socket: string, [controller, first, second]: readonly number[]): string {
  const host = Deno.hostname();
  return `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controller}
AuthType=auth/munge
AuthInfo=socket=${socket}
CredType=cred/munge
SlurmUser=root
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool-%n
SlurmdPidFile=${folder}/slurmd-%n.pid
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdLogFile=${folder}/slurmd-%n.log
SlurmctldLogFile=${folder}/slurmctld.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SlurmdTimeout=5
SlurmctldTimeout=10
KillWait=5
MinJobAge=300
SchedulerParameters=sched_interval=1,batch_sched_delay=0
NodeName=n1 NodeHostname=${host} NodeAddr=127.0.0.1 Port=${first} CPUs=2 RealMemory=2000 State=UNKNOWN
NodeName=n2 NodeHostname=${host} NodeAddr=127.0.0.1 Port=${second} CPUs=2 RealMemory=2000 State=UNKNOWN
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}

function freePorts(count: number): readonly number[] {
  const listeners = Array.from({ length: count }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const ports = listeners.map((listener) => listener.addr.port);
  listeners.forEach((listener) => listener.close());
  return ports;
}

/** Waits for something to come true, at most a minute. */
export async function until(what: string, check: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  for (let attempt = 0; attempt < seconds * 10; attempt++) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what}: not within ${seconds} seconds`);
}
