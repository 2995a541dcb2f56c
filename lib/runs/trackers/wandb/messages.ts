import type { Row } from "../../files/json_lines.ts";
import type { Scalars } from "../tracker.ts";

/** What the tracker tells the process that talks to Weights & Biases, one a line. */
export type WandbMessage =
  | {
    readonly kind: "start";
    readonly project: string;
    readonly entity: string | null;
    readonly id: string;
    readonly name: string;
    readonly config: Row;
  }
  /** The last one. */
  | { readonly kind: "finish"; readonly exitCode: number }
  | { readonly kind: "scalars"; readonly update: number; readonly values: Scalars };
