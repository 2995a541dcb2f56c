import assert from "node:assert/strict";
import { jupyterFiles } from "../../../lib/report/notebook/lab.ts";

Deno.test("what is installed for Jupyter starts this Deno and names files that are there, under a name of their content", async () => {
  const files = await jupyterFiles("/bin/deno", "2.9.5");
  const kernel = JSON.parse(files.get("kernels/causal-grpo/kernel.json") ?? "");
  assert.deepEqual(kernel.argv, ["/bin/deno", "jupyter", "--kernel", "--conn", "{connection_file}"]);
  assert.equal(kernel.interrupt_mode, "signal");
  const extension = "labextensions/causal-grpo";
  const { name, jupyterlab } = JSON.parse(files.get(`${extension}/package.json`) ?? "");
  const { load, mimeExtension } = jupyterlab._build;
  assert.deepEqual([name, mimeExtension], ["causal-grpo", "./mimeExtension"]);
  assert.match(load, /^static\/[0-9a-f]{16}\/remoteEntry\.js$/);
  const folder = `${extension}/${load.replace("/remoteEntry.js", "")}`;
  assert.match(files.get(`${folder}/remoteEntry.js`) ?? "", /application\/vnd\.plotly\.v1\+json/);
  assert.match(files.get(`${folder}/plotly.min.js`) ?? "", /window\.Plotly = Plotly/);
  assert.deepEqual(Object.keys(JSON.parse(files.get(`${folder}/templates.json`) ?? "")), ["light", "dark"]);
  assert.deepEqual(await jupyterFiles("/bin/deno", "2.9.5"), files);
});
