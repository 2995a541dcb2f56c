/** Curves along training and along the episode. */

import { lineFigure, type LineSeries } from "../figures.ts";
import type { FigureBlock, Section } from "../html/blocks.ts";
import { neutralColour, seriesColours, seriesStyle } from "../theme.ts";
import {
  constantsSentence,
  diagnosticFigures,
  normalisedValue,
  otherFigures,
  rawAndSmooth,
  smoothingWindow,
  updateOf,
} from "./panels.ts";
import { evaluationEstimate, methodLabel } from "./sentences.ts";
import type { Role } from "../../contest/mod.ts";
import type { StepCurve, StepCurves, TrainingReportData } from "./types.ts";

/** How many baselines are drawn at first; the others wait in the legend. */
const baselinesDrawn = 4;

/** How many of them have a band, beside the policies. */
const baselinesBanded = 2;

/** Normalised value in training and on held-out SCMs. */
export function learningSection(data: TrainingReportData): Section {
  const evaluations = data.evaluations ?? [];
  const [policyColour, , heldOutColour] = seriesColours;
  const estimates = evaluations.map(evaluationEstimate);
  const banded = estimates.some(({ low }) => low !== undefined);
  const heldOut: LineSeries[] = estimates.length === 0 ? [] : [{
    name: banded ? "held-out SCMs (95 % band)" : "held-out SCMs",
    x: evaluations.map(updateOf),
    y: estimates.map(({ value }) => value),
    ...(banded ? { low: estimates.map(({ low }) => low ?? NaN), high: estimates.map(({ high }) => high ?? NaN) } : {}),
    color: heldOutColour,
    markers: true,
  }];
  const trained = data.updates.some((row) => Number.isFinite(normalisedValue(row)))
    ? rawAndSmooth("training episodes", data.updates, normalisedValue, policyColour)
    : [];
  const window = smoothingWindow(data.updates.length);
  const smoothing = window > 1 && trained.length > 0 ? ` The strong line is a moving mean over ${window} updates.` : "";
  return {
    heading: "Learning",
    blocks: trained.length + heldOut.length === 0 ? [] : [
      lineFigure([...trained, ...heldOut], {
        x: "update",
        y: "normalised value",
        within: [-Infinity, 1],
        reference: { at: 1, label: "optimal" },
      }, {
        title: "Normalised value along training",
        caption: `0 is as good as doing nothing, 1 the best single intervention.${smoothing}`,
      }),
    ],
  };
}

/** Everything else that was logged. */
export function diagnosticsSection(data: TrainingReportData): Section {
  const figures = data.rewards === undefined ? diagnosticFigures(data.updates) : otherFigures(data.updates);
  const constants = constantsSentence(data.updates);
  return {
    heading: "Diagnostics",
    blocks: [
      ...(figures.length === 0 ? [] : [{ kind: "grid", blocks: figures } as const]),
      ...(constants === undefined ? [] : [{ kind: "markdown", text: constants } as const]),
    ],
  };
}

/** What happens along an episode, one pair of figures a quantity. */
export function episodeSection(groups: readonly StepCurves[]): Section {
  const blocks = groups.flatMap((group): FigureBlock[] => {
    const axes = { x: "intervention", y: group.quantity };
    const prominence = prominenceOf(group.curves);
    const lines = curveSeries(group.curves, prominence);
    const hidden = lines.filter((line) => line.appears === "hidden").length;
    const caption = `Means over SCMs, with 95 % bands for the policy and the ${baselinesBanded} best baselines.${
      hidden > 0 ? ` ${hidden} more methods: click their names in the legend.` : ""
    }`;
    const value = lineFigure(
      lines,
      group.kind === "normalisedValue"
        ? { ...axes, within: [-Infinity, 1], reference: { at: 1, label: "optimal" } }
        : axes,
      {
        title: group.kind === "normalisedValue" ? "Normalised value at each intervention" : group.quantity,
        caption,
        height: 440,
      },
    );
    if (group.kind !== "normalisedValue") return [value];
    const regret = lineFigure(curveSeries(group.curves.map(regretCurve), prominence), {
      x: "intervention",
      y: "normalised regret",
      logY: true,
    }, {
      title: "Normalised regret at each intervention",
      caption:
        "1 minus the normalised value, on a logarithmic axis: what the figure above cannot tell apart near the optimum.",
      height: 440,
    });
    return [value, regret];
  });
  return { heading: "Along the episode", blocks };
}

/** 1 − value, the band mirrored; what is not positive cannot stand on a logarithmic axis. */
function regretCurve(curve: StepCurve): StepCurve {
  const positive = (value: number) => value > 0 ? value : NaN;
  return {
    ...curve,
    mean: curve.mean.map((value) => positive(1 - value)),
    low: curve.high.map((value) => positive(1 - value)),
    high: curve.low.map((value) => positive(1 - value)),
  };
}

/** The methods that are drawn before a reader asks for more, and those of them that have a band. */
interface Prominence {
  readonly drawn: ReadonlySet<string>;
  readonly banded: ReadonlySet<string>;
}

/** Drawn are all but the baselines between the best few and the last; many bands would hide each other. */
function prominenceOf(curves: readonly StepCurve[]): Prominence {
  const size = ({ mean }: StepCurve) => {
    const known = mean.filter((value) => Number.isFinite(value));
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  const ranked = curves.filter((curve) => curve.role === "baseline").toSorted((a, b) => size(b) - size(a));
  // An untrained policy is far below the others, and an axis that holds it tells them no longer apart.
  const others = curves.filter((curve) => curve.role !== "baseline" && curve.role !== "untrained");
  const policies = curves.filter((curve) => curve.role === "policy");
  const names = (some: readonly StepCurve[]) => new Set(some.map((curve) => curve.method));
  return {
    drawn: names([...others, ...ranked.slice(0, baselinesDrawn), ...ranked.slice(-1)]),
    banded: names([...policies, ...ranked.slice(0, baselinesBanded)]),
  };
}

/** Policies first and thick, then baselines, bounds grey; a method's style depends on its place alone. */
function curveSeries(curves: readonly StepCurve[], { drawn, banded }: Prominence): LineSeries[] {
  const places: Record<Role, number> = { policy: 0, baseline: 1, untrained: 2, privileged: 3, bound: 4 };
  const order = curves.toSorted((a, b) => places[a.role] - places[b.role]);
  return order.map((curve, place) => ({
    name: methodLabel(curve.method, curve.role),
    x: curve.mean.map((_, step) => step + 1),
    y: curve.mean,
    ...(banded.has(curve.method) ? { low: curve.low, high: curve.high } : {}),
    ...(curve.role === "bound" ? { color: neutralColour, dash: "dot" } as const : seriesStyle(place)),
    width: curve.role === "policy" ? 3 : 1.75,
    appears: drawn.has(curve.method) ? "shown" : "hidden",
  }));
}
