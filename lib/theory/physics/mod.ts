/**
 * The physics of a theory, exact: representations, fields and groups, anomalies, interactions, and which states stay massless.
 * Integers and residues modulo a prime only; no string and no network.
 * @module
 */

export {
  type AnomalyCondition,
  anomalyConditions,
  anomalyContribution,
  type AnomalyKind,
  type AnomalySum,
  anomalySums,
  anomalyValue,
} from "./anomaly.ts";
export { chiralCharges } from "./chiral_charges.ts";
export { enumerateCharges } from "./enumeration.ts";
export { formatRational, type Rational, rational } from "./exact.ts";
export {
  abelianFactors,
  CHARGE_UNIT,
  chiralRemainder,
  conjugateMultiplet,
  type Embedding,
  fermions,
  type Field,
  type FieldKind,
  type GaugeFactor,
  type GaugeGroup,
  type Multiplet,
  multipletDimension,
  multipletKey,
  multipletName,
  simpleFactors,
  type Theory,
} from "./gauge.ts";
export { countFamilyCharges } from "./family_charges.ts";
export { type Interaction, renormalisableInteractions } from "./interactions.ts";
export { Spectrometer } from "./masses.ts";
export { type Irrep, irrep } from "./representation.ts";
