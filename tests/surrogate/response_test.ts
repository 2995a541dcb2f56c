import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import { fitResponses, predictResponse, RESPONSE_MODEL, type ResponseVariable } from "../../lib/surrogate/mod.ts";
import { drawResponse } from "../../lib/surrogate/response/posterior.ts";
import { KNOTS, NO_PRIOR, placePrior, placesOf, priorVariance } from "../../lib/surrogate/response/knots.ts";
import {
  type Curve,
  CURVED_KERNELS,
  effectCurve,
  fitRegression,
  STRAIGHT_KERNELS,
} from "../../lib/surrogate/response/regression.ts";
import type { RegressionForm } from "../../lib/surrogate/response/shapes.ts";
import type { Trials } from "../../lib/surrogate/response/trials.ts";
import reference from "./fixtures/responses.json" with { type: "json" };

function close(actual: number, expected: number, what: string, tolerance = 1e-9): void {
  assert.ok(Math.abs(actual - expected) <= tolerance * (1 + Math.abs(expected)), `${what}: ${actual}, not ${expected}`);
}

function covarianceOf({ factor, rank }: Curve, p: number, q: number): number {
  let sum = 0;
  for (let r = 0; r < rank; r++) sum += factor[p * rank + r] * factor[q * rank + r];
  return sum;
}

/** Rows one by one as trials at distinct values. */
function trialsOf(at: readonly number[], gain: readonly number[]): Trials {
  const values = [...new Set(at)];
  const rows = values.map((value) => gain.filter((_, r) => at[r] === value));
  const means = rows.map((own) => own.reduce((a, b) => a + b, 0) / own.length);
  return {
    at: Float64Array.from(values),
    count: Float64Array.from(rows, (own) => own.length),
    mean: Float64Array.from(means),
    scatter: rows.reduce((sum, own, k) => sum + own.reduce((s, y) => s + (y - means[k]) ** 2, 0), 0),
  };
}

for (const own of reference.regressions) {
  Deno.test(`the effect by regression, ${own.name}, is that of an independent implementation`, () => {
    const rows = {
      outcome: Float64Array.from(own.outcome),
      inputs: Float64Array.from(own.inputs),
      width: own.width,
    };
    const values = Float64Array.from(own.values);
    const kernels = own.straight ? STRAIGHT_KERNELS : CURVED_KERNELS;
    const curve = effectCurve(fitRegression(rows, own.form as RegressionForm, kernels), 0, values);
    const scale = Math.max(...own.covariance.map((row, p) => row[p]));
    own.mean.forEach((mean, p) => {
      close(curve.mean[p], mean, `mean at ${values[p]}`);
      // What is below a millionth of the greatest variance is dropped.
      own.covariance[p].forEach((c, q) => close(covarianceOf(curve, p, q) / scale, c / scale, `${p}, ${q}`, 1e-6));
    });
  });
}

reference.responses.forEach((own, index) => {
  Deno.test(`averaged responses are those of an independent implementation, case ${index}`, () => {
    const curve = {
      mean: Float64Array.from(own.prior.mean),
      factor: Float64Array.from(own.prior.factor),
      rank: own.prior.rank,
    };
    const priors = [{ curve: null, logPrior: own.logPriors[0] }, { curve, logPrior: own.logPriors[1] }];
    const fit = fitResponses(own.rows.map(({ at, gain }) => ({ trials: trialsOf(at, gain), priors })), RESPONSE_MODEL);
    own.predictions.forEach(({ mean, sd }, v) => {
      const predicted = predictResponse(fit, v, Float64Array.from(own.values));
      own.values.forEach((value, p) => {
        close(predicted.mean[p], mean[p], `mean of ${v} at ${value}`);
        close(predicted.sd[p], sd[p], `sd of ${v} at ${value}`);
      });
    });
  });
});

const CURVE: Curve = {
  mean: KNOTS.map((u) => 2 * u - u * u),
  factor: Float64Array.from([...KNOTS].flatMap((u) => [0.4, 0.3 * u])),
  rank: 2,
};
const NONE = trialsOf([], []);

