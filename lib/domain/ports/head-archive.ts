import type { SignedHeads } from '../head-digest.ts';

/** Keeps signed head digests where nothing is written twice (rule AUDIT-3). Every method throws StoreUnavailable when it cannot be reached. */
export interface HeadArchive {
  /** The latest day that it keeps, before this one (`2026-11-30`) where one is given, deleted ones too; undefined: none. What has another name counts as none. */
  latest(before?: string): Promise<string | undefined>;
  get(day: string): Promise<KeptHeads | undefined>;
  /** False: the day is kept already. */
  put(signed: SignedHeads): Promise<boolean>;
  /** The lines of a part, by their SHA-256; undefined: there are none. */
  part(digest: string): Promise<string | undefined>;
  /** Does nothing where the part is kept already. */
  putPart(digest: string, lines: string): Promise<void>;
}

export interface KeptHeads {
  /** What was kept first of the day; null: it is no signed statement. */
  readonly signed: SignedHeads | null;
  /** How many there are, of which all but one were written past this service. */
  readonly copies: number;
  /** How often it was deleted past this service, which hides it and takes nothing away. */
  readonly deletions: number;
}

export interface HeadSigner {
  /** ECDSA on P-256 with SHA-256 (DER, in base64), with the public key (SPKI, in PEM). */
  sign(text: string): Promise<{ readonly signature: string; readonly publicKey: string }>;
}
