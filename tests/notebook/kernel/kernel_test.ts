import assert from "node:assert/strict";
import { type Kernel, startKernel } from "../../../lib/notebook/mod.ts";
import { CellTimeout, KernelError } from "../../../lib/notebook/kernel/process.ts";

const directory = Deno.cwd();

async function withKernel(work: (kernel: Kernel) => Promise<void>): Promise<void> {
  const kernel = await startKernel({ directory });
  try {
    await work(kernel);
  } finally {
    await kernel.stop();
  }
}

Deno.test("twenty thousand printed lines arrive complete and in order, and none reaches the next cell", () =>
  withKernel(async (kernel) => {
    const chunks: string[] = [];
    await kernel.execute("for (let i = 0; i < 20000; i++) console.log(i);", ({ type, content }) => {
      if (type === "stream") chunks.push(String(content.text));
    });
    assert.equal(chunks.join(""), Array.from({ length: 20_000 }, (_, i) => `${i}\n`).join(""));
    const types: string[] = [];
    await kernel.execute("0;", ({ type }) => types.push(type));
    assert.ok(!types.includes("stream"), types.join(" "));
  }));

Deno.test("a display of 50 MB arrives complete", () =>
  withKernel(async (kernel) => {
    let length = 0;
    const code = `await Deno.jupyter.display({ "text/plain": "x".repeat(5e7) }, { raw: true });`;
    await kernel.execute(code, ({ type, content }) => {
      if (type !== "display_data" || typeof content.data !== "object" || content.data === null) return;
      length = "text/plain" in content.data ? String(content.data["text/plain"]).length : 0;
    });
    assert.equal(length, 5e7);
  }));

Deno.test("a cell that replaces console.log does not stop the barrier", () =>
  withKernel(async (kernel) => {
    const texts: unknown[] = [];
    for (const code of ["console.log('before'); console.log = () => {}; 1", "console.log('unheard'); 2"]) {
      const reply = await kernel.execute(code, ({ type, content }) => {
        if (type === "stream") texts.push(content.text);
      });
      assert.ok(reply.ok);
    }
    assert.deepEqual(texts, ["before\n"]);
  }));

Deno.test("a cell that runs too long, a dying kernel and a stop signal end the kernel with their reason", async () => {
  await withKernel(async (kernel) => {
    await assert.rejects(
      kernel.execute("while (true);", () => {}, { seconds: 0.3 }),
      (error) => error instanceof CellTimeout && error.message === "the cell ran longer than 0.3 s",
    );
    await assert.rejects(kernel.execute("1", () => {}), (error) => error instanceof KernelError);
  });
  await withKernel((kernel) =>
    assert.rejects(
      kernel.execute("Deno.exit(3);", () => {}),
      (error) => error instanceof KernelError && error.message === "the kernel died (exit code 3)",
    )
  );
  await withKernel((kernel) =>
    assert.rejects(
      kernel.execute("await new Promise(() => setTimeout(() => {}, 1e6));", () => {}, {
        signal: AbortSignal.abort(new Error("enough")),
      }),
      /enough/,
    )
  );
});

Deno.test("an executable that is no kernel is told with what it printed", async () => {
  const script = await Deno.makeTempFile();
  await Deno.writeTextFile(script, "#!/bin/sh\necho no kernel here >&2\nexit 4\n", { mode: 0o755 });
  await Deno.chmod(script, 0o755);
  await assert.rejects(
    startKernel({ directory, deno: script }),
    /the kernel died \(exit code 4\); it printed: no kernel here/,
  );
  await Deno.remove(script);
  await assert.rejects(startKernel({ directory: "/nowhere" }), (error) => error instanceof Deno.errors.NotFound);
});
