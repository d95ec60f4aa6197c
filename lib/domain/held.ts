import type { BlockRef } from './block.ts';
import type { Progress } from './progress.ts';
import type { ValueProof } from './proof.ts';

/** Heights, both included: at each of these blocks the value is known to have been the chain's (rule PAST-5). */
export interface Span {
  readonly from: number;
  readonly through: number;
}

/** What an audit entry says of the value before it. */
export interface HeldBefore {
  /** Of that value: what is rebuilt from the trail must match it. */
  readonly digest: string;
  /** The definition and logic version that read it (rules ITEM-4 and ITEM-5). */
  readonly definition: string;
  readonly logicVersion: number;
  readonly fork: number;
  /** Where it was read last. */
  readonly block: BlockRef;
  readonly spans: readonly Span[];
  /** How far it was proved there (rule PROOF-2); left out: it was not, or by an earlier version. */
  readonly proof?: ValueProof;
}

/** The lowest logic version whose claims about the past still count: raised where write sets turn out to have been wrong. */
export const oldestSoundLogic = 2;

/** Of a value that was read often while sync was late. The oldest are forgotten. */
const mostSpans = 32;

/** The spans of a record's value through its own block: of an earlier version's record, that block alone. */
export const heldOf = ({
  held,
  block,
}: {
  readonly held?: readonly Span[];
  readonly block: BlockRef;
}): readonly Span[] => held ?? [{ from: block.height, through: block.height }];

/** The last span is known to go on through a block. */
export function lengthened(spans: readonly Span[], through: number): readonly Span[] {
  const last = spans.at(-1);
  return last === undefined || last.through >= through ? spans : [...spans.slice(0, -1), { ...last, through }];
}

/** One more span of the same value; two that touch become one. */
export function withSpan(spans: readonly Span[], { from, through }: Span): readonly Span[] {
  const last = spans.at(-1);
  const touches = last !== undefined && from <= last.through + 1;
  const joined = touches
    ? [...spans.slice(0, -1), { from: Math.min(last.from, from), through: Math.max(last.through, through) }]
    : [...spans, { from, through }];
  return joined.slice(-mostSpans);
}

/** Only what is below a block. */
export const below = (spans: readonly Span[], height: number): readonly Span[] =>
  spans.flatMap(({ from, through }) => (from < height ? [{ from, through: Math.min(through, height - 1) }] : []));

/** Rule FOLLOW-8: what a fork saw above the block that a later rewind went back to never happened. */
export function spansOnFork(
  spans: readonly Span[],
  fork: number,
  { rewinds }: Pick<Progress, 'rewinds'>,
): readonly Span[] {
  const heights = rewinds.flatMap((rewind) => (fork < rewind.fork ? [rewind.height] : []));
  return heights.length === 0 ? spans : below(spans, Math.min(...heights) + 1);
}

/** The span that has the block; undefined: it is in none. */
export const spanOf = (spans: readonly Span[], height: number): Span | undefined =>
  spans.find(({ from, through }) => from <= height && height <= through);

/** The blocks that are in both of two spans, which have one in common. */
export const common = (a: Span, b: Span): Span => ({
  from: Math.max(a.from, b.from),
  through: Math.min(a.through, b.through),
});
