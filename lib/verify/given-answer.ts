import type { BlockRef } from '../domain/block.ts';
import type { FullProof, SignedHeader } from '../domain/full-proof.ts';
import {
  anyBytes,
  anyText,
  type Form,
  givenObject,
  listGiven,
  mapGiven,
  mostGiven,
  only,
  wholeTo,
  within,
  wrong,
} from './forms.ts';
import { claimedForm, settingsForm } from './given-claims.ts';

/** An answer with `?proof=full`, as far as it is looked at. */
export interface GivenAnswer {
  readonly data: Readonly<Record<string, unknown>> & { readonly kind: string; readonly id: string };
  readonly block: BlockRef;
  /** What `meta` says of the weight; null: nothing. */
  readonly weight: number | null;
  readonly full: FullProof;
}

const signedHeader = only<SignedHeader>({
  hash: anyBytes,
  header: givenObject,
  signatures: listGiven(only({ publicKey: anyBytes, signature: anyBytes })),
});

const proofs: Form<FullProof['proofs']> = (value, name) => {
  const given = mapGiven(anyBytes)(value, name);
  const length = Object.values(given).reduce((sum, proof) => sum + proof.length, 0);
  within({ length }, name, mostGiven.proofDigits);
  return given;
};

const fullProof = only<FullProof>({
  format: (value, name) => (value === 1 ? value : wrong(name)),
  chainName: anyText,
  block: signedHeader,
  switchBlocks: listGiven(signedHeader, mostGiven.switchBlocks),
  proofs,
  absent: listGiven(anyText),
  claimed: claimedForm as Form<FullProof['claimed']>,
  settings: settingsForm,
});

const namedBlock = only<BlockRef>({ height: wholeTo(Number.MAX_SAFE_INTEGER), hash: anyBytes, timestamp: anyText });

/** Rule PROOF-5: the members that are there and of the right types, and no others of the proof; hexadecimal in its one spelling. Throws ProofRefused. */
export function givenAnswer(answer: unknown): GivenAnswer {
  const { data, meta } = only({ data: givenObject, meta: givenObject })(answer, 'answer');
  const { full, weight } = givenObject(meta.proof, 'proof');
  return {
    data: { ...data, kind: anyText(data.kind, 'kind'), id: anyText(data.id, 'id') },
    block: namedBlock(meta.block, 'block'),
    weight: typeof weight === 'number' ? weight : null,
    full: fullProof(full, 'full'),
  };
}
