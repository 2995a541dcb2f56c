/** The tasks T0 to T6: prompts to train on, prompts held out, and what counts as success. */

import {
  type Dialect,
  EXTRA_U1,
  FLIPPED_SU5,
  LEFT_RIGHT,
  MINIMAL_331,
  PATI_SALAM,
  STANDARD,
  STANDARD_GROUPS,
  STANDARD_MODEL,
  SU5,
  TRINIFICATION,
} from "./dialect.ts";
import {
  CHARGED_QUARK_DOUBLET,
  CHIRAL_UNDER_ALL,
  type Goal,
  INDEPENDENT_CHARGES,
  VECTORLIKE_ADDITION,
} from "./goals.ts";
import { freeLimits, type GrammarLimits } from "./grammar.ts";
import { type Prompt, prompt, type ScriptItem } from "./prompt.ts";
import { encode, FACTORS, FERMION, FIRST_MULTIPLICITY, tokenId } from "./vocabulary.ts";

/** Names of the tasks. */
export const TASK_NAMES = ["T0", "T1", "T2", "T3", "T4", "T5", "T6"] as const;
/** One of `TASK_NAMES`. */
export type TaskName = typeof TASK_NAMES[number];

/** One task. */
export interface Task {
  readonly name: string;
  readonly title: string;
  readonly prompts: readonly Prompt[];
  /** Prompts that training never sees; empty where a task has one prompt. */
  readonly heldOut: readonly Prompt[];
  readonly goals: readonly Goal[];
  /** Massless charged states count against the theory. Tasks that hand out the field content leave them out. */
  readonly countExotics: boolean;
  /** κ of the reward: the share of an anomaly's score that is relative to its largest possible value. */
  readonly cancellation: number;
}

const HIGGS = "VEV c1 w2 y3";

/** The Higgs doublet is given; further scalars would change neither the anomalies nor the masses. */
const FERMIONS_ONLY: GrammarLimits = { ...freeLimits(STANDARD), kinds: [FERMION] };

function template(limits: GrammarLimits): GrammarLimits {
  return { ...limits, ordered: false, kinds: [FERMION] };
}

/** Tokens `letter` + charge for −bound … bound. */
function chargeHole(letter: string, bound: number): readonly number[] {
  return Array.from({ length: 2 * bound + 1 }, (_, i) => tokenId(`${letter}${i - bound}`));
}

/** The content with one free hypercharge a field; fields in the order Q, u^c, d^c, L, e^c (, ν^c). */
function hyperchargePrompt(name: string, bound: number, fields: readonly string[]): Prompt {
  const hole = chargeHole("y", bound);
  const script: ScriptItem[] = encode(STANDARD_GROUPS);
  for (const field of fields) script.push(...encode(`F ${field}`), hole, tokenId("n1"));
  script.push(tokenId("EOS"));
  return prompt(name, template(freeLimits(STANDARD)), script);
}

const CONTENT = ["c3 w2", "c3b w1", "c3b w1", "c1 w2", "c1 w1"] as const;

function* subsets(size: number, of: number, from = 0): Generator<readonly number[]> {
  if (size === 0) yield [];
  else {
    for (let first = from; first <= of - size; first++) {
      for (const rest of subsets(size - 1, of, first + 1)) yield [first, ...rest];
    }
  }
}

/** The Standard Model without the fields `removed`; at most as many fields may be added again. */
function partialPrompt(removed: readonly number[]): Prompt {
  const given = STANDARD_MODEL.filter((_, i) => !removed.includes(i)).map((field) => `F ${field} n3`).join(" ");
  const limits = { ...FERMIONS_ONLY, maxAdded: removed.length };
  const name = `without ${removed.map((i) => STANDARD_MODEL[i]).join(", ")}`;
  return prompt(name, limits, encode(`${STANDARD_GROUPS} ${HIGGS} ${given} ADD`));
}

/** All 25 ways to remove one to three of the five fields; every fifth is held out. */
function partialPrompts(): { readonly prompts: readonly Prompt[]; readonly heldOut: readonly Prompt[] } {
  const all = [1, 2, 3].flatMap((size) => [...subsets(size, STANDARD_MODEL.length)]).map(partialPrompt);
  return { prompts: all.filter((_, i) => i % 5 !== 4), heldOut: all.filter((_, i) => i % 5 === 4) };
}

function secondChargePrompt(name: string, fields: readonly (readonly [string, number])[], bound: number): Prompt {
  const script: ScriptItem[] = encode("BOS SU3 SU2 U1 U1X");
  for (const [field, copies] of fields) {
    script.push(...encode(`F ${field}`), chargeHole("x", bound), FIRST_MULTIPLICITY + copies - 1);
  }
  script.push(tokenId("EOS"));
  return prompt(name, template(freeLimits(EXTRA_U1)), script);
}

