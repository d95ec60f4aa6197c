/** What a value may rest on besides what proofs cover (rule PROOF-1). */
export const unprovedParts = [
  /** A node gives no proof that there is nothing. */
  'absence',
  /** What is held back of a balance: a node could leave a hold out. */
  'holds',
  /** The list of all bids. */
  'stakes',
  'rewards',
  'transaction',
  'validators',
] as const;

export type UnprovedPart = (typeof unprovedParts)[number];

/** Why a reading is proved no further than it is. */
export const proofReasons = [
  /** It is not among those that are proved (`ASTAKE_PROVE_PERCENT`), or an earlier version read it. */
  'not_asked',
  /** All that it rests on is without a proof. */
  'nothing_proved',
  /** A block of 1.x, whose header has another form. */
  'older_block',
  /** No switch block is trusted yet. */
  'no_trust',
  /** The block is of an era before those whose validators are known. */
  'era_unknown',
  /** Validators of too little weight are known to have signed the block; only where that is allowed (`ASTAKE_UNSIGNED`, rule PROOF-4). */
  'unsigned',
  /** Whether validators have signed the block was not found in time, or no node gave what says so; only where that is allowed, too. */
  'not_in_time',
  /** The chain contradicts the record, or a person has kept the record's value against the chain's. */
  'disputed',
] as const;

export type ProofReason = (typeof proofReasons)[number];

/** How far a reading is proved, at the block that it is pinned to. */
export interface ReadingProof {
  /**
   * `signed`: the values are in the state of a block that validators of more than two thirds of their era's weight have signed. `state`:
   * they are in the state of the block with this hash. `none`: nodes have said so.
   */
  readonly level: 'signed' | 'state' | 'none';
  /** null: signed. */
  readonly reason: ProofReason | null;
  /** The share of the weight that is known to have signed, rounded down; null: not signed. */
  readonly weight: number | null;
  /** Sorted. */
  readonly unproved: readonly UnprovedPart[];
  /** The lowest block of those in whose state a part of the value was proved: each part at its own; null: none was. */
  readonly height: number | null;
  /** The state root, and the SHA-256 in hex over the Merkle proofs; null: none were given. */
  readonly evidence: { readonly root: string; readonly digest: string } | null;
}

/** What is kept with a value, and answered: without the evidence. */
export type ValueProof = Omit<ReadingProof, 'evidence'>;

export const notAsked: ReadingProof = {
  level: 'none',
  reason: 'not_asked',
  weight: null,
  unproved: [],
  height: null,
  evidence: null,
};

/** Rule PROOF-2: nothing proves that there is nothing, whatever else was proved on the way. */
export const ofAbsence = (proof: ReadingProof): ReadingProof => ({
  ...notAsked,
  reason: proof.level === 'none' ? proof.reason : 'nothing_proved',
  unproved: proof.unproved,
});

/** Rule PROOF-2: of a stored value that the chain contradicts. */
export const ofDispute: ReadingProof = { ...notAsked, reason: 'disputed' };

export const withoutEvidence = ({ evidence: _, ...proof }: ReadingProof): ValueProof => proof;

const levels = ['none', 'state', 'signed'] as const;

/** Of a value that was made of several readings: proved as far as each of them is. The evidence is that of the first. */
export function proofOfAll<Proof extends ValueProof>(first: Proof, ...others: readonly ValueProof[]): Proof {
  if (others.length === 0) return first;
  const all = [first, ...others];
  const least = all.reduce((a, b) => (levels.indexOf(b.level) < levels.indexOf(a.level) ? b : a));
  const weights = all.flatMap(({ weight }) => weight ?? []);
  const heights = all.flatMap(({ height }) => height ?? []);
  return {
    ...first,
    level: least.level,
    reason: least.reason,
    weight: least.level === 'signed' ? Math.min(...weights) : null,
    unproved: [...new Set(all.flatMap(({ unproved }) => unproved))].sort(),
    height: least.level === 'none' ? null : Math.min(...heights),
  };
}
