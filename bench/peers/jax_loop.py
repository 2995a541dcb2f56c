"""
The whole training loop of `quick` in JAX under one jit: problems, rollout, features, network, loss and update, with lax.scan over
the steps of an episode and over minibatches. Usage: jax_loop.py [UPDATES [FIRST]]; prints one line of JSON.

What it does like ours: 64 linear Gaussian problems of 3 to 8 variables an update, 20 observational rows, 20 steps, 10 candidates a
state; the 28 features of a variable and 8 of a pair; two rounds of messages at width 32 with 2 heads; two levels a variable; rewards
by expected outcomes, means of groups taken off; clipped surrogate with an entropy bonus; 4 minibatches; Adam with its norm clipped.

What differs: graphs are Erdős–Rényi alone, in topological order and with the target last (ours mixes seven families and permutes
labels); random numbers are JAX's own; the regressions without a variable's own interventions are one inverse for each variable that
rows are added to (ours takes rows out of one inverse); sums are float32 throughout; nothing is logged, audited, validated or
checkpointed, and a number that is not finite goes unnoticed.
"""
import json
import os
import resource
import sys
import time

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
start = time.perf_counter()

import jax
import jax.numpy as jnp
from jax import lax

B, N, ROWS, T, G = 64, 8, 20, 20, 10
F, P, H, C, LEVELS = 28, 8, 32, 16, 2
CLIP, RATE, NORM, MINIBATCHES, SCALE = 0.2, 0.003, 1.0, 4, 10.0
PRIOR = 2.0


def bounded(x):
    return jnp.clip(x, -10, 10)


def problems(key):
    """Weights [B, N, N] (row: effect), intercepts, noise, sizes, domains, and what the truth gives."""
    k = jax.random.split(key, 8)
    size = jax.random.randint(k[0], (B,), 3, N + 1)
    index = jnp.arange(N)
    there = index[None] < size[:, None]
    chance = jnp.minimum(0.8, 3.5 / (size - 1))[:, None, None]
    below = (index[:, None] > index[None])[None] & there[:, :, None] & there[:, None, :]
    edge = below & (jax.random.uniform(k[1], (B, N, N)) < chance)
    # The target has a parent.
    target = size - 1
    onto = (index[None, :, None] == target[:, None, None]) & (index[None, None, :] == (target - 1)[:, None, None])
    edge = edge | onto
    weight = jax.random.uniform(k[2], (B, N, N), minval=0.5, maxval=2) * jnp.sign(jax.random.normal(k[3], (B, N, N)))
    w = jnp.where(edge, weight, 0)
    intercept = jnp.where(there, jax.random.uniform(k[4], (B, N), minval=-1, maxval=1), 0)
    noise = jnp.where(there, jax.random.uniform(k[5], (B, N), minval=0.3, maxval=1), 0)
    eye = jnp.eye(N)
    # W is strictly triangular: (I − W)⁻¹ is the product of I + W^(2^k).
    total, power = eye + w, w @ w
    for _ in range(2):
        total, power = total + total @ power, power @ power
    mean = jnp.einsum("bij,bj->bi", total, intercept)
    reach = jax.random.uniform(k[6], (2, B, N), minval=1, maxval=5)
    low, high = mean - reach[0], mean + reach[1]
    effect = jnp.take_along_axis(total, target[:, None, None], 1)[:, 0]
    settable = there & (index[None] != target[:, None])
    at_target = jnp.take_along_axis(mean, target[:, None], 1)
    ends = at_target[..., None] + effect[..., None] * (jnp.stack([low, high], -1) - mean[..., None])
    best = jnp.where(settable[..., None], ends, jnp.inf).min((1, 2))
    worst = jnp.where(settable[..., None], ends, -jnp.inf).max((1, 2))
    return dict(
        w=w, intercept=intercept, noise=noise, size=size, target=target, there=there, settable=settable,
        low=low, high=high, ends=ends, best=best, worst=worst,
    )


def sample(p, key, rows, chosen=None, value=None):
    """`[B, rows, N]`; `chosen` [B] is set to `value` [B]."""
    e = jax.random.normal(key, (B, rows, N)) * p["noise"][:, None] + p["intercept"][:, None]
    x = jnp.zeros((B, rows, N))
    for i in range(N):
        v = e[:, :, i] + jnp.einsum("brj,bj->br", x, p["w"][:, i])
        if chosen is not None:
            v = jnp.where((chosen == i)[:, None], value[:, None], v)
        x = x.at[:, :, i].set(v)
    return x


