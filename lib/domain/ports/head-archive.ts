import type { SignedHeads } from '../head-digest.ts';

/** Keeps signed head digests where nothing is written twice (rule AUDIT-3). Every method throws StoreUnavailable when it cannot be reached. */
export interface HeadArchive {
  /** The latest day that it keeps; undefined: none. */
  latest(): Promise<string | undefined>;
  /** What was kept first of the day; `copies`: how many there are, of which all but one were written past this service. */
  get(day: string): Promise<{ readonly signed: SignedHeads; readonly copies: number } | undefined>;
  /** False: the day is kept already. */
  put(signed: SignedHeads): Promise<boolean>;
  /** The lines of a part, by their SHA-256; undefined: there are none. */
  part(digest: string): Promise<string | undefined>;
  /** Does nothing where the part is kept already. */
  putPart(digest: string, lines: string): Promise<void>;
}

export interface HeadSigner {
  /** ECDSA on P-256 with SHA-256 (DER, in base64), with the public key (SPKI, in PEM). */
  sign(text: string): Promise<{ readonly signature: string; readonly publicKey: string }>;
}
