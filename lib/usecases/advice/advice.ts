/** What the recorded figures say that a setting should be. */
export interface Advice {
  readonly variable: string;
  /** As it was when the figures were recorded. */
  readonly now: number;
  readonly value: number;
  /** In a month: JSON-RPC requests to nodes, and dollars at list prices. Negative: so much more. */
  readonly saves: { readonly calls: number; readonly dollars: number };
  /** The figures behind it, what it changes and how sure it is: for a person. */
  readonly text: string;
}