def add_row(inverse, z, keep):
    """One more row in the inverses [B, N, N + 1, N + 1] that keep it."""
    pz = jnp.einsum("bkij,bj->bki", inverse, z)
    scale = keep / (1 + jnp.einsum("bki,bi->bk", pz, z))
    return inverse - scale[..., None, None] * pz[..., :, None] * pz[..., None, :]


def standardised(s, x):
    return jnp.concatenate([jnp.ones((B, 1)), (x - s["centre"]) / s["spread"]], 1)


def begin(p, key):
    x = sample(p, key, ROWS)
    centre = x.mean(1)
    spread = jnp.sqrt(((x - centre[:, None]) ** 2).sum(1) / (ROWS - 1))
    spread = jnp.where(spread > 0, spread, 1)
    z = (x - centre[:, None]) / spread[:, None]
    z = jnp.where(p["there"][:, None], z, 0)
    prior = jnp.diag(jnp.concatenate([jnp.full(1, 0.01), jnp.ones(N)]))
    rows = jnp.concatenate([jnp.ones((B, ROWS, 1)), z], 2)
    inverse = jnp.linalg.inv(prior + jnp.einsum("bri,brj->bij", rows, rows))
    zero = jnp.zeros((B, N))
    return dict(
        centre=centre, spread=spread, correlation=jnp.einsum("bri,brj->bij", z, z) / (ROWS - 1),
        inverse=jnp.repeat(inverse[:, None], N, 1), count=zero, sums=jnp.zeros((B, N, N)), cross=jnp.zeros((B, N, N)),
        best=jnp.full((B, N), -jnp.inf), last=zero, last_step=jnp.full((B, N), -1), step=0,
    )


def observe(s, p, x, chosen, value):
    """The statistics after one row in which `chosen` was set."""
    hot = jax.nn.one_hot(chosen, N)
    outcome = jnp.take_along_axis(x, p["target"][:, None], 1)
    z = jnp.where(jnp.concatenate([jnp.ones((B, 1), bool), p["there"]], 1), standardised(s, x), 0)
    return s | dict(
        inverse=add_row(s["inverse"], z, 1 - hot),
        count=s["count"] + hot,
        sums=s["sums"] + hot[:, :, None] * x[:, None],
        cross=s["cross"] + (hot * value[:, None])[:, :, None] * x[:, None],
        best=jnp.where(hot > 0, jnp.maximum(s["best"], -outcome), s["best"]),
        last=jnp.where(hot > 0, outcome, s["last"]),
        last_step=jnp.where(hot > 0, s["step"], s["last_step"]),
        step=s["step"] + 1,
    )