Deno.test("a prior is itself at its knots and a straight line between them", () => {
  const at = Float64Array.of(-1, -0.28125, 0.0625, 1);
  const placed = placePrior({ curve: CURVE, logPrior: 0 }, placesOf(at));
  const between = 0.5 * (CURVE.mean[11] + CURVE.mean[12]);
  assert.deepEqual([...placed.mean], [-3, between, 2 * 0.0625 - 0.0625 ** 2, 1]);
  const variance = priorVariance(placed);
  at.forEach((u, p) => close(variance[p], 0.16 + 0.09 * u * u, `${u}`, 1e-12));
});

Deno.test("before any trial a response is its prior, wherever it comes from, and the kernels' variance", () => {
  const model = { ...RESPONSE_MODEL, kernels: RESPONSE_MODEL.kernels.slice(1, 2) };
  const fit = fitResponses([{ trials: NONE, priors: [{ curve: CURVE, logPrior: 0 }] }], model);
  const { mean, sd } = predictResponse(fit, 0, Float64Array.of(0.5));
  close(mean[0], 0.75, "mean");
  close(sd[0], Math.sqrt(0.16 + 0.09 * 0.25 + 0.36 * (0.25 + 0.25)), "sd");
});

Deno.test("trials decide between priors, and what one variable shows counts for the other", () => {
  const at = [-1, -0.5, 0, 0.5, 1];
  const gains = at.map((u) => 2 * u - u * u + 0.02);
  const priors = [{ curve: CURVE, logPrior: 0 }, NO_PRIOR];
  const trusted = (variables: readonly ResponseVariable[], v: number) => {
    const { weights } = fitResponses(variables, RESPONSE_MODEL);
    return weights[v].subarray(0, weights[v].length / 2).reduce((sum, w) => sum + w, 0);
  };
  const tried = { trials: trialsOf(at, gains), priors };
  const untried = { trials: NONE, priors };
  close(trusted([untried], 0), 0.5, "alone");
  assert.ok(trusted([tried], 0) > 0.9);
  const helped = trusted([untried, tried], 0);
  assert.ok(helped > 0.6 && helped < trusted([tried], 0), `${helped}`);
  assert.ok(trusted([{ trials: trialsOf(at, gains.map((y) => -y)), priors }], 0) < 0.1);
});

Deno.test("repeated rows teach the noise: equal outcomes pin a response, scattered ones do not", () => {
  const sdOf = (gain: number[]) => {
    const fit = fitResponses([{ trials: trialsOf([0.5, 0.5, 0.5, 0.5], gain), priors: [NO_PRIOR] }], RESPONSE_MODEL);
    return predictResponse(fit, 0, Float64Array.of(0.5)).sd[0];
  };
  assert.ok(sdOf([1, 1.01, 0.99, 1]) < 0.1);
  assert.ok(sdOf([1, 3, -1, 1]) > 0.3);
});

Deno.test("a response that turns within a tenth of a domain is found", () => {
  const bump = (u: number) => 2 * Math.exp(-(((u - 0.3) / 0.1) ** 2));
  const at = Array.from({ length: 21 }, (_, k) => -1 + k / 10);
  const fit = fitResponses([{ trials: trialsOf(at, at.map(bump)), priors: [NO_PRIOR] }], RESPONSE_MODEL);
  const { mean } = predictResponse(fit, 0, Float64Array.of(0.3, 0.35, 0.25, 0.6, -0.55));
  [0.3, 0.35, 0.25, 0.6, -0.55].forEach((u, p) => assert.ok(Math.abs(mean[p] - bump(u)) < 0.25, `${u}: ${mean[p]}`));
});

