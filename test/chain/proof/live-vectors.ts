import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProvedHeader, provedHeader } from '../../../lib/chain/proof/block-proof.ts';
import { bodyHash } from '../../../lib/chain/proof/body-hash.ts';
import { isSignature, signedBytes } from '../../../lib/chain/proof/finality.ts';
import { headerHash } from '../../../lib/chain/proof/header-hash.ts';
import { provedValue } from '../../../lib/chain/proof/merkle-proof.ts';
import { storedItem, storedValue } from '../../../lib/chain/proof/stored-value.ts';
import { trieKey } from '../../../lib/chain/proof/trie-key.ts';
import { advance, fromAnchor, signedShare, type TrustedSwitchBlock } from '../../../lib/chain/proof/trust-chain.ts';
import { lacking } from '../../support/lacking.ts';

/** What a live node has answered to `chain_get_block`, one answer a line, in order of height. */
export interface BlockAnswer {
  readonly block_with_signatures: {
    readonly block: { readonly Version2: { readonly hash: string; readonly header: Header; readonly body: object } };
    readonly proofs: readonly object[];
  };
}

interface Header {
  readonly height: number;
  readonly state_root_hash: string;
  readonly body_hash: string;
}

/** The same to `query_global_state`, with the key that was asked for. */
export interface StateAnswer {
  readonly height: number;
  readonly key: string;
  readonly result?: {
    readonly block_header: { readonly Version2: Header };
    readonly stored_value: object;
    readonly merkle_proof: string;
  };
}

export const linesOf = <Line>(folder: string, file: string): readonly Line[] =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

/** What holds of these blocks, counted: each is trusted by what an earlier switch block has named, from the first one on. */
export function countBlocks(answers: readonly BlockAnswer[], chainName: string) {
  const counts = { blocks: answers.length, hashes: 0, bodies: 0, signatures: 0, trusted: 0, signedByEra: 0 };
  let newest: TrustedSwitchBlock | undefined;
  for (const answer of answers) {
    const header = headerIn(answer);
    const { header: json, body } = answer.block_with_signatures.block.Version2;
    if (headerHash(json) === header.hash) counts.hashes += 1;
    if (bodyHash(body) === json.body_hash) counts.bodies += 1;
    const message = signedBytes(header, chainName);
    for (const { publicKey, signature } of header.signatures)
      if (isSignature(publicKey, signature, message)) counts.signatures += 1;
    if (newest !== undefined && 'value' in signedShare(newest, header, chainName)) counts.signedByEra += 1;
    if (header.nextWeights === null) continue;
    const trusting = newest === undefined ? fromAnchor(header, header) : advance(newest, header, chainName);
    if ('refused' in trusting) continue;
    newest = trusting.value;
    counts.trusted += 1;
  }
  return counts;
}

export function headerIn(answer: BlockAnswer): ProvedHeader {
  return provedHeader(answer) ?? lacking();
}

/** The bytes that are proved under the key by the root of the block, in the form in which nodes write them in JSON. */
export function provedIn({ key, result }: StateAnswer, root: string): object | undefined {
  const bytes = provedValue(result?.merkle_proof ?? lacking(), trieKey(key), root);
  return bytes && (key.startsWith('dictionary-') ? storedItem : storedValue)(bytes);
}
