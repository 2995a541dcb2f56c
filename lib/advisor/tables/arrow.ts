/** Tables from Arrow: files, streams and Feather of version 2, compressed or not. */

import { DataError } from "../error.ts";
import { type ArrowBatch, type ArrowField, type ArrowFile, readArrow, TYPES } from "./arrow_messages.ts";
import { type Cells, isReadable, type Place, valuesOf } from "./arrow_values.ts";
import type { MissingWords } from "./cells.ts";
import { DamagedError } from "./flatbuffer.ts";
import type { TableFile } from "./types.ts";
import { columnOfCells } from "./values.ts";

/**
 * @throws {DamagedError} at once or while reading, if an offset, a size or a count does not fit the bytes
 * @throws {DataError} while reading, for a column that holds neither numbers nor text
 */
export function openArrow(bytes: Uint8Array, file: string, missing: MissingWords): TableFile {
  const arrow = readArrow(bytes);
  const rows = arrow.messages.reduce((sum, message) => "rows" in message ? sum + message.rows.rows : sum, 0);
  if (rows > MOST_ROWS) throw new DamagedError(`${rows} rows cannot be in it`);
  return {
    columns: arrow.fields.map(({ name }) => name),
    empty: rows === 0,
    read: (requests) => {
      const columns = requests.map(({ column, as }) => {
        const content = contentOf(arrow.fields[column]);
        if (content !== null) {
          throw new DataError(`${file}: column ${arrow.fields[column].name} holds ${content}, not ${as}`);
        }
        return columnOfCells(as, rows, cellsOf(arrow, column), missing);
      });
      return Promise.resolve({ rows, columns });
    },
  };
}

const MOST_ROWS = 2 ** 31;

/** Names of what is neither number nor text. */
const CONTENTS: Readonly<Record<number, string>> = {
  [TYPES.binary]: "bytes",
  [TYPES.largeBinary]: "bytes",
  [TYPES.binaryView]: "bytes",
  [TYPES.fixedBinary]: "bytes",
  [TYPES.date]: "dates",
  [TYPES.time]: "times of day",
  [TYPES.timestamp]: "timestamps",
  [TYPES.interval]: "intervals of time",
  [TYPES.duration]: "durations",
  [TYPES.list]: "lists",
  [TYPES.largeList]: "lists",
  [TYPES.listView]: "lists",
  [TYPES.largeListView]: "lists",
  [TYPES.fixedList]: "lists",
  [TYPES.map]: "maps",
  [TYPES.struct]: "structures",
  [TYPES.union]: "values of several types",
  [TYPES.runEnd]: "run-end encoded values",
};

/** What a column holds that is neither number nor text; null if it is. */
function contentOf({ type, dictionary }: ArrowField): string | null {
  if (type.id in CONTENTS) return CONTENTS[type.id];
  const known = isReadable(type) && (dictionary === null || isReadable(dictionary.index));
  return known ? null : `values of a type that is not known (${type.id})`;
}

/** The cells of a column over all batches. */
function cellsOf({ fields, messages }: ArrowFile, index: number): Cells {
  const field = fields[index];
  const starts: number[] = [];
  const parts: Cells[] = [];
  let rows = 0;
  let entries: unknown[] = [];
  for (const message of messages) {
    if ("rows" in message) {
      starts.push(rows);
      rows += message.rows.rows;
      parts.push(fieldCells(fields, index, message.rows, entries));
    } else if (message.dictionary === field.dictionary?.id) {
      const more = valuesOf(message.entries, START, field.type, message.entries.rows);
      const added = Array.from({ length: message.entries.rows }, (_, entry) => more(entry));
      entries = message.more ? [...entries, ...added] : added;
    }
  }
  // Rows are asked for in their order.
  let part = 0;
  return (row) => {
    if (row < starts[part]) part = 0;
    while (part + 1 < starts.length && row >= starts[part + 1]) part++;
    return parts[part](row - starts[part]);
  };
}

function fieldCells(
  fields: readonly ArrowField[],
  index: number,
  batch: ArrowBatch,
  entries: readonly unknown[],
): Cells {
  const { type, dictionary } = fields[index];
  const place = fields.slice(0, index).reduce((at, field) => placeBehind(at, field, batch), START);
  const values = valuesOf(batch, place, dictionary?.index ?? type, batch.rows);
  if (dictionary === null) return values;
  return (row) => {
    const code = values(row);
    if (code === null) return null;
    const entry = Number(code);
    if (!(entry >= 0 && entry < entries.length)) {
      throw new DamagedError(`entry ${entry} of a dictionary of ${entries.length}`);
    }
    return entries[entry];
  };
}

const START: Place = { node: 0, buffer: 0, variadic: 0 };

/** The place behind everything that belongs to a field and its children. */
function placeBehind(
  place: Place,
  { type: { id, variant }, children, dictionary }: ArrowField,
  batch: ArrowBatch,
): Place {
  if (dictionary !== null) return { ...place, node: place.node + 1, buffer: place.buffer + 2 };
  const views = id === TYPES.utf8View || id === TYPES.binaryView;
  const behind = {
    node: place.node + 1,
    buffer: place.buffer + buffersOf(id, variant) + (views ? batch.variadic[place.variadic] ?? 0 : 0),
    variadic: place.variadic + (views ? 1 : 0),
  };
  return children.reduce((at, child) => placeBehind(at, child, batch), behind);
}

/** Buffers that a type has itself, those of its children and its views aside. */
function buffersOf(id: number, variant: number): number {
  switch (id) {
    case TYPES.null:
    case TYPES.runEnd:
      return 0;
    case TYPES.struct:
    case TYPES.fixedList:
      return 1;
    case TYPES.union:
      return 1 + variant;
    case TYPES.utf8:
    case TYPES.binary:
    case TYPES.largeUtf8:
    case TYPES.largeBinary:
    case TYPES.listView:
    case TYPES.largeListView:
      return 3;
    default:
      return 2;
  }
}

/** What columns hold that is neither number nor text, by name, of a schema alone. */
export function schemaContents(schema: Uint8Array): ReadonlyMap<string, string> {
  return new Map(
    readArrow(schema).fields.flatMap((field) => {
      const content = contentOf(field);
      return content === null ? [] : [[field.name, content] as const];
    }),
  );
}
