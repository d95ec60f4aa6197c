export type ProofRefusal =
  /** A member is missing, has another form, or is not known here. */
  | 'form'
  /** More switch blocks, keys or proofs than any value needs. */
  | 'too_large'
  /** Of another chain than the anchor. */
  | 'chain_name'
  /** A header does not have the hash that it is given with. */
  | 'header'
  /** The first switch block is not the anchor, or is no switch block. */
  | 'anchor'
  /** A block is not of the era after the switch block before it, or not above it. */
  | 'era'
  /** A signature does not hold, or is of no validator of the era, or is there twice. */
  | 'signature'
  /** Validators of two thirds of the weight, or of less, have signed. */
  | 'weight'
  /** A Merkle proof does not lead to the state root of the block. */
  | 'proof'
  /** What the value depends on is neither proved, named as absent nor claimed, or something is given that it does not depend on. */
  | 'incomplete'
  /** Proved bytes are not what they should be, or of a kind that is not known here. */
  | 'unreadable'
  /** The answer is not what the proofs make of it. */
  | 'data'
  /** `meta` names another block, or another weight. */
  | 'meta'
  /** The answer is about another id, or of another kind, than what was asked for. */
  | 'other_id'
  /** The block is below the one that was asked for. */
  | 'too_old';

/** The answer is not proved. */
export class ProofRefused extends Error {
  override readonly name = 'ProofRefused';
  readonly code: ProofRefusal;

  constructor(code: ProofRefusal, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
