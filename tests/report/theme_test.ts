import assert from "node:assert/strict";
import { neutralColour, seriesColours, seriesStyle } from "../../lib/report/mod.ts";
import { pageColours } from "../../lib/report/theme.ts";

function linear(colour: string): [number, number, number] {
  const channel = (at: number) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** WCAG 2.2 contrast ratio. */
function contrast(a: string, b: string): number {
  const [low, high] = [a, b].map(linear).map(([r, g, blue]) => 0.2126 * r + 0.7152 * g + 0.0722 * blue).sort((x, y) =>
    x - y
  );
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

/** CIE 1976 L*a*b* of linear sRGB (D65). */
function lab([r, g, b]: readonly [number, number, number]): [number, number, number] {
  const f = (t: number) => t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 * t + 16) / 116;
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Full deuteranopia, Machado, Oliveira and Fernandes 2009, table 1. */
function deuteranope([r, g, b]: readonly [number, number, number]): [number, number, number] {
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  return [
    clamp(0.367322 * r + 0.860646 * g - 0.227968 * b),
    clamp(0.280085 * r + 0.672501 * g + 0.047413 * b),
    clamp(-0.01182 * r + 0.04294 * g + 0.968881 * b),
  ];
}

Deno.test("contrast of black on white is 21, so that the following tests measure what they say", () => {
  assert.equal(Math.round(contrast("#000000", "#ffffff")), 21);
});

Deno.test("every series colour reaches a contrast of 3 on the light and on the dark ground", () => {
  for (const colour of [...seriesColours, neutralColour]) {
    for (const ground of [pageColours.light.ground, pageColours.dark.ground]) {
      assert.ok(contrast(colour, ground) >= 3, `${colour} on ${ground}: ${contrast(colour, ground).toFixed(2)}`);
    }
  }
});

Deno.test("text reaches a contrast of 4.5 on every ground of its appearance", () => {
  for (
    const { ground, raised, text, muted, accent, error, keyword, literal, number, comment } of Object.values(
      pageColours,
    )
  ) {
    for (const ink of [text, muted, accent, error, keyword, literal, number, comment]) {
      for (const back of [ground, raised]) {
        assert.ok(contrast(ink, back) >= 4.5, `${ink} on ${back}: ${contrast(ink, back)}`);
      }
    }
  }
});

Deno.test("the first six series stay apart for a deuteranope", () => {
  const seen = seriesColours.slice(0, 6).map((colour) => lab(deuteranope(linear(colour))));
  seen.forEach((a, i) => {
    seen.slice(i + 1).forEach((b, j) => {
      const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
      assert.ok(distance > 15, `${seriesColours[i]} and ${seriesColours[i + 1 + j]} are ${distance.toFixed(1)} apart`);
    });
  });
});

Deno.test("series beyond the colours get another line style", () => {
  const styles = Array.from({ length: 4 * seriesColours.length }, (_, i) => JSON.stringify(seriesStyle(i)));
  assert.equal(new Set(styles).size, styles.length);
});
