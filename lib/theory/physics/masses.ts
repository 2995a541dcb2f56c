/**
 * Which fermions stay massless when every renormalisable coupling that the gauge group allows has a generic value. The mass
 * matrix is Σ λ_ij C_ab over bare terms ψψ′ and Yukawa terms ψψ′φ, ψψ′φ* with each φ replaced by its vacuum value; its rank
 * in each sector of electric charge and colour is the generic rank, found with random residues modulo a prime.
 */

import {
  CHARGE_UNIT,
  conjugateMultiplet,
  fermions,
  type GaugeGroup,
  type Multiplet,
  multipletKey,
  simpleFactors,
  type Theory,
} from "./gauge.ts";
import { multiply, PRIME, reduceInto, residue } from "./modular.ts";
import { type Irrep, irrep } from "./representation.ts";
import { type InvariantTensor, invariantTensors } from "./tensors.ts";
import { type StateSpace, stateSpace } from "./weights.ts";

/** The states of one electric charge and colour weight. */
export interface Sector {
  /** In units of 1/30. */
  readonly charge: number;
  /** Two differences of colour weights; (0, 0) is colourless. */
  readonly colour: readonly [number, number];
  readonly states: number;
  readonly massless: number;
}

/** Masses of the fermions of a theory. */
export interface Spectrum {
  readonly sectors: readonly Sector[];
  /** Massless states that carry electric charge or colour, beyond those that `allowedGenerations` of the Standard Model hold. */
  readonly exotics: number;
}

/** A component of a multiplet: where it sits under electric charge and colour. */
interface Component {
  readonly sector: number;
  readonly charge: number;
  readonly colour: readonly [number, number];
}

/** A coupling tensor between the components of two fermion multiplets. */
interface Bilinear {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly values: Float64Array;
}

const COLOUR_RANGE = 32;

function sectorCode(charge: number, colour: readonly [number, number]): number {
  const offset = COLOUR_RANGE / 2;
  return (charge * COLOUR_RANGE + colour[0] + offset) * COLOUR_RANGE + colour[1] + offset;
}

/** Numbers of left-handed states of one Standard Model generation by sector, antiquarks and charged leptons included. */
function standardModelSectors(): ReadonlyMap<number, number> {
  const triplet: readonly (readonly [number, number])[] = [[1, 0], [-1, 1], [0, -1]];
  const count = new Map<number, number>();
  const add = (charge: number, colour: readonly [number, number]) => {
    const code = sectorCode(charge, colour);
    count.set(code, (count.get(code) ?? 0) + 1);
  };
  for (const [thirds, colours] of [[2, triplet], [-1, triplet], [-3, [[0, 0]]]] as const) {
    for (const [x, y] of colours) {
      add((CHARGE_UNIT / 3) * thirds, [x, y]);
      add((-CHARGE_UNIT / 3) * thirds, [0 - x, 0 - y]);
    }
  }
  return count;
}

/** A small deterministic generator of non-zero residues: couplings need be generic, not secret. */
function residues(): () => number {
  let state = 0x2545f491;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return 1 + ((state >>> 0) % (PRIME - 1));
  };
}

/**
 * Computes spectra for the theories of one gauge group. It remembers invariant tensors between calls; results do not
 * depend on what it remembers.
 */
export class Spectrometer {
  readonly #group: GaugeGroup;
  readonly #simple: readonly { readonly n: number }[];
  readonly #spaces = new Map<string, StateSpace>();
  readonly #tensors = new Map<string, readonly InvariantTensor[]>();
  readonly #components = new Map<string, readonly Component[]>();
  readonly #bilinears = new Map<string, readonly Bilinear[]>();
  readonly #trivial: Multiplet;
  readonly #standardModel = standardModelSectors();

