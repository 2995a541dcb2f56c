import assert from "node:assert/strict";
import { join } from "node:path";
import {
  CorruptLineError,
  isLocked,
  JsonLinesWriter,
  LockedError,
  lockFolder,
  readJsonLines,
  WriteError,
  writeFileAtomic,
} from "../../lib/runs/mod.ts";
import { inFolder, messageOf } from "../training/support.ts";

Deno.test("an atomic write that cannot be done leaves the old file and nothing else", () =>
  inFolder((folder) => {
    const path = join(folder, "a.txt");
    writeFileAtomic(path, "old");
    assert.throws(() => writeFileAtomic(join(path, "below-a-file"), "new"), WriteError);
    assert.equal(Deno.readTextFileSync(path), "old");
    assert.deepEqual([...Deno.readDirSync(folder)].map((entry) => entry.name), ["a.txt"]);
  }));

Deno.test("an incomplete last line is left out with a warning that names file and line", () =>
  inFolder((folder) => {
    const path = join(folder, "m.jsonl");
    Deno.writeTextFileSync(path, '{"a":1}\n{"a":2}\n{"a":');
    const { rows, warning, completeBytes } = readJsonLines(path);
    assert.deepEqual(rows, [{ a: 1 }, { a: 2 }]);
    assert.equal(completeBytes, 16);
    assert.equal(warning, `${path}:3: the last line is incomplete and was left out`);
  }));

Deno.test("any other corrupt line is an error that names file and line", () =>
  inFolder((folder) => {
    const path = join(folder, "m.jsonl");
    for (const text of ['{"a":1}\n{"a":\n{"a":3}\n', '{"a":1}\n[2]\n{"a":3}\n', '{"a":1}\n\0\0\n{"a":3}']) {
      Deno.writeTextFileSync(path, text);
      assert.throws(() => readJsonLines(path), CorruptLineError);
      assert.ok(messageOf(() => readJsonLines(path)).startsWith(`${path}:2: `));
    }
  }));

Deno.test("a writer goes on after an incomplete line, and refuses what JSON cannot hold", () =>
  inFolder((folder) => {
    const path = join(folder, "m.jsonl");
    Deno.writeTextFileSync(path, '{"a":1}\n{"a":');
    using writer = new JsonLinesWriter(path);
    assert.throws(() => writer.append({ a: NaN }), /"a" is NaN/);
    writer.append({ a: 2 });
    assert.equal(Deno.readTextFileSync(path), '{"a":1}\n{"a":2}\n');
    assert.equal(writer.bytes, 16);
  }));

Deno.test("a file of lines that does not exist has no lines", () =>
  inFolder((folder) => assert.deepEqual(readJsonLines(join(folder, "none")).rows, [])));

Deno.test("a second writer of a folder is refused and told who holds it", () =>
  inFolder((folder) => {
    assert.equal(isLocked(folder), false);
    {
      using _lock = lockFolder(folder);
      assert.equal(isLocked(folder), true);
      assert.throws(() => lockFolder(folder), LockedError);
      assert.match(messageOf(() => lockFolder(folder)), new RegExp(`process ${Deno.pid}`));
    }
    assert.equal(isLocked(folder), false);
    lockFolder(folder)[Symbol.dispose]();
  }));

Deno.test("the lock of a killed process is free at once", () =>
  inFolder(async (folder) => {
    const source = `import { lockFolder } from ${JSON.stringify(import.meta.resolve("../../lib/runs/mod.ts"))};
      lockFolder(${JSON.stringify(folder)}); console.log("locked"); setInterval(() => {}, 1000);`;
    const child = new Deno.Command(Deno.execPath(), { args: ["eval", source], stdout: "piped" }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    assert.throws(() => lockFolder(folder), LockedError);
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    lockFolder(folder)[Symbol.dispose]();
  }));
