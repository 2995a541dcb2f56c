import assert from "node:assert/strict";
import { join } from "node:path";
import { configSchema } from "../../lib/config/mod.ts";
import { ConfigError } from "../../lib/input/mod.ts";
import { loadTrack, readTrack } from "../../lib/training/mod.ts";

Deno.test("a track of one's own is read by its path, and one that does not exist is named", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = join(folder, "mine.yaml");
    const shipped = Deno.readTextFileSync(new URL("../../configs/tracks/linear.yaml", import.meta.url));
    Deno.writeTextFileSync(path, shipped.replace("name: linear", "name: mine").replace("max: 8", "max: 5"));
    assert.equal(readTrack(path).name, "mine");
    const { track } = configSchema.parse({ name: "x", track: path });
    assert.equal(loadTrack({ track }).distribution.sizes.max, 5);
    assert.throws(() => readTrack(join(folder, "none.yaml")), (error: Error) => {
      assert.match(error.message, /none\.yaml: no such file/);
      return error instanceof ConfigError;
    });
    assert.throws(() => readTrack("lineer"), /no track is named lineer; did you mean "linear"\?/);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
