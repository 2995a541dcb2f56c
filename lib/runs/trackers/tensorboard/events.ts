/**
 * TensorBoard's messages (tensorboard/compat/proto/event.proto, summary.proto, tensor.proto and plugins/hparams/api.proto),
 * as bytes.
 */

import { bytesField, doubleField, floatField, intField, message, packedDoublesField } from "./protobuf.ts";

/** When and at which step. `wallTime` in seconds since 1970. */
export interface EventTime {
  readonly wallTime: number;
  readonly step: number;
}

function event({ wallTime, step }: EventTime, what: Uint8Array): Uint8Array {
  return message(doubleField(1, wallTime), intField(2, step), what);
}

/** The first event of every file. */
export function versionEvent(wallTime: number): Uint8Array {
  return event({ wallTime, step: 0 }, bytesField(3, "brain.Event:2"));
}

/** Says that a run goes on at `step`: what earlier files hold from that step on is void. */
export function restartEvent(time: EventTime): Uint8Array {
  const START = 1;
  return event(time, bytesField(7, intField(1, START)));
}

function summaryEvent(time: EventTime, values: readonly Uint8Array[]): Uint8Array {
  return event(time, bytesField(5, message(...values.map((value) => bytesField(1, value)))));
}

/** Scalars by tag. */
export function scalarsEvent(time: EventTime, values: Readonly<Record<string, number>>): Uint8Array {
  return summaryEvent(
    time,
    Object.entries(values).map(([tag, value]) => message(bytesField(1, tag), floatField(2, value))),
  );
}

/** A histogram with the buckets that hold anything. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Upper ends of the buckets, ascending. */
  readonly limits: readonly number[];
  readonly counts: readonly number[];
}

/** A distribution. */
export function histogramEvent(time: EventTime, tag: string, histogram: Histogram): Uint8Array {
  const proto = message(
    doubleField(1, histogram.min),
    doubleField(2, histogram.max),
    doubleField(3, histogram.count),
    doubleField(4, histogram.sum),
    doubleField(5, histogram.sumOfSquares),
    packedDoublesField(6, histogram.limits),
    packedDoublesField(7, histogram.counts),
  );
  return summaryEvent(time, [message(bytesField(1, tag), bytesField(5, proto))]);
}

/** Text, shown as Markdown. */
export function textEvent(time: EventTime, tag: string, text: string): Uint8Array {
  const DT_STRING = 7;
  const shape = bytesField(2, intField(1, 1));
  const tensor = message(intField(1, DT_STRING), bytesField(2, shape), bytesField(8, text));
  return summaryEvent(time, [
    message(bytesField(1, tag), bytesField(8, tensor), pluginMetadata("text", new Uint8Array(0))),
  ]);
}

function pluginMetadata(plugin: string, content: Uint8Array): Uint8Array {
  return bytesField(9, bytesField(1, message(bytesField(1, plugin), bytesField(2, content))));
}

/** A hyper-parameter's value. */
export type Hyperparameter = string | number | boolean;

/** What the HParams page needs to list a run: its hyper-parameters and the metrics that it is judged by. */
export function hparamsEvents(
  wallTime: number,
  hyperparameters: Readonly<Record<string, Hyperparameter>>,
  metrics: readonly string[],
): readonly Uint8Array[] {
  const infos = Object.entries(hyperparameters).map(([name, value]) =>
    bytesField(4, message(bytesField(1, name), intField(4, dataType(value))))
  );
  const metricInfos = metrics.map((tag) => bytesField(5, bytesField(1, bytesField(2, tag))));
  const entries = Object.entries(hyperparameters).map(([name, value]) =>
    bytesField(1, message(bytesField(1, name), bytesField(2, protobufValue(value))))
  );
  const experiment = bytesField(2, message(...infos, ...metricInfos));
  const start = bytesField(3, message(...entries, doubleField(5, wallTime)));
  return [
    hparamsEvent(wallTime, "_hparams_/experiment", experiment),
    hparamsEvent(wallTime, "_hparams_/session_start_info", start),
  ];
}

/** How a session ended, in the words of the HParams page, which has none for one that was stopped. */
export const SESSION_STATUS = { unknown: 0, success: 1, failure: 2 } as const;
const SESSION_END = "_hparams_/session_end_info";

/** Closes the run on the HParams page. */
export function hparamsEndEvent(wallTime: number, status: keyof typeof SESSION_STATUS): Uint8Array {
  const end = bytesField(4, message(intField(1, SESSION_STATUS[status]), doubleField(2, wallTime)));
  return hparamsEvent(wallTime, SESSION_END, end);
}

/** Whether an event is one of {@linkcode hparamsEndEvent}. */
export function isHparamsEnd(event: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(event).includes(SESSION_END);
}

function hparamsEvent(wallTime: number, tag: string, content: Uint8Array): Uint8Array {
  return summaryEvent({ wallTime, step: 0 }, [message(bytesField(1, tag), pluginMetadata("hparams", content))]);
}

function dataType(value: Hyperparameter): number {
  return { string: 1, boolean: 2, number: 3 }[typeof value as "string" | "boolean" | "number"];
}

/** google.protobuf.Value */
function protobufValue(value: Hyperparameter): Uint8Array {
  if (typeof value === "number") return doubleField(2, value);
  return typeof value === "string" ? bytesField(3, value) : intField(4, Number(value));
}