const QUARKS = [["c3 w2 y1", 3], ["c3b w1 y-4", 3], ["c3b w1 y2", 3]] as const;

function unifiedPrompt(dialect: Dialect, maxFields: number): Prompt {
  const groups = dialect.factors.map((f) => FACTORS[f]!.factor.name);
  const text = ["BOS", ...groups, ...dialect.vacua.map((vacuum) => `VEV ${vacuum}`)].join(" ");
  return prompt(dialect.name, freeLimits(dialect, maxFields), encode(text));
}

/** How each task is made. */
const TASKS: Readonly<Record<TaskName, () => Omit<Task, "name">>> = {
  T0: () => ({
    title: "hypercharge rediscovery: the content is given, five hypercharges are chosen",
    prompts: [hyperchargePrompt("hypercharges", 6, CONTENT)],
    heldOut: [],
    goals: [CHARGED_QUARK_DOUBLET],
    countExotics: false,
    cancellation: 0,
  }),
  T1: () => ({
    title: "hypercharge rediscovery with a right-handed neutrino: six hypercharges",
    prompts: [hyperchargePrompt("hypercharges with ν^c", 6, [...CONTENT, "c1 w1"])],
    heldOut: [],
    goals: [CHARGED_QUARK_DOUBLET],
    countExotics: false,
    cancellation: 0,
  }),
  T2: () => ({
    title: "finish a Standard Model that lacks one to three fields",
    ...partialPrompts(),
    goals: [CHIRAL_UNDER_ALL],
    countExotics: true,
    cancellation: 0.5,
  }),
  T3: () => {
    const given = STANDARD_MODEL.map((field) => `F ${field} n3`).join(" ");
    const limits = { ...FERMIONS_ONLY, maxAdded: 3 };
    return {
      title: "extend the Standard Model by vectorlike matter without light exotics",
      prompts: [prompt("Standard Model", limits, encode(`${STANDARD_GROUPS} ${HIGGS} ${given} ADD`))],
      heldOut: [],
      goals: [CHIRAL_UNDER_ALL, VECTORLIKE_ADDITION],
      countExotics: true,
      cancellation: 0.5,
    };
  },
  T4: () => ({
    title: "any consistent chiral theory of SU(3) × SU(2) × U(1) with a Higgs doublet and at most six fields",
    prompts: [prompt("free", { ...FERMIONS_ONLY, maxFields: 6 }, encode(`${STANDARD_GROUPS} ${HIGGS}`))],
    heldOut: [],
    goals: [CHIRAL_UNDER_ALL],
    countExotics: true,
    cancellation: 0.5,
  }),
  T5: () => ({
    title: "gauge a second U(1) of the Standard Model with right-handed neutrinos",
    // Leptons first: the first field differs between the prompts, so that a writer knows its prompt before it chooses.
    prompts: [
      secondChargePrompt("universal", [["c1 w1 y0", 3], ["c1 w2 y-3", 3], ["c1 w1 y6", 3], ...QUARKS], 6),
      secondChargePrompt("flavoured leptons", [
        ...[1, 2, 3].map(() => ["c1 w2 y-3", 1] as const),
        ...[1, 2, 3].map(() => ["c1 w1 y6", 1] as const),
        ...QUARKS,
      ], 3),
    ],
    heldOut: [
      secondChargePrompt("three different neutrinos", [
        ...[1, 2, 3].map(() => ["c1 w1 y0", 1] as const),
        ["c1 w2 y-3", 3],
        ["c1 w1 y6", 3],
        ...QUARKS,
      ], 15),
    ],
    goals: [INDEPENDENT_CHARGES],
    countExotics: false,
    cancellation: 0,
  }),
  T6: () => ({
    title: "consistent chiral theories of other gauge groups",
    prompts: [
      unifiedPrompt(SU5, 3),
      unifiedPrompt(PATI_SALAM, 3),
      unifiedPrompt(LEFT_RIGHT, 5),
      unifiedPrompt(FLIPPED_SU5, 4),
    ],
    heldOut: [unifiedPrompt(TRINIFICATION, 4), unifiedPrompt(MINIMAL_331, 8)],
    goals: [CHIRAL_UNDER_ALL],
    countExotics: true,
    cancellation: 0.5,
  }),
};

/** The task of a name. */
export function theoryTask(name: TaskName): Task {
  return { name, ...TASKS[name]() };
}
