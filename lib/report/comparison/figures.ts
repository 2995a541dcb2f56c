/** The figures of a comparison, each made from plain results, so that a notebook can show them alone. */

import { type Comparison, type EffectSize, METRICS, type PairComparison, stepCurve } from "../../evaluation/mod.ts";
import { intervalFigure, lineFigure, type LineSeries } from "../figures.ts";
import type { Estimate, FigureBlock } from "../html/blocks.ts";
import { neutralColour, seriesColours, seriesStyle } from "../theme.ts";
import type { Played } from "../../contest/mod.ts";
import type { SeedCurves } from "./types.ts";

/** Lines that are drawn when the page opens; the others wait in the legend. */
const DRAWN = 8;

/** The colour of what a planned comparison shows. */
function verdictColour({ judgement }: PairComparison): string {
  if (judgement?.verdict === "better") return seriesColours[0];
  return judgement?.verdict === "worse" ? seriesColours[1] : neutralColour;
}

/** Without ends that are not numbers. */
export function estimateOf({ value, low, high }: { value: number; low: number; high: number }): Estimate | null {
  if (!Number.isFinite(value)) return null;
  return Number.isFinite(low) && Number.isFinite(high) ? { value, low, high } : { value };
}

/** Regret is what is left to learn: on a logarithmic axis the last steps of a training can be told apart. */
const regretOf = (values: readonly number[]) => values.map((value) => 1 - value);

/** The regret of the training seeds of one model on validation problems, with the interquartile mean over them. */
export function seedCurvesFigure(curves: SeedCurves, place = 0): FigureBlock {
  const { color } = seriesStyle(place);
  const x = curves.update;
  return lineFigure(
    [
      ...curves.seeds.map(({ seed, value }): LineSeries => ({
        name: `seed ${seed}`,
        x,
        y: regretOf(value),
        color: neutralColour,
        width: 1,
        opacity: 0.7,
        appears: "unnamed",
      })),
      {
        name: "interquartile mean",
        x,
        y: regretOf(curves.iqm.value),
        low: regretOf(curves.iqm.high),
        high: regretOf(curves.iqm.low),
        color,
        appears: "unnamed",
      },
    ],
    { x: "update", y: "1 − normalised value", logY: true },
    { title: curves.model, height: 280 },
  );
}

/** The interquartile means over training seeds of all models in one figure. */
export function learningFigure(learning: readonly SeedCurves[]): FigureBlock {
  return lineFigure(
    learning.map(({ model, update, iqm }, m): LineSeries => ({
      name: model,
      x: update,
      y: regretOf(iqm.value),
      low: regretOf(iqm.high),
      high: regretOf(iqm.low),
      ...seriesStyle(m),
    })),
    { x: "update", y: "1 − normalised value on validation problems", logY: true },
    {
      title: "Learning curves: interquartile mean over training seeds",
      caption: "Regret of the most probable action. Bands: pointwise 95 % bootstrap intervals over training seeds.",
      height: 440,
    },
  );
}

/** Standardised effects of the pairs, one figure for each kind of effect, since they are in units of different spreads. */
export function effectFigures(pairs: readonly PairComparison[]): FigureBlock[] {
  const words: Readonly<Record<EffectSize["kind"], readonly [title: string, axis: string]>> = {
    "hedges-g": ["Effect sizes over training seeds", "Hedges' g, standard deviations of a training seed's mean"],
    "cohen-d": ["Effect sizes over training seeds", "Cohen's d, standard deviations of a training seed's mean"],
    "cohen-dz": ["Effect sizes over problems", "Cohen's d_z, standard deviations of the difference on a problem"],
  };
  return (Object.keys(words) as EffectSize["kind"][]).flatMap((kind) => {
    const own = pairs.flatMap((pair) =>
      pair.effect?.kind === kind && Number.isFinite(pair.effect.value) ? [{ pair, effect: pair.effect }] : []
    );
    if (own.length === 0) return [];
    const [title, axis] = words[kind];
    return [
      intervalFigure(
        own.map(({ pair, effect }) => ({
          label: `${pair.first} − ${pair.second}`,
          estimate: estimateOf(effect) ?? { value: effect.value },
          color: verdictColour(pair),
        })),
        axis,
        0,
        {
          title,
          caption:
            "95 % intervals. Blue: a planned comparison shows that the first is better; orange: worse; grey: neither.",
        },
      ),
    ];
  });
}

