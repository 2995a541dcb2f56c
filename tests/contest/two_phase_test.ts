import assert from "node:assert/strict";
import { beliefSources, findings, instancesOf, type Interval } from "../../lib/contest/mod.ts";
import { ConfigError } from "../../lib/input/mod.ts";
import { twoPhaseReport } from "../../lib/report/two_phase.ts";
import { study } from "./two_phase_study.ts";

Deno.test("a study compares the arms on the same instances and finds what is there", () => {
  const result = study();
  assert.deepEqual(result.arms.map(({ name }) => name), ["random + active", "GRPO + active", "GRPO + bootstrap"]);
  const [random, grpo, bootstrap] = result.arms;
  assert.deepEqual(random.curves, grpo.curves);
  assert.equal(bootstrap.privileged, true);
  assert.equal(bootstrap.metrics.finalF1.value, 1);
  assert.ok(random.metrics.finalF1.value > random.curves.f1[0].value + 0.1, "F1 rises with the interventions");
  assert.ok(random.rise.low > 0);
  assert.equal(random.curves.f1.length, 13);
  assert.equal(random.curves.value.length, 12);
  const same = result.differences.find(({ first, metric }) => first === "GRPO + active" && metric === "finalF1");
  assert.deepEqual(same?.difference, { value: 0, low: 0, high: 0 });
  const text = findings(result).join("\n");
  assert.match(text, /does not reach a higher final F1 than random \+ active: both end at/);
  assert.match(text, /It needs no decidedly different number of interventions until F1 stays at 0\.9/);
  assert.match(text, /With the rows of random \+ active, GRPO \+ active, the active surrogate's F1 rises/);
  assert.match(text, /GRPO \+ neural was not run: there is none\./);
});

Deno.test("the answer is computed from the adjusted paired test", () => {
  const base = study();
  const decided = (value: number, pAdjusted: number, verdict: "better" | "worse" | "undecided") =>
    findings({
      ...base,
      differences: base.differences.map((row) =>
        row.first === "GRPO + active" && row.metric === "finalF1"
          ? {
            ...row,
            pAdjusted,
            verdict,
            detectable: 0.02,
            difference: { value, low: value - 0.01, high: value + 0.01 },
          }
          : row
      ),
    })[0];
  assert.match(decided(0.1, 0.001, "better"), /reaches a higher final F1 .*\+0\.100/);
  assert.match(decided(-0.1, 0.001, "worse"), /does not reach a higher .* it is lower .*−0\.100/);
  assert.match(decided(0.1, 0.2, "undecided"), /It is not decided .*\+0\.100.* of 0\.020 would have been found/);
});

Deno.test("the report shows every arm and is the same twice", async () => {
  const data = { study: study(), findings: ["A finding."], provenance: {} };
  const html = await twoPhaseReport(data);
  for (const word of ["random + active", "GRPO + bootstrap (privileged)", "A finding.", "Final SHD"]) {
    assert.ok(html.includes(word), word);
  }
  assert.equal(html, await twoPhaseReport(data));
});

Deno.test("instances are one SCM with noise of its own, or SCMs of a track; other names are refused", () => {
  const named = instancesOf("medium", 3, 0).problems;
  assert.equal(new Set(named.map(({ scm }) => scm)).size, 1);
  assert.equal(new Set(named.map(({ key }) => key)).size, 3);
  const drawn = instancesOf("linear", 3, 0).problems;
  assert.equal(new Set(drawn.map(({ scm }) => scm)).size, 3);
  assert.throws(
    () => instancesOf("meduim", 3, 0),
    (error) => error instanceof ConfigError && /medium/.test(error.message),
  );
  assert.throws(() => instancesOf("none.yaml", 3, 0), /none\.yaml.*no such file/);
});

Deno.test("sources that cannot be had are named with the reason", () => {
  const { sources, missing } = beliefSources(
    ["bootstrap", "exact"],
    instancesOf("linear", 2, 0, { min: 12, max: 12 }),
    "configs/surrogates/neural",
  );
  assert.deepEqual(Object.keys(sources), ["bootstrap"]);
  assert.match(missing[0].reason, /12 variables are more than the 10/);
});

Deno.test("intervals of a study are finite", () => {
  const finite = ({ value, low, high }: Interval) => [value, low, high].every(Number.isFinite);
  for (const { metrics, curves } of study().arms) {
    assert.ok(Object.values(metrics).every(finite));
    assert.ok(Object.values(curves).flat().every(finite));
  }
});