def features(s, p):
    m, d, count = s["centre"], s["spread"], s["count"]
    own = lambda x: jnp.diagonal(x, axis1=1, axis2=2)
    sv = own(s["sums"])
    svv = (own(s["cross"]) - 2 * m * sv + count * m * m) / d**2
    svx = s["cross"] - m[:, :, None] * s["sums"] - m[:, None] * sv[..., None] + (count * m)[..., None] * m[:, None]
    svx = svx / (d[:, :, None] * d[:, None])
    correlation = s["correlation"]
    precision = (PRIOR + svv)[..., None]
    slope = (correlation * PRIOR + svx) / precision
    evidence = jnp.where(count[..., None] > 0, jnp.arcsinh(svx / jnp.sqrt(jnp.maximum(svv, 1e-9))[..., None]), 0)
    interventional = svx / (svv + 0.25)[..., None]
    columns = jnp.stack([s["inverse"][:, j, 1:, j + 1] for j in range(N)], 2)
    direct = -columns / own(columns)[:, None]
    direct = direct * (1 - jnp.eye(N))

    target = p["target"]
    is_target = jax.nn.one_hot(target, N)
    onto = lambda x: jnp.take_along_axis(x, target[:, None, None], 2)[..., 0]
    settable = p["settable"]
    low, high = (p["low"] - m) / d, (p["high"] - m) / d
    steep = -onto(slope)
    gains = jnp.where(settable, jnp.maximum(steep * low, steep * high), 1)
    unit = jnp.maximum(1, gains.max(1, keepdims=True))
    spread_y = jnp.take_along_axis(d, target[:, None], 1)
    centre_y = jnp.take_along_axis(m, target[:, None], 1)
    seen = lambda signed: (signed + centre_y) / spread_y / unit
    best = s["best"].max(1, keepdims=True)
    was_last = (s["step"] > 0) & (s["last_step"] == s["step"] - 1)
    last = jnp.where(was_last, s["last"], 0).sum(1, keepdims=True)
    through = jnp.where(settable[:, None] & (jnp.eye(N) == 0), slope, 0)
    path = onto(direct) * (1 - is_target) + jnp.einsum("bij,bj->bi", through, onto(direct))
    ends = lambda x: [bounded(jnp.where(settable, -x * end / unit, 0)) for end in (low, high)]
    sd = jnp.sqrt(1 / precision[..., 0])
    wide = lambda x: jnp.broadcast_to(x, (B, N))
    tried = count > 0
    nodes = [
        *ends(onto(slope)),
        *(bounded(jnp.where(settable, jnp.abs(end) * sd / unit, 0)) for end in (low, high)),
        *ends(onto(interventional)), *ends(onto(correlation)), *ends(onto(direct)), *ends(path),
        bounded(onto(evidence)), bounded((1 - is_target) * onto(correlation)), jnp.log1p(count),
        bounded(jnp.where(tried, -(onto(s["sums"]) / jnp.maximum(count, 1) - centre_y) / spread_y / unit, 0)),
        1.0 - tried, was_last * 1.0, jnp.where(settable, bounded(jnp.log((high - low) / 4)), 0),
        wide(s["step"] / T), wide(jnp.log(unit)), wide(jnp.log(ROWS / 10)), wide(jnp.log(p["size"][:, None] / 8)),
        is_target, jnp.where(settable, bounded(low / 5), 0), jnp.where(settable, bounded(high / 5), 0),
        wide(bounded(jnp.where(best > -jnp.inf, seen(best), 0))),
        wide(bounded(jnp.where(s["step"] > 0, seen(-last), 0))),
    ]
    turn = 1 - 2 * jnp.maximum(is_target[:, :, None], is_target[:, None])
    # Minimising: the sign of the target is turned twice.
    turn = -turn
    flip = lambda x: jnp.swapaxes(x, 1, 2)
    pairs = [correlation, slope, evidence, direct, flip(direct), flip(evidence), flip(slope)]
    pairs = [bounded(turn * x) for x in pairs] + [jnp.broadcast_to(tried[:, None] * 1.0, (B, N, N))]
    there = p["there"][..., None]
    return jnp.stack(nodes, -1) * there, jnp.stack(pairs, -1) * there[:, :, None] * there[:, None]


def init(key):
    shapes = {"e1": (F, H), "e2": (H, H)}
    for r in range(2):
        shapes |= {f"r{r}": (H, C), f"s{r}": (H, C), f"p{r}": (P, C), f"m{r}": (H, H), f"mm{r}": (2 * C, H)}
        shapes |= {f"mp{r}": (2 * H, H), f"u{r}": (H, H)}
    shapes |= {"d": (H, H), "dp": (2 * H, H), "o": (H, 1 + LEVELS), "k": (F, 1 + LEVELS)}
    keys = jax.random.split(key, len(shapes))
    params = {n: jax.random.normal(k, s) * (2 / s[0]) ** 0.5 for k, (n, s) in zip(keys, shapes.items())}
    params |= {"o": params["o"] * 0.01, "k": params["k"] * 0}
    biased = ["e1", "e2", "d", "o"] + [f"{n}{r}" for r in range(2) for n in "rspmu"]
    return params | {f"b_{n}": jnp.zeros(shapes[n][1]) for n in biased}


def network(w, nodes, pairs, there):
    relu = jax.nn.relu
    mask = there[..., None]
    pool = lambda h: jnp.concatenate(
        [(h * mask).sum(1) / mask.sum(1), jnp.where(mask, h, -1e9).max(1)], 1
    )
    layer = lambda x, n: x @ w[n] + w[f"b_{n}"]
    others = (there[:, :, None] & there[:, None] & (jnp.eye(N) == 0))[..., None]
    h = relu(layer(relu(layer(nodes, "e1")), "e2"))
    for r in range(2):
        e = layer(h, f"r{r}")[:, :, None] + layer(h, f"s{r}")[:, None] + layer(pairs, f"p{r}")
        e = relu(e) * others
        m = jnp.concatenate([e.sum(2) / jnp.maximum(others.sum(2), 1), e.max(2)], -1)
        mixed = relu(layer(h, f"m{r}") + m @ w[f"mm{r}"] + (pool(h) @ w[f"mp{r}"])[:, None])
        h = h + layer(mixed, f"u{r}")
    decoded = relu(layer(h, "d") + (pool(h) @ w["dp"])[:, None])
    return (layer(decoded, "o") + nodes @ w["k"]) * SCALE


def log_probs(w, nodes, pairs, there, settable):
    out = network(w, nodes, pairs, there)
    logits = out[..., :1] + out[..., 1:]
    logits = jnp.where(settable[..., None], logits, -1e9).reshape(-1, N * LEVELS)
    return jax.nn.log_softmax(logits)


