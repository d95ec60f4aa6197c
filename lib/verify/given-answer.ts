import type { BlockRef } from '../domain/block.ts';
import type { FullProof, SignedHeader } from '../domain/full-proof.ts';
import { givenDigits, givenList, givenObject, givenText, mostGiven, nothingElse, tooMany, wrong } from './forms.ts';
import { claimsIn, settingsIn } from './given-claims.ts';

/** An answer with `?proof=full`, as far as it is looked at. */
export interface GivenAnswer {
  readonly data: Readonly<Record<string, unknown>> & { readonly kind: string; readonly id: string };
  readonly block: BlockRef;
  /** What `meta` says of the weight; null: nothing. */
  readonly weight: number | null;
  readonly full: FullProof;
}

/** Rule PROOF-5: the members that are there and of the right types, and no others of the proof; hexadecimal in its one spelling. Throws ProofRefused. */
export function givenAnswer(answer: unknown): GivenAnswer {
  const { data, meta, ...others } = givenObject(answer, 'answer');
  nothingElse(others, 'answer');
  const given = givenObject(data, 'data');
  const { block, proof } = givenObject(meta, 'meta');
  const { full, weight } = givenObject(proof, 'meta.proof');
  return {
    data: { ...given, kind: givenText(given.kind, 'kind'), id: givenText(given.id, 'id') },
    block: givenObject(block, 'meta.block') as unknown as BlockRef,
    weight: typeof weight === 'number' ? weight : null,
    full: fullProofIn(full),
  };
}

function fullProofIn(full: unknown): FullProof {
  const { format, chainName, block, switchBlocks, proofs, absent, claimed, settings, ...others } = givenObject(
    full,
    'full',
  );
  if (format !== 1) wrong('format');
  nothingElse(others, 'full');
  return {
    format,
    chainName: givenText(chainName, 'chainName'),
    block: signedHeader(block),
    switchBlocks: givenList(switchBlocks, 'switchBlocks', mostGiven.switchBlocks).map(signedHeader),
    proofs: proofsIn(proofs),
    absent: givenList(absent, 'absent').map((key) => givenText(key, 'absent')),
    claimed: claimsIn(claimed),
    settings: settingsIn(settings),
  };
}

function proofsIn(value: unknown): FullProof['proofs'] {
  const proofs = Object.entries(givenObject(value, 'proofs'));
  if (proofs.length > mostGiven.items) tooMany(`${proofs.length} proofs`);
  let length = 0;
  return Object.fromEntries(
    proofs.map(([key, given]) => {
      const proof = givenDigits(given, key);
      length += proof.length;
      if (length > mostGiven.proofDigits) tooMany(`${length} digits of proofs`);
      return [key, proof];
    }),
  );
}

function signedHeader(value: unknown): SignedHeader {
  const { hash, header, signatures, ...others } = givenObject(value, 'block');
  nothingElse(others, 'block');
  return {
    hash: givenDigits(hash, 'hash'),
    header: givenObject(header, 'header'),
    signatures: givenList(signatures, 'signatures').map(signatureIn),
  };
}

function signatureIn(value: unknown): SignedHeader['signatures'][number] {
  const { publicKey, signature, ...others } = givenObject(value, 'signature');
  nothingElse(others, 'signature');
  return { publicKey: givenDigits(publicKey, 'publicKey'), signature: givenDigits(signature, 'signature') };
}
