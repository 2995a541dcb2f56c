/** The critical-difference diagram of Demšar (2006): mean ranks over problems, and which of them a test tells apart. */

import type { Data, Layout } from "plotly.js-dist-min";
import type { Comparison, FriedmanResult } from "../../evaluation/mod.ts";
import type { FigureBlock } from "../html/blocks.ts";
import { neutralColour, seriesColours } from "../theme.ts";

/** A method on the axis of ranks. */
interface Placed {
  readonly method: string;
  readonly rank: number;
}

/** The largest sets of neighbours on the axis whose ranks lie within the critical difference, as `[first, last]` places. */
export function cliques(
  ascending: readonly number[],
  criticalDifference: number,
): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  ascending.forEach((rank, first) => {
    const last = ascending.findLastIndex((other) => other - rank <= criticalDifference);
    const before = found.at(-1);
    if (last > first && (before === undefined || last > before[1])) found.push([first, last]);
  });
  return found;
}

/** The diagram; null where there is a single problem, or two methods that need none. */
export function criticalDifferenceFigure({ models, omnibus }: Comparison): FigureBlock | null {
  const { friedman } = omnibus;
  if (friedman === null) return null;
  const placed = models.map(({ method }, m): Placed => ({ method, rank: friedman.meanRanks[m] }))
    .toSorted((a, b) => a.rank - b.rank);
  const groups = cliques(placed.map(({ rank }) => rank), friedman.criticalDifference);
  const half = Math.ceil(placed.length / 2);
  const top = -0.5 * groups.length - 0.6;
  const [low, high] = [placed[0].rank, placed[placed.length - 1].rank];
  const margin = 0.12 * Math.max(1, high - low);
  const ends = [Math.floor(low), Math.ceil(high)];
  const ranks = Array.from({ length: ends[1] - ends[0] + 1 }, (_, k) => ends[0] + k);
  const data: Data[] = [
    {
      type: "scatter",
      mode: "text+lines+markers",
      x: ranks,
      y: ranks.map(() => 0),
      text: ranks.map(String),
      textposition: "top center",
      line: { color: neutralColour, width: 1 },
      marker: { symbol: "line-ns-open", size: 4, color: neutralColour },
      showlegend: false,
      hoverinfo: "skip",
    },
    ...stems(placed.slice(0, half), top, low - margin, "middle left"),
    ...stems(placed.slice(half).reverse(), top, high + margin, "middle right"),
    ...groups.map(([first, last], k): Data => ({
      type: "scatter",
      mode: "lines",
      x: [placed[first].rank, placed[last].rank],
      y: [-0.5 * (k + 1), -0.5 * (k + 1)],
      line: { color: seriesColours[1], width: 5 },
      showlegend: false,
      hovertemplate: `not told apart: ${
        placed.slice(first, last + 1).map(({ method }) => method).join(", ")
      }<extra></extra>`,
    })),
    {
      type: "scatter",
      mode: "text+lines+markers",
      x: [low, low + friedman.criticalDifference],
      y: [1.3, 1.3],
      text: [`critical difference ${friedman.criticalDifference.toFixed(2)}`, ""],
      textposition: "top right",
      line: { color: neutralColour, width: 2 },
      marker: { symbol: "line-ns-open", size: 9, color: neutralColour },
      showlegend: false,
      hoverinfo: "skip",
    },
  ];
  const layout: Partial<Layout> = {
    // The axis is drawn where the ranks are.
    xaxis: { visible: false, range: [low - 4 * margin, high + 4 * margin] },
    yaxis: { visible: false, range: [top - half * 0.6 - 0.3, 2.1] },
  };
  return {
    kind: "figure",
    title: "Critical-difference diagram",
    data,
    layout,
    height: 170 + 30 * half + 16 * groups.length,
    caption: caption(friedman),
  };
}

function caption({ alpha, pValue }: FriedmanResult): string {
  return `Mean ranks over problems, 1 is the best. Bars join methods that Nemenyi's test after Friedman's (p ${
    pValue < 0.001 ? "< 0.001" : `= ${pValue.toFixed(3)}`
  }) ` +
    `does not tell apart at ${
      100 * alpha
    } %. Problems are the blocks, and a model has the mean over its training seeds: ` +
    "it speaks about these trainings on other problems of the kind.";
}

/** A line from each method's rank down and out to its name. */
function stems(
  placed: readonly Placed[],
  top: number,
  end: number,
  position: "middle left" | "middle right",
): Data[] {
  return placed.map(({ method, rank }, i): Data => {
    const y = top - 0.6 * i;
    const name = `${method} ${rank.toFixed(2)}`;
    return {
      type: "scatter",
      mode: "text+lines",
      x: [rank, rank, end],
      y: [0, y, y],
      // The name keeps away from the end of its line.
      text: ["", "", position === "middle left" ? `${name}\u2002` : `\u2002${name}`],
      textposition: position,
      line: { color: seriesColours[0], width: 1.5 },
      showlegend: false,
      hovertemplate: `${name.replace(/</g, "&lt;")}<extra></extra>`,
    };
  });
}