def rollout(w, key):
    keys = jax.random.split(key, 3)
    p = problems(keys[0])
    s = begin(p, keys[1])

    def step(s, key):
        draw, noise = jax.random.split(key)
        nodes, pairs = features(s, p)
        logp = log_probs(w, nodes, pairs, p["there"], p["settable"])
        arm = jax.random.categorical(draw, logp, axis=-1, shape=(G, B)).T
        ends = p["ends"].reshape(B, -1)
        outcome = jnp.take_along_axis(ends, arm, 1)
        reward = (p["worst"][:, None] - outcome) / (p["worst"] - p["best"])[:, None]
        advantage = reward - reward.mean(1, keepdims=True)
        old = jnp.take_along_axis(logp, arm, 1)
        first = arm[:, 0]
        chosen = first // LEVELS
        value = jnp.where(first % LEVELS == 0, *(jnp.take_along_axis(p[e], chosen[:, None], 1)[:, 0] for e in ("low", "high")))
        x = sample(p, noise, 1, chosen, value)[:, 0]
        record = (nodes, pairs, jnp.broadcast_to(p["there"], (B, N)), p["settable"], arm, old, advantage)
        return observe(s, p, x, chosen, value), (record, reward.mean())

    _, (records, rewards) = lax.scan(step, s, jax.random.split(keys[2], T))
    return [x.reshape(T * B, *x.shape[2:]) for x in records], rewards.mean()


def loss(w, batch, entropy):
    nodes, pairs, there, settable, arm, old, advantage = batch
    logp = log_probs(w, nodes, pairs, there, settable)
    ratio = jnp.exp(jnp.take_along_axis(logp, arm, 1) - old)
    surrogate = jnp.minimum(ratio * advantage, jnp.clip(ratio, 1 - CLIP, 1 + CLIP) * advantage)
    possible = jnp.repeat(settable, LEVELS, 1)
    spread = -jnp.where(possible, jnp.exp(logp) * logp, 0).sum(1)
    return -surrogate.mean() - entropy * spread.mean()


def update(state, key, total):
    w, first, second, count = state
    share = count / MINIBATCHES / total
    entropy = 0.15 * (0.04 / 0.15) ** share
    rate = RATE * (0.05 + 0.95 * 0.5 * (1 + jnp.cos(jnp.pi * share)))
    roll, shuffle = jax.random.split(key)
    records, reward = rollout(w, roll)
    order = jax.random.permutation(shuffle, T * B).reshape(MINIBATCHES, -1)

    def climb(carry, rows):
        w, first, second, count = carry
        g = jax.grad(loss)(w, [x[rows] for x in records], entropy)
        norm = jnp.sqrt(sum((x**2).sum() for x in jax.tree.leaves(g)))
        g = jax.tree.map(lambda x: x * jnp.minimum(1, NORM / norm), g)
        first = jax.tree.map(lambda m, x: 0.9 * m + 0.1 * x, first, g)
        second = jax.tree.map(lambda v, x: 0.999 * v + 0.001 * x * x, second, g)
        count = count + 1
        move = lambda w, m, v: w - rate * (m / (1 - 0.9**count)) / (jnp.sqrt(v / (1 - 0.999**count)) + 1e-8)
        return (jax.tree.map(move, w, first, second), first, second, count), None

    state, _ = lax.scan(climb, (w, first, second, count), order)
    return state, reward


def main(updates, first):
    w = init(jax.random.PRNGKey(1))
    zeros = lambda: jax.tree.map(jnp.zeros_like, w)
    state = (w, zeros(), zeros(), jnp.zeros(()))
    run = jax.jit(update, donate_argnums=0)
    rewards, marks = [], {}
    for k in range(updates):
        state, reward = run(state, jax.random.PRNGKey(100 + k), float(updates))
        rewards.append(float(reward))
        if k + 1 in (first, updates):
            marks[k + 1] = (time.perf_counter() - start, time.process_time())
    (wall0, cpu0), (wall1, cpu1) = marks[first], marks[updates]
    tenth = max(1, updates // 10)
    print(json.dumps(dict(
        steadyWallMs=(wall1 - wall0) / (updates - first) * 1e3,
        steadyCpuMs=(cpu1 - cpu0) / (updates - first) * 1e3,
        coldWall=wall1, coldCpu=cpu1,
        peakMb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        value=sum(rewards[-tenth:]) / tenth, firstValue=rewards[0],
    )))


if __name__ == "__main__":
    updates = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    main(updates, int(sys.argv[2]) if len(sys.argv) > 2 else max(1, updates // 4))
