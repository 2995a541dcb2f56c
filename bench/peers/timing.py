"""How the peers are timed: on their own, or served step by step to a benchmark that takes turns with them."""
import sys
import time


def times_ms(f, runs):
    """Milliseconds of each of `runs` calls."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        f()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def median_ms(f, runs=100, warm=10):
    times_ms(f, warm)
    return sorted(times_ms(f, runs))[runs // 2]


def serve(work):
    """Reads lines `B train|forward RUNS` and answers each with the times of the runs, in milliseconds."""
    made = {}
    for line in sys.stdin:
        batch, part, runs = line.split()
        if batch not in made:
            made[batch] = work(int(batch))
        print(*(f"{ms:.6f}" for ms in times_ms(made[batch][part], int(runs))), flush=True)


def main(name, work, args):
    if args == ["serve"]:
        serve(work)
        return
    for batch in map(int, args or ["16", "160", "1600"]):
        parts = work(batch)
        train, forward = median_ms(parts["train"]), median_ms(parts["forward"])
        print(f"{name} B={batch} train_ms={train:.3f} forward_ms={forward:.3f}")
