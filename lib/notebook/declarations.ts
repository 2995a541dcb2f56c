/** The variables that a cell declares, read by a parser of TypeScript: their names, their defaults, and what they can hold. */

import { parse } from "@babel/parser";
import type { Expression, Statement, TSType, VariableDeclaration } from "@babel/types";

/** What a variable can hold; null where neither its type nor its default says. */
export type Shape =
  | { readonly kind: "number" | "string" | "boolean" | "bigint" | "object" | "null" }
  | { readonly kind: "list"; readonly of: Shape | null }
  | { readonly kind: "one of"; readonly shapes: readonly Shape[] };

/** A variable at the top of a cell. */
export interface Declared {
  readonly name: string;
  /** What declares it. */
  readonly keyword: string;
  /** The default as it is written; empty if there is none. */
  readonly written: string;
  readonly shape: Shape | null;
}

/**
 * The variables of a cell's top level, in their order; those of patterns (`let [a, b] = …`) are left out.
 * @throws SyntaxError that names line and column
 */
export function declaredVariables(source: string): readonly Declared[] {
  const { program } = parse(source, {
    sourceType: "module",
    plugins: ["typescript"],
    allowAwaitOutsideFunction: true,
  });
  return program.body.flatMap(declarationIn).flatMap(({ kind, declarations }) =>
    declarations.flatMap(({ id, init }): Declared[] => {
      if (id.type !== "Identifier") return [];
      const type = id.typeAnnotation?.type === "TSTypeAnnotation" ? id.typeAnnotation.typeAnnotation : undefined;
      return [{
        name: id.name,
        keyword: kind,
        written: source.slice(init?.start ?? 0, init?.end ?? 0),
        shape: (type === undefined ? null : shapeOfType(type)) ?? shapeOfValue(init),
      }];
    })
  );
}

/** The declaration that a statement is or exports; what `using` declares cannot be set. */
function declarationIn(statement: Statement): VariableDeclaration[] {
  const inner = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
  return inner?.type === "VariableDeclaration" && ["var", "let", "const"].includes(inner.kind) ? [inner] : [];
}

function shapeOfValue(value: Expression | null | undefined): Shape | null {
  switch (value?.type) {
    case "NumericLiteral":
      return { kind: "number" };
    case "UnaryExpression":
      return value.operator === "!" ? { kind: "boolean" } : shapeOfValue(value.argument);
    case "StringLiteral":
    case "TemplateLiteral":
      return { kind: "string" };
    case "BooleanLiteral":
      return { kind: "boolean" };
    case "BigIntLiteral":
      return { kind: "bigint" };
    case "ObjectExpression":
      return { kind: "object" };
    case "ArrayExpression": {
      const members = value.elements.map((one) =>
        one === null || one.type === "SpreadElement" ? null : shapeOfValue(one)
      );
      const alike = members.every((one) => one?.kind === members[0]?.kind);
      return { kind: "list", of: alike ? members[0] ?? null : null };
    }
    case "TSAsExpression":
    case "TSSatisfiesExpression":
      return shapeOfType(value.typeAnnotation) ?? shapeOfValue(value.expression);
    default:
      // A default of null says what is missing, not what may stand there.
      return null;
  }
}

const keywords: Readonly<Partial<Record<TSType["type"], Shape>>> = {
  TSNumberKeyword: { kind: "number" },
  TSStringKeyword: { kind: "string" },
  TSBooleanKeyword: { kind: "boolean" },
  TSBigIntKeyword: { kind: "bigint" },
  TSNullKeyword: { kind: "null" },
  TSUndefinedKeyword: { kind: "null" },
  TSTypeLiteral: { kind: "object" },
};

function shapeOfType(type: TSType): Shape | null {
  switch (type.type) {
    case "TSArrayType":
      return { kind: "list", of: shapeOfType(type.elementType) };
    case "TSTypeOperator":
    case "TSParenthesizedType":
      return shapeOfType(type.typeAnnotation);
    case "TSTypeReference": {
      const name = type.typeName.type === "Identifier" ? type.typeName.name : "";
      const [argument] = type.typeArguments?.params ?? [];
      if (name === "Array" || name === "ReadonlyArray") {
        return { kind: "list", of: argument === undefined ? null : shapeOfType(argument) };
      }
      return name === "Record" ? { kind: "object" } : null;
    }
    case "TSLiteralType":
      return type.literal.type === "UnaryExpression" || type.literal.type === "TemplateLiteral"
        ? null
        : shapeOfValue(type.literal);
    case "TSUnionType": {
      const shapes = type.types.map(shapeOfType);
      return shapes.some((one) => one === null)
        ? null
        : { kind: "one of", shapes: shapes.filter((one) => one !== null) };
    }
    default:
      return keywords[type.type] ?? null;
  }
}