Deno.test("draws have the moments of the predictions, also along the curve", () => {
  const values = Float64Array.of(-1, 0, 0.1, 1);
  const variable = {
    trials: trialsOf([-1, 0.5, 0.5], [-1, 0.7, 1.4]),
    priors: [NO_PRIOR, { curve: CURVE, logPrior: 0 }],
  };
  const fit = fitResponses([variable], RESPONSE_MODEL);
  const { mean, sd } = predictResponse(fit, 0, values);
  const count = 4000;
  const draws = Array.from({ length: count }, (_, k) => drawResponse(fit, 0, values, createStream(5).child(k)));
  values.forEach((u, p) => {
    const drawn = draws.reduce((sum, draw) => sum + draw[p], 0) / count;
    const spread = Math.sqrt(draws.reduce((sum, draw) => sum + (draw[p] - drawn) ** 2, 0) / count);
    assert.ok(Math.abs(drawn - mean[p]) < 5 * sd[p] / Math.sqrt(count), `mean at ${u}: ${drawn}, not ${mean[p]}`);
    assert.ok(Math.abs(spread / sd[p] - 1) < 0.1, `sd at ${u}: ${spread}, not ${sd[p]}`);
  });
});

Deno.test("values of one draw move together as the Matérn function says", () => {
  const kernel = { constant: 0, linear: 0, smooth: 1.5, length: 0.5, logPrior: 0 };
  const fit = fitResponses([{ trials: NONE, priors: [NO_PRIOR] }], { kernels: [kernel], noises: [1], sharing: 0 });
  const draws = Array.from(
    { length: 4000 },
    (_, k) => drawResponse(fit, 0, Float64Array.of(0.3, 0.1), createStream(6).child(k)),
  );
  const product = draws.reduce((sum, [a, b]) => sum + a * b, 0) / draws.length;
  const r = Math.sqrt(5) * 0.2 / 0.5;
  close(product, 2.25 * (1 + r + r * r / 3) * Math.exp(-r), "covariance", 0.05);
});

Deno.test("of many rows evenly spread ones are used, and kernels that a part of them rules out are not", () => {
  const stream = createStream(3);
  const count = 1000;
  const inputs = Float64Array.from({ length: count }, () => stream.normal());
  const outcome = inputs.map((x) => Math.cos(2 * x) + 0.2 * stream.normal());
  const regression = fitRegression({ outcome, inputs, width: 1 }, "joint", CURVED_KERNELS);
  assert.equal(regression.rows.outcome.length, 400);
  assert.deepEqual([regression.rows.inputs[1], regression.rows.inputs[399]], [inputs[2], inputs[997]]);
  assert.ok(regression.fits.length < 8 && regression.fits.every(({ kernel }) => kernel.smooth > 0));
  const values = Float64Array.of(-1.5, -0.5, 0.5, 1.5);
  const { mean } = effectCurve(regression, 0, values);
  values.forEach((x, p) => assert.ok(Math.abs(mean[p] - Math.cos(2 * x)) < 0.1, `${x}: ${mean[p]}`));
});

Deno.test("adjustment takes the confounder's share out of the effect", () => {
  const stream = createStream(4);
  const rows = 200;
  const inputs = new Float64Array(2 * rows);
  const outcome = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    const z = stream.normal();
    const x = 0.8 * z + 0.6 * stream.normal();
    inputs.set([x, z], 2 * r);
    outcome[r] = 0.5 * x - 1.2 * z + 0.3 * stream.normal();
  }
  const values = Float64Array.of(-1.5, 0, 1.5, 6);
  const slope = ({ mean }: Curve) => (mean[2] - mean[0]) / 3;
  const adjusted = effectCurve(fitRegression({ outcome, inputs, width: 2 }, "joint", CURVED_KERNELS), 0, values);
  assert.ok(Math.abs(slope(adjusted) - 0.5) < 0.1, `${slope(adjusted)}`);
  const additive = effectCurve(fitRegression({ outcome, inputs, width: 2 }, "additive", CURVED_KERNELS), 0, values);
  assert.ok(Math.abs(slope(additive) - 0.5) < 0.1, `${slope(additive)}`);
  const alone = inputs.filter((_, k) => k % 2 === 0);
  const confounded = effectCurve(
    fitRegression({ outcome, inputs: alone, width: 1 }, "joint", CURVED_KERNELS),
    0,
    values,
  );
  assert.ok(Math.abs(slope(confounded) - (0.5 - 1.2 * 0.8)) < 0.15, `${slope(confounded)}`);
  assert.ok(covarianceOf(adjusted, 1, 1) < covarianceOf(adjusted, 3, 3), "what is far from the rows is less certain");
});
