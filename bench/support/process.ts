/** What a running process has used, from /proc: on Linux alone. */

/** Clock ticks a second in /proc. */
const TICKS = 100;

/** The highest resident memory of a running process and what it has computed; null if it has ended or this is not Linux. */
export function useOf(pid: number): { readonly peakMb: number; readonly cpu: number } | null {
  try {
    const peak = /VmHWM:\s+(\d+) kB/.exec(Deno.readTextFileSync(`/proc/${pid}/status`));
    // Behind the name in brackets: state, then 10 numbers before the times in user and in system mode.
    const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]?.split(" ");
    if (peak === null || fields === undefined) return null;
    return { peakMb: Number(peak[1]) / 1000, cpu: (Number(fields[11]) + Number(fields[12])) / TICKS };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