/** The share of runs and problems above each score. */
export function profileFigure({ models, metric }: Comparison): FigureBlock {
  return lineFigure(
    models.map(({ method, profile }, m): LineSeries => ({
      name: method,
      x: profile.thresholds,
      y: profile.value,
      ...(profile.low.every(Number.isFinite) ? { low: profile.low, high: profile.high } : {}),
      ...seriesStyle(m),
      appears: m < DRAWN ? "shown" : "hidden",
    })),
    {
      x: `τ (${METRICS[metric].label.toLowerCase()})`,
      y: "share of runs and problems above τ",
      rangeY: [0, 1.02],
      within: [0, 1],
    },
    {
      title: "Performance profiles",
      caption:
        "A curve that is nowhere below another is stochastically dominant (Agarwal et al. 2021). Bands: training " +
        "seeds are drawn again.",
      height: 440,
    },
  );
}

/** The regret along the episode: summed up, and of each step on a logarithmic axis. */
export function regretFigures(methods: readonly Played[]): FigureBlock[] {
  const drawn = methods.filter(({ role }) => role !== "bound");
  const series = (quantity: "cumulativeRegret" | "value"): LineSeries[] =>
    drawn.map(({ results }, m) => {
      const { step, value, low, high } = stepCurve(results, quantity);
      const regret = quantity === "value";
      return {
        name: results.method,
        x: step,
        y: regret ? value.map((v) => 1 - v) : value,
        // The lower end of a band would not be positive everywhere on a logarithmic axis.
        ...(regret ? {} : { low, high }),
        ...seriesStyle(m),
        appears: m < DRAWN ? "shown" as const : "hidden" as const,
      };
    });
  return [
    lineFigure(series("cumulativeRegret"), { x: "intervention", y: "sum of 1 − normalised value" }, {
      title: "Cumulative regret",
      caption: "Means over problems and training seeds with pointwise 95 % intervals.",
      height: 440,
    }),
    lineFigure(series("value"), { x: "intervention", y: "1 − normalised value", logY: true }, {
      title: "Regret of each intervention",
      height: 440,
    }),
  ];
}

/** Who beats whom how often; marks where the corrected test shows it. */
export function winsFigure({ wins }: Comparison): FigureBlock {
  const { methods, chance, shown } = wins;
  const text = chance.map((row, i) =>
    row.map((value, j) =>
      Number.isNaN(value) || i === j
        ? ""
        : `${Math.round(100 * value)}${shown[i][j] > 0 ? " ▲" : shown[i][j] < 0 ? " ▼" : ""}`
    )
  );
  return {
    kind: "figure",
    title: "How often a run of the row beats one of the column on a problem, per cent",
    data: [{
      type: "heatmap",
      x: [...methods],
      y: [...methods],
      z: chance.map((row, i) => row.map((value, j) => Number.isNaN(value) || i === j ? null : 100 * value)),
      text: text as unknown as string[],
      texttemplate: "%{text}",
      zmin: 0,
      zmax: 100,
      colorscale: [[0, seriesColours[1]], [0.5, "#B8B8B8"], [1, seriesColours[0]]],
      colorbar: { title: { text: "%" }, thickness: 12 },
      hoverongaps: false,
      hovertemplate: "%{y} beats %{x}: %{z:.0f} %<extra></extra>",
      xgap: 1,
      ygap: 1,
    }],
    layout: {
      xaxis: { type: "category", side: "top", tickangle: -40, ticks: "", showgrid: false },
      yaxis: { type: "category", autorange: "reversed", ticks: "", showgrid: false },
    },
    caption:
      "▲ the row is better, ▼ worse, by a planned comparison. Ties count half. Pairs without a trained model are not compared.",
    height: 180 + 30 * methods.length,
  };
}

/** Ranks with their uncertainty over resampled training seeds and problems. */
export function rankFigure({ ranking }: Comparison): FigureBlock {
  return intervalFigure(
    ranking.map(({ method, rank, low, high }) => ({
      label: method,
      estimate: { value: rank, low, high },
      color: seriesColours[0],
    })),
    "rank (1 is the best)",
    undefined,
    {
      title: "Ranks",
      caption:
        "Ranks of the mean scores; 95 % intervals over training seeds and problems that are drawn again together.",
    },
  );
}
