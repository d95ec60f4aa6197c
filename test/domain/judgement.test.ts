import { describe, expect, test } from '@jest/globals';
import { judgementOn, testimonyOf } from '../../lib/domain/judgement.ts';

const hear = (...digests: readonly (string | undefined)[]) =>
  judgementOn(
    digests.map((digest, index) => ({ node: `n${index + 1}`, digest })),
    'stored',
  );

describe('of what nodes say at one block (rule CONFLICT-3)', () => {
  test.each<[string, readonly (string | undefined)[], object]>([
    ['all have another value', ['other', 'other', 'other'], { verdict: 'refuted', digest: 'other', dissenters: [] }],
    ['all have the stored one', ['stored', 'stored'], { verdict: 'confirmed', digest: 'stored', dissenters: [] }],
    ['the only one that can say', [undefined, 'other'], { verdict: 'refuted', digest: 'other', dissenters: [] }],
    [
      'one has another value',
      ['other', 'stored', 'stored'],
      { verdict: 'confirmed', digest: 'stored', dissenters: ['n1'] },
    ],
    [
      'one has the stored value',
      ['other', 'stored', 'other'],
      { verdict: 'refuted', digest: 'other', dissenters: ['n2'] },
    ],
    ['one has a third value', ['third', 'other', 'other'], { verdict: 'refuted', digest: 'other', dissenters: ['n1'] }],
    ['one against one', ['other', 'stored'], { verdict: 'disagree' }],
    ['each has its own', ['other', 'stored', 'third'], { verdict: 'disagree' }],
    ['one against one, and one that cannot say', ['other', undefined, 'stored'], { verdict: 'disagree' }],
    ['no node can say', [undefined, undefined], { verdict: 'unknown' }],
    ['no node was asked', [], { verdict: 'unknown' }],
  ])('%s', (_name, digests, judgement) => {
    expect(hear(...digests)).toEqual(judgement);
  });
});

test.each([
  ['other', 'chain'],
  ['stored', 'database'],
  ['third', 'neither'],
  [undefined, 'nothing'],
])('a node that has %s bears out %s', (digest, says) => {
  expect(testimonyOf({ node: 'n1', digest }, 'stored', 'other')).toEqual({ node: 'n1', says });
});
