import assert from "node:assert/strict";
import { addCalibrationInto, CALIBRATION_BINS, calibrationError, parentSetMetrics } from "../../lib/surrogate/mod.ts";

const list = (...values: number[]) => Float64Array.from(values);
const truth = (...values: number[]) => Uint8Array.from(values);
const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-12, `${actual}`);

Deno.test("precision, recall, F1 and SHD count what is called a parent from one half on", () => {
  const m = parentSetMetrics(list(0.9, 0.5, 0.49, 0.7, 0.1), truth(1, 0, 1, 1, 0));
  near(m.precision, 2 / 3);
  near(m.recall, 2 / 3);
  near(m.f1, 2 / 3);
  assert.equal(m.shd, 2);
});

Deno.test("AUROC, AUPRC and log-loss of a small example are those counted by hand", () => {
  // 5 of 6 pairs are in order; parents come at ranks 1, 2 and 4: (1/1 + 2/2 + 3/4) / 3.
  const m = parentSetMetrics(list(0.9, 0.5, 0.4, 0.7, 0.1), truth(1, 0, 1, 1, 0));
  near(m.auroc, 5 / 6);
  near(m.auprc, 11 / 12);
  near(m.logLoss, -(Math.log(0.9) + Math.log(0.5) + Math.log(0.4) + Math.log(0.7) + Math.log(0.9)) / 5);
});

Deno.test("ties count half in AUROC and as one step in AUPRC, in whatever order they come", () => {
  for (const order of [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]]) {
    const p = [0.6, 0.6, 0.6, 0.2];
    const y = [1, 0, 0, 1];
    const m = parentSetMetrics(
      Float64Array.from(order, (i) => p[i]),
      Uint8Array.from(order, (i) => y[i]),
    );
    near(m.auroc, 0.25);
    near(m.auprc, 0.5 / 3 + 0.5 / 2);
  }
});

Deno.test("a perfect belief is perfect, its opposite is as bad as can be, and certainty stays finite", () => {
  const right = parentSetMetrics(list(1, 0, 1), truth(1, 0, 1));
  assert.deepEqual(right, { precision: 1, recall: 1, f1: 1, shd: 0, auroc: 1, auprc: 1, logLoss: 0 });
  const wrong = parentSetMetrics(list(0, 1, 0), truth(1, 0, 1));
  assert.equal(wrong.f1, 0);
  assert.equal(wrong.shd, 3);
  assert.equal(wrong.auroc, 0);
  near(wrong.logLoss, -Math.log(1e-12));
});

Deno.test("a set in which nothing is called is precise, one without parents complete", () => {
  const silent = parentSetMetrics(list(0.1, 0.2, 0.3), truth(1, 0, 1));
  assert.deepEqual([silent.precision, silent.recall, silent.f1, silent.shd], [1, 0, 0, 2]);
  const eager = parentSetMetrics(list(0.9, 0.2), truth(0, 0));
  assert.deepEqual([eager.precision, eager.recall, eager.f1, eager.shd], [0, 1, 0, 1]);
  const none = parentSetMetrics(list(0.1, 0.2), truth(0, 0));
  assert.deepEqual([none.precision, none.recall, none.f1, none.shd], [1, 1, 1, 0]);
});

Deno.test("an area without both kinds of variables is not a number", () => {
  const none = parentSetMetrics(list(0.1, 0.2), truth(0, 0));
  for (const name of ["auroc", "auprc"] as const) assert.ok(Number.isNaN(none[name]), name);
  assert.ok(Number.isNaN(parentSetMetrics(list(0.1, 0.2), truth(1, 1)).auroc));
  assert.throws(() => parentSetMetrics(list(0.1, 1.2), truth(0, 0)), /1\.2/);
  assert.throws(() => parentSetMetrics(list(0.1), truth(0, 0)), /1 probabilities by 2 truths/);
});

Deno.test("the calibration error adds up the gaps of the bins", () => {
  const bins = new Float64Array(CALIBRATION_BINS);
  // Bin [0.2, 0.3): mean 0.25, half are parents; bin [0.9, 1]: 1 and 0.95, both parents.
  addCalibrationInto(bins, 0, list(0.2, 0.3 - 1e-12, 1), truth(1, 0, 1));
  addCalibrationInto(bins, 0, list(0.95), truth(1));
  near(Math.round(calibrationError(bins, 4) * 1e9) / 1e9, (0.5 + 0.05) / 4);
  // Gaps of opposite signs cancel within a bin and add up between bins.
  const apart = new Float64Array(2 * CALIBRATION_BINS);
  addCalibrationInto(apart, CALIBRATION_BINS, list(0.05, 0.15, 0.85, 0.35), truth(1, 0, 0, 0));
  assert.deepEqual([...apart.subarray(0, CALIBRATION_BINS)], new Array(CALIBRATION_BINS).fill(0));
  [-0.95, 0.15, 0, 0.35, 0, 0, 0, 0, 0.85, 0].forEach((gap, bin) => near(apart[CALIBRATION_BINS + bin], gap));
  near(calibrationError(apart.subarray(CALIBRATION_BINS), 4), (0.95 + 0.15 + 0.35 + 0.85) / 4);
});
