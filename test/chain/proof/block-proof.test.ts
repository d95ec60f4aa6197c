import { describe, expect, test } from '@jest/globals';
import { loadRecording } from '../../../infra/local/dev-chain/recording.ts';
import { provedHeader } from '../../../lib/chain/proof/block-proof.ts';
import { bodyHash } from '../../../lib/chain/proof/body-hash.ts';
import { hex, NotBytes } from '../../../lib/chain/proof/bytes.ts';
import { headerHash } from '../../../lib/chain/proof/header-hash.ts';
import { lacking } from '../../support/lacking.ts';
import { changesOf, everyPlace } from './changes.ts';
import { recording } from './recorded.ts';

test.each(['chain-a', 'chain-d', 'chain-e'] as const)('every block of %s has the hashes that it claims', (name) => {
  const { blocks } = loadRecording(name);
  expect(blocks.map(({ header }) => headerHash(header))).toEqual(blocks.map(({ hash }) => hash));
  expect(blocks.map(({ body }) => bodyHash(body))).toEqual(blocks.map(({ header }) => header.body_hash));
});

describe('another header is refused', () => {
  const block = recording.blocks.findLast(({ header }) => header.era_end !== null) ?? lacking();

  test('in whatever place it differs', () => {
    const same: string[] = [];
    let tried = 0;
    for (const { path, changed } of changesOf(block.header, '', everyPlace)) {
      tried += 1;
      if (hashOrRefusal(() => headerHash(changed)) === block.hash) same.push(path);
    }
    expect(same).toEqual([]);
    // Each digit of each member, those of the era's end, each validator and each weight among them.
    expect(tried).toBeGreaterThan(1_000);
  });

  test('with a member more, or one that is missing', () => {
    expect(() => headerHash({ ...block.header, more: 1 })).toThrow(NotBytes);
    for (const name of Object.keys(block.header)) {
      const { [name as keyof typeof block.header]: _, ...less } = block.header;
      expect(() => headerHash(less)).toThrow(NotBytes);
    }
  });

  test('with a number that is spelled otherwise', () => {
    for (const version of [
      '02.0.3',
      '2.0.03',
      '2.0.3 ',
      '2.0.3\n',
      '2.0',
      '2.0.3.0',
      `${'0'.repeat(500)}2.0.3`,
      '2e0.0.3',
    ])
      expect(() => headerHash({ ...block.header, protocol_version: version })).toThrow(NotBytes);
    for (const lane of ['00', '03', ' 3', '3e0', '0x3', '', '-0', '256', '1.0'])
      expect(() => bodyHash({ ...block.body, transactions: { [lane]: [] } })).toThrow(NotBytes);
  });

  test('with a validator twice', () => {
    const end = block.header.era_end as { next_era_validator_weights: object[] };
    const [first] = end.next_era_validator_weights;
    const twice = { ...end, next_era_validator_weights: [...end.next_era_validator_weights, first] };
    expect(() => headerHash({ ...block.header, era_end: twice })).toThrow(NotBytes);
  });

  test('with a validator in a list, which has the same text', () => {
    const end = block.header.era_end as { next_era_validator_weights: { validator: string }[] };
    const [first = lacking(), ...more] = end.next_era_validator_weights;
    const listed = { ...end, next_era_validator_weights: [{ ...first, validator: [first.validator] }, ...more] };
    expect(() => headerHash({ ...block.header, era_end: listed })).toThrow(NotBytes);
  });

  test('with characters whose low bytes are digits', () => {
    const other = (text: string) => text.replace(/[a-f]/, (digit) => String.fromCharCode(0x100 + digit.charCodeAt(0)));
    expect(() => headerHash({ ...block.header, parent_hash: other(block.header.parent_hash) })).toThrow(NotBytes);
    expect(() => hex(other('ab'))).toThrow(NotBytes);
  });

  test('under the hash of another block', () => {
    const [answer, other] = [recording.blockAnswers[5], recording.blocks[6]];
    const signed = answer?.block_with_signatures ?? lacking();
    const lie = { ...signed, block: { Version2: { ...signed.block.Version2, hash: other?.hash } } };
    expect(provedHeader({ block_with_signatures: signed })?.hash).toBe(signed.block.Version2.hash);
    expect(() => provedHeader({ block_with_signatures: lie })).toThrow(NotBytes);
  });
});

test('another body has another hash', () => {
  const { body } = recording.blocks.find(({ body: each }) => Object.keys(each.transactions).length > 0) ?? lacking();
  const hash = bodyHash(body);
  const same: string[] = [];
  let tried = 0;
  for (const { path, changed } of changesOf(body, '', everyPlace)) {
    tried += 1;
    if (hashOrRefusal(() => bodyHash(changed)) === hash) same.push(path);
  }
  expect(same).toEqual([]);
  expect(tried).toBeGreaterThan(80);
  expect(bodyHash({ ...body, transactions: {} })).not.toBe(hash);
});

test('a block of 1.x is left unproved', () => {
  expect(provedHeader({ block_with_signatures: { block: { Version1: {} }, proofs: [] } })).toBeUndefined();
});

function hashOrRefusal(hash: () => string): string {
  try {
    return hash();
  } catch (error) {
    if (error instanceof NotBytes) return 'refused';
    throw error;
  }
}

test('of what nodes send as signatures no more is kept than a block can have', () => {
  const [answer] = recording.blockAnswers.slice(5);
  const signed = answer?.block_with_signatures ?? lacking();
  const proofs = signed.proofs as readonly { readonly public_key: string; readonly signature: string }[];
  const kept = (given: readonly unknown[]) =>
    provedHeader({ block_with_signatures: { ...signed, proofs: given } })?.signatures.length;
  expect(kept(proofs)).toBe(proofs.length);
  const [one = lacking()] = proofs;
  const long = 'a'.repeat(1_000_000);
  expect(kept([{ ...one, signature: long }, { ...one, public_key: long }, null, 7, ...proofs])).toBe(proofs.length);
  expect(kept(new Array(100_000).fill(one))).toBe(1_000);
});