  constructor(group: GaugeGroup) {
    this.#group = group;
    this.#simple = simpleFactors(group);
    this.#trivial = {
      irreps: this.#simple.map(({ n }) => irrep(n, new Array<number>(n - 1).fill(0))),
      charges: group.embedding.charges.map(() => 0),
    };
  }

  #space(representation: Irrep): StateSpace {
    const key = `${representation.n}:${representation.labels.join(".")}`;
    const known = this.#spaces.get(key);
    if (known) return known;
    const space = stateSpace(representation);
    this.#spaces.set(key, space);
    return space;
  }

  #invariants(a: Irrep, b: Irrep, c: Irrep): readonly InvariantTensor[] {
    const key = `${a.n}:${a.labels.join(".")}|${b.labels.join(".")}|${c.labels.join(".")}`;
    const known = this.#tensors.get(key);
    if (known) return known;
    const tensors = invariantTensors(this.#space(a), this.#space(b), this.#space(c));
    this.#tensors.set(key, tensors);
    return tensors;
  }

  /** Electric charge and colour of each component, the last SU factor running fastest. */
  #componentsOf(multiplet: Multiplet): readonly Component[] {
    const key = multipletKey(multiplet);
    const known = this.#components.get(key);
    if (known) return known;
    const { embedding } = this.#group;
    const base = embedding.charges.reduce((sum, coefficient, a) => sum + coefficient * (multiplet.charges[a] ?? 0), 0);
    let partial: { charge: number; colour: readonly [number, number] }[] = [{ charge: base, colour: [0, 0] }];
    multiplet.irreps.forEach((representation, f) => {
      const axes = embedding.colour?.factor === f ? embedding.colour.axes : undefined;
      partial = partial.flatMap(({ charge, colour }) =>
        this.#space(representation).weights.map((weight) => ({
          charge: charge + weight.reduce((sum, w, axis) => sum + w * embedding.weights[f]![axis]!, 0),
          colour: axes === undefined
            ? colour
            : [weight[axes[0]]! - weight[axes[1]]!, weight[axes[1]]! - weight[axes[2]]!] as const,
        }))
      );
    });
    const components = partial.map(({ charge, colour }) => ({ charge, colour, sector: sectorCode(charge, colour) }));
    this.#components.set(key, components);
    return components;
  }

  /** Positions of the electrically neutral, colourless components of a multiplet. */
  neutralComponents(multiplet: Multiplet): readonly number[] {
    return this.#componentsOf(multiplet).flatMap(({ sector }, i) => sector === sectorCode(0, [0, 0]) ? [i] : []);
  }

  /** The invariant bilinears of two fermion multiplets with one scalar at its vacuum value. */
  #couplings(a: Multiplet, b: Multiplet, scalar: Multiplet): readonly Bilinear[] {
    for (let q = 0; q < a.charges.length; q++) {
      if (a.charges[q]! + b.charges[q]! + scalar.charges[q]! !== 0) return [];
    }
    const key = `${multipletKey(a)}/${multipletKey(b)}/${multipletKey(scalar)}`;
    const known = this.#bilinears.get(key);
    if (known) return known;
    let products: {
      readonly first: number;
      readonly second: number;
      readonly third: number;
      readonly value: number;
    }[][] = [[{ first: 0, second: 0, third: 0, value: 1 }]];
    for (let f = 0; f < this.#simple.length; f++) {
      const [ra, rb, rc] = [a.irreps[f]!, b.irreps[f]!, scalar.irreps[f]!];
      const tensors = this.#invariants(ra, rb, rc);
      products = products.flatMap((product) =>
        tensors.map((tensor) =>
          product.flatMap((entry) =>
            Array.from(tensor.values, (value, e) => ({
              first: entry.first * ra.dimension + tensor.first[e]!,
              second: entry.second * rb.dimension + tensor.second[e]!,
              third: entry.third * rc.dimension + tensor.third[e]!,
              value: multiply(entry.value, value),
            }))
          )
        )
      );
    }
    // One random vacuum value for each neutral component; fixed by the position so that φ enters every term alike.
    const vacuum = new Map(
      this.neutralComponents(scalar).map((component, i) => [component, i === 0 ? 1 : 7919 + 2 * i]),
    );
    const bilinears = products.map((product) => {
      const kept = product.filter((entry) => vacuum.has(entry.third));
      return {
        first: Int32Array.from(kept, (entry) => entry.first),
        second: Int32Array.from(kept, (entry) => entry.second),
        values: Float64Array.from(kept, (entry) => multiply(entry.value, residue(vacuum.get(entry.third)!))),
      };
    });
    this.#bilinears.set(key, bilinears);
    return bilinears;
  }

  /**
   * The spectrum of a theory of this group.
   * @param allowedGenerations Standard Model generations whose charged states may stay massless (before any vacuum value)
   */
  spectrum(theory: Theory, allowedGenerations = 0): Spectrum {
    const matter = fermions(theory);
    const scalars = [this.#trivial, ...theory.vevs.flatMap((vev) => [vev, conjugateMultiplet(vev)])];
    const components = matter.map((field) => this.#componentsOf(field));
    const size = new Map<number, number>();
    const position: Int32Array[] = matter.map((field, f) => {
      const own = components[f]!;
      const places = new Int32Array(field.multiplicity * own.length);
      for (let copy = 0; copy < field.multiplicity; copy++) {
        own.forEach(({ sector }, a) => {
          const place = size.get(sector) ?? 0;
          places[copy * own.length + a] = place;
          size.set(sector, place + 1);
        });
      }
      return places;
    });
    const kind = new Map<number, Component>();
    for (const own of components) for (const component of own) kind.set(component.sector, component);
    const partner = (sector: number): number => {
      const { charge, colour } = kind.get(sector)!;
      return sectorCode(0 - charge, [0 - colour[0], 0 - colour[1]]);
    };
    const matrices = new Map<number, Float64Array>();
    for (const sector of size.keys()) {
      const other = partner(sector);
      if (sector >= other) matrices.set(sector, new Float64Array(size.get(sector)! * (size.get(other) ?? 0)));
    }
    const random = residues();
    for (let f = 0; f < matter.length; f++) {
      for (let g = f; g < matter.length; g++) {
        for (const scalar of scalars) {
          for (const bilinear of this.#couplings(matter[f]!, matter[g]!, scalar)) {
            for (let i = 0; i < matter[f]!.multiplicity; i++) {
              for (let j = 0; j < matter[g]!.multiplicity; j++) {
                const coupling = random();
                for (let e = 0; e < bilinear.values.length; e++) {
                  const a = bilinear.first[e]!;
                  const b = bilinear.second[e]!;
                  const value = multiply(coupling, bilinear.values[e]!);
                  const sa = components[f]![a]!.sector;
                  const sb = components[g]![b]!.sector;
                  const pa = position[f]![i * components[f]!.length + a]!;
                  const pb = position[g]![j * components[g]!.length + b]!;
                  // Fermion bilinears commute, so the matrix is N + Nᵀ: both orders are written where they are kept.
                  const forward = matrices.get(sa);
                  if (forward !== undefined && sa >= sb) addInto(forward, pa * size.get(sb)! + pb, value);
                  const backward = matrices.get(sb);
                  if (backward !== undefined && sb >= sa) addInto(backward, pb * size.get(sa)! + pa, value);
                }
              }
            }
          }
        }
      }
    }
    return this.#read(size, kind, matrices, partner, allowedGenerations);
  }

  #read(
    size: ReadonlyMap<number, number>,
    kind: ReadonlyMap<number, Component>,
    matrices: ReadonlyMap<number, Float64Array>,
    partner: (sector: number) => number,
    allowedGenerations: number,
  ): Spectrum {
    const rank = new Map<number, number>();
    for (const [sector, matrix] of matrices) {
      const value = reduceInto(matrix, size.get(sector)!, size.get(partner(sector)) ?? 0).length;
      rank.set(sector, value);
      rank.set(partner(sector), value);
    }
    let exotics = 0;
    const sectors = [...size].map(([sector, states]) => {
      const { charge, colour } = kind.get(sector)!;
      const massless = states - (rank.get(sector) ?? 0);
      if (charge !== 0 || colour[0] !== 0 || colour[1] !== 0) {
        exotics += Math.max(0, massless - allowedGenerations * (this.#standardModel.get(sector) ?? 0));
      }
      return { charge, colour, states, massless };
    });
    sectors.sort((a, b) => a.charge - b.charge || a.colour[0] - b.colour[0] || a.colour[1] - b.colour[1]);
    return { sectors, exotics };
  }
}

function addInto(matrix: Float64Array, at: number, value: number): void {
  matrix[at] = (matrix[at]! + value) % PRIME;
}
