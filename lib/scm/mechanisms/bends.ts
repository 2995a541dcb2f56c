/** `intercept + Σ scaleᵢ·f(slopeᵢ·paᵢ + shiftᵢ)` with f the logistic function or tanh. */

import { z } from "zod";
import { type AddTerm, compileAdditive, drawAdditive } from "./additive.ts";
import { checkAligned, checkFinite, checkIntercept } from "./checks.ts";
import { tanh as fastTanh } from "./fast_tanh.ts";
import type { MechanismKind } from "./kind.ts";
import { constantTerm, formatValue, joinTerms, product } from "./terms.ts";

/** `intercept + Σ scaleᵢ·f(slopeᵢ·paᵢ + shiftᵢ)`; every list has one number for each parent. */
export interface BendMechanism<Kind extends "sigmoid" | "tanh" = "sigmoid" | "tanh"> {
  readonly kind: Kind;
  readonly intercept: number;
  readonly scales: readonly number[];
  readonly slopes: readonly number[];
  readonly shifts: readonly number[];
}

interface Bend {
  readonly scale: number;
  readonly slope: number;
  readonly shift?: number | undefined;
}

/** A bend with every number. */
interface FullBend {
  readonly scale: number;
  readonly slope: number;
  readonly shift: number;
}

type BendEntry = Record<string, Bend>;

const schema: z.ZodType<BendEntry> = z.record(
  z.string(),
  z.strictObject({ scale: z.number(), slope: z.number(), shift: z.number().optional() }),
);

function bendKind<Kind extends "sigmoid" | "tanh">(
  kind: Kind,
  term: (bend: FullBend) => AddTerm,
): MechanismKind<BendMechanism<Kind>, BendEntry> {
  return {
    kind,
    key: kind,
    schema,
    read(entry, { intercept = 0, keys }) {
      const bends = keys.map((key) => entry[key]);
      return {
        parents: keys,
        mechanism: {
          kind,
          intercept,
          scales: bends.map(({ scale }) => scale),
          slopes: bends.map(({ slope }) => slope),
          shifts: bends.map(({ shift = 0 }) => shift),
        },
      };
    },
    write({ intercept, scales, slopes, shifts }, parents) {
      const bend = (i: number) => ({ scale: scales[i], slope: slopes[i], shift: shifts[i] });
      return { intercept, [kind]: new Map(parents.map((name, i) => [name, bend(i)])) };
    },
    check(mechanism, context) {
      checkIntercept(mechanism.intercept, context);
      for (const list of ["scales", "slopes", "shifts"] as const) {
        checkAligned(mechanism[list], list, context);
        checkFinite(mechanism[list], `${list.slice(0, -1)} of`, context);
      }
    },
    compile({ intercept, scales, slopes, shifts }, binding) {
      const terms = scales.map((scale, i) => term({ scale, slope: slopes[i], shift: shifts[i] }));
      return compileAdditive(intercept, terms, binding);
    },
    terms({ intercept, scales, slopes, shifts }, parents) {
      const inner = (i: number) =>
        joinTerms([product(slopes[i], parents[i]), ...(shifts[i] === 0 ? [] : [formatValue(shifts[i])])]);
      return [...constantTerm(intercept), ...scales.map((scale, i) => product(scale, `${kind}(${inner(i)})`))];
    },
    /** A slope of one to four bends over the parent's range, and a bend somewhere in it. */
    draw(request) {
      const { stream } = request;
      const { intercept, shapes } = drawAdditive<FullBend>(request, {
        draw: ({ mean, reach }) => {
          const slope = stream.uniformIn(1, 4) / reach;
          const bend = mean + reach * stream.uniformIn(-0.5, 0.5);
          return { scale: 1, slope, shift: -slope * bend };
        },
        compile: term,
        scale: (shape, factor) => ({ ...shape, scale: factor * shape.scale }),
      });
      return {
        kind,
        intercept,
        scales: shapes.map(({ scale }) => scale),
        slopes: shapes.map(({ slope }) => slope),
        shifts: shapes.map(({ shift }) => shift),
      };
    },
  };
}

export const tanh: MechanismKind<BendMechanism<"tanh">, BendEntry> = bendKind(
  "tanh",
  ({ scale, slope, shift }) => (out, parent, rows) => {
    for (let r = 0; r < rows; r++) out[r] += scale * fastTanh(slope * parent[r] + shift);
  },
);

/** The logistic function σ(z) is ½(1 + tanh(z/2)). */
export const sigmoid: MechanismKind<BendMechanism<"sigmoid">, BendEntry> = bendKind(
  "sigmoid",
  ({ scale, slope, shift }) => (out, parent, rows) => {
    for (let r = 0; r < rows; r++) out[r] += 0.5 * scale * (1 + fastTanh(0.5 * (slope * parent[r] + shift)));
  },
);
