/**
 * The second environment: particle-physics theories written under a grammar. A theory is a gauge group with left-handed
 * Weyl fermions and scalars; its string is canonical, its legal next tokens are known at every position, and its judgement
 * is exact: anomalies in integer arithmetic, the mass spectrum from the generic rank of every coupling that the gauge group
 * allows. Tasks T0 to T6 ask for theories of growing freedom; a small language model writes them and learns from the reward.
 */
export * from "./anomaly.ts";
export * from "./attempts.ts";
export * from "./attention.ts";
export * from "./census.ts";
export * from "./choices.ts";
export * from "./closed_strings.ts";
export * from "./closing.ts";
export * from "./decoder.ts";
export * from "./dialect.ts";
export * from "./enumeration.ts";
export * from "./evaluate.ts";
export * from "./exact.ts";
export * from "./gauge.ts";
export * from "./goals.ts";
export * from "./gpt.ts";
export * from "./grammar.ts";
export * from "./interactions.ts";
export * from "./known.ts";
export * from "./layers.ts";
export * from "./masses.ts";
export * from "./modular.ts";
export * from "./policy.ts";
export * from "./prefix_tree.ts";
export * from "./prompt.ts";
export * from "./proof.ts";
export * from "./rediscovery.ts";
export * from "./replay_roller.ts";
export * from "./representation.ts";
export * from "./reward.ts";
export * from "./roller.ts";
export * from "./search.ts";
export * from "./supervised.ts";
export * from "./tasks.ts";
export * from "./tensors.ts";
export * from "./text.ts";
export * from "./training.ts";
export * from "./vocabulary.ts";
export * from "./weights.ts";
export * from "./writer.ts";
