/** What files of other programs say about a causal network. */

/** One variable of a network. */
export interface NetworkNode {
  readonly name: string;
  /** A latent variable is none. */
  readonly observed: boolean;
  /** Its constant, where the file has numbers. */
  readonly intercept?: number;
  /** Standard deviation of its noise, where the file has numbers. */
  readonly deviation?: number;
}

/** An arrow from cause to effect. */
export interface NetworkEdge {
  readonly from: string;
  readonly to: string;
  /** Its coefficient, where the file has one. */
  readonly weight?: number;
}

/** A directed network as a file describes it. */
export interface Network {
  /** The format in words, e.g. `DOT`. */
  readonly format: string;
  readonly name: string | null;
  readonly nodes: readonly NetworkNode[];
  readonly edges: readonly NetworkEdge[];
  /** Pairs with a hidden common cause (`X <-> Y`). */
  readonly confounded: readonly (readonly [string, string])[];
  /** Variables that the file marks as outcomes and as exposures. */
  readonly outcomes: readonly string[];
  readonly exposures: readonly string[];
  /** Why the file's numbers have no meaning for an SCM, e.g. that its variables are discrete; `null` where they have. */
  readonly foreign: string | null;
}

/** What is read first to last into a {@linkcode Network}: nodes in the order in which they are met. */
export class NetworkBuilder {
  private readonly nodes = new Map<string, NetworkNode>();
  private readonly edges = new Map<string, NetworkEdge>();
  readonly confounded: [string, string][] = [];
  readonly outcomes: string[] = [];
  readonly exposures: string[] = [];

  /** Adds a node, or what is newly said about it. */
  node(name: string, more: Partial<Omit<NetworkNode, "name">> = {}): void {
    this.nodes.set(name, { observed: true, ...this.nodes.get(name), ...more, name });
  }

  /** Adds an arrow and its ends; one that is there already keeps its place and gets the newer weight. */
  edge(from: string, to: string, weight?: number): void {
    this.node(from);
    this.node(to);
    const key = JSON.stringify([from, to]);
    this.edges.set(key, { ...this.edges.get(key), from, to, ...(weight === undefined ? {} : { weight }) });
  }

  /** The network that was read. */
  finish(format: string, name: string | null, foreign: string | null = null): Network {
    return {
      format,
      name,
      nodes: [...this.nodes.values()],
      edges: [...this.edges.values()],
      confounded: this.confounded,
      outcomes: this.outcomes,
      exposures: this.exposures,
      foreign,
    };
  }
}
