import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { ROOT } from "./cli/pages.ts";
import { tasks } from "./cli/tasks.ts";

Deno.test("deno task docs:api writes a page for the front door and for each room, whose links lead somewhere", async () => {
  const folder = await Deno.makeTempDir();
  try {
    // The shell expands lib/*/mod.ts as that of tasks does.
    const line = tasks["docs:api"].command.replace("results/api", folder).replace(/^deno /, `"${Deno.execPath()}" `);
    const { success, stderr } = await new Deno.Command("bash", { args: ["-c", line], cwd: ROOT }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const rooms = [...Deno.readDirSync(new URL("lib/", ROOT))].filter(({ name, isDirectory }) =>
      isDirectory && [...Deno.readDirSync(new URL(`lib/${name}/`, ROOT))].some((file) => file.name === "mod.ts")
    );
    assert.ok(rooms.length > 20);
    const exists = (file: string) => Deno.lstat(file).then(() => true, () => false);
    for (const page of ["index.html", ...rooms.map(({ name }) => `${name}/index.html`)]) {
      const text = (await Deno.readTextFile(join(folder, page))).replaceAll("&#x2F;", "/");
      const links = [...text.matchAll(/href="([^"#]+)(?:#[^"]*)?"/g)].map(([, link]) => link)
        .filter((link) => !/^[a-z]+:/.test(link));
      assert.ok(links.length > 5, page);
      for (const link of new Set(links)) {
        assert.ok(await exists(join(folder, dirname(page), decodeURIComponent(link))), `${page}: ${link}`);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
