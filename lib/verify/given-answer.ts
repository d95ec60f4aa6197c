import type { BlockRef } from '../domain/block.ts';
import type { FullProof, SignedHeader } from '../domain/full-proof.ts';
import { ProofRefused } from './proof-refused.ts';

/** An answer with `?proof=full`, as far as it is looked at. */
export interface GivenAnswer {
  readonly data: Readonly<Record<string, unknown>> & { readonly kind: string; readonly id: string };
  readonly block: BlockRef;
  /** What `meta` says of the weight; null: nothing. */
  readonly weight: number | null;
  readonly full: FullProof;
}

type Json = Readonly<Record<string, unknown>>;

/** The members that are there and of the right types; hexadecimal in its one spelling. Throws ProofRefused. */
export function givenAnswer(answer: unknown): GivenAnswer {
  const { data, meta } = object(answer, 'answer');
  const given = object(data, 'data');
  const { block, proof } = object(meta, 'meta');
  const { full, weight } = object(proof, 'meta.proof');
  const { format, chainName, block: pinned, switchBlocks, proofs, absent, claimed, settings } = object(full, 'full');
  if (format !== 1) wrong('format');
  const { collections, liquidStaking } = object(settings, 'settings');
  return {
    data: { ...given, kind: text(given.kind, 'kind'), id: text(given.id, 'id') },
    block: object(block, 'meta.block') as unknown as BlockRef,
    weight: typeof weight === 'number' ? weight : null,
    full: {
      format,
      chainName: text(chainName, 'chainName'),
      block: signedHeader(pinned),
      switchBlocks: list(switchBlocks, 'switchBlocks').map(signedHeader),
      proofs: Object.fromEntries(Object.entries(object(proofs, 'proofs')).map(([key, hex]) => [key, digits(hex, key)])),
      absent: list(absent, 'absent').map((key) => text(key, 'absent')),
      claimed: object(claimed, 'claimed'),
      settings: {
        collections: object(collections, 'collections'),
        liquidStaking: liquidStaking === null ? null : object(liquidStaking, 'liquidStaking'),
      },
    },
  };
}

function signedHeader(value: unknown): SignedHeader {
  const { hash, header, signatures } = object(value, 'block');
  return {
    hash: digits(hash, 'hash'),
    header: object(header, 'header'),
    signatures: list(signatures, 'signatures').map((each) => {
      const { publicKey, signature } = object(each, 'signature');
      return { publicKey: digits(publicKey, 'publicKey'), signature: digits(signature, 'signature') };
    }),
  };
}

const object = (value: unknown, what: string): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : wrong(what);
const list = (value: unknown, what: string): readonly unknown[] => (Array.isArray(value) ? value : wrong(what));
const text = (value: unknown, what: string): string => (typeof value === 'string' ? value : wrong(what));
const digits = (value: unknown, what: string): string =>
  typeof value === 'string' && /^(?:[0-9a-f]{2})+$/.test(value) ? value : wrong(what);

function wrong(what: string): never {
  throw new ProofRefused('form', `the answer has no ${what} of the right form`);
}
