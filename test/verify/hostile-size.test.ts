import crypto from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';

/** What verifies a signature takes the function once, when it is loaded. */
const verifications = jest.spyOn(crypto, 'verify');
const { startService } = await import('../support/service.ts');
const { ProofRefused, verify } = await import('../../lib/verify/index.ts');
const { mostGiven } = await import('../../lib/verify/forms.ts');
const { anchorBelow, provedAnswer, stakerAt, switchBlocks } = await import('./proved-answers.ts');
type Body = import('./proved-answers.ts').Body;

const height = 60;
const anchor = switchBlocks[1] ?? anchorBelow(height);
let answer: Body;
let validators: number;
beforeAll(async () => {
  const running = await startService({ recording: 'chain-e', height });
  answer = await provedAnswer(running, { kind: 'account', id: stakerAt(height) }, anchor.height);
  await running.close();
  const [first] = answer.meta.proof.full.switchBlocks;
  validators = first.header.era_end.next_era_validator_weights.length;
});
beforeEach(() => void verifications.mockClear());
afterAll(() => verifications.mockRestore());

async function codeOf(change: (full: Body) => void): Promise<unknown> {
  const body = structuredClone(answer);
  change(body.meta.proof.full);
  return verify(body, anchor).then(
    () => 'taken',
    (error: unknown) => (error instanceof ProofRefused ? error.code : error),
  );
}
const verified = () => verifications.mock.calls.length;

// Rule PROOF-5: who sends the answer does not decide how long it takes to check it. Counted, since a machine may be slow.
describe('signatures', () => {
  test('of an honest answer are verified a few times each at most', async () => {
    expect(await codeOf(() => undefined)).toBe('taken');
    const { block, switchBlocks: way } = answer.meta.proof.full;
    const given = [block, ...way].reduce((sum, { signatures }) => sum + signatures.length, 0);
    expect(verified()).toBeGreaterThanOrEqual(given);
    expect(verified()).toBeLessThanOrEqual(2 * given);
  });

  test.each(['block', 'switchBlocks'])('one of them many times, in %s: none is verified', async (where) => {
    const inFull = ({ block, switchBlocks: way }: Body): Body => (where === 'block' ? block : way[1]);
    const code = await codeOf((full) => {
      const [one] = inFull(full).signatures;
      inFull(full).signatures = Array(mostGiven.items).fill(one);
    });
    // The way before the block has been checked by then.
    const onTheWay = where === 'block' ? 2 * answer.meta.proof.full.switchBlocks[1].signatures.length : 0;
    expect({ code, isBounded: verified() <= onTheWay }).toEqual({ code: 'signature', isBounded: true });
  });

  test('of strangers, with those that hold: none is verified', async () => {
    const code = await codeOf(({ switchBlocks: [, step] }) => {
      const [{ signature }] = step.signatures;
      const strangers = Array.from({ length: mostGiven.items - step.signatures.length }, (_, at) => ({
        publicKey: `01${at.toString(16).padStart(64, '0')}`,
        signature,
      }));
      step.signatures = [...step.signatures, ...strangers];
    });
    expect({ code, verified: verified() }).toEqual({ code: 'signature', verified: 0 });
  });

  test('that do not hold: no more are verified than there are validators', async () => {
    const code = await codeOf(({ block, switchBlocks: [, step] }) => {
      for (const [at, one] of step.signatures.entries()) one.signature = block.signatures[at].signature;
    });
    expect(code).toBe('weight');
    expect(verified()).toBeLessThanOrEqual(validators);
  });
});

describe('more than any value needs', () => {
  const over = (count: number) =>
    Array.from({ length: count + 1 }, (_, at) => `hash-${at.toString(16).padStart(64, '0')}`);

  test.each([
    [
      'switch blocks',
      (full: Body) => {
        full.switchBlocks = Array(mostGiven.switchBlocks + 1).fill(full.switchBlocks[0]);
      },
    ],
    [
      'proofs',
      (full: Body) => {
        full.proofs = Object.fromEntries(over(mostGiven.items).map((key) => [key, '00']));
      },
    ],
    [
      'absent keys',
      (full: Body) => {
        full.absent = over(mostGiven.items);
      },
    ],
    [
      'bytes of proofs',
      (full: Body) => {
        const [key = ''] = Object.keys(full.proofs);
        full.proofs[key] = '0'.repeat(mostGiven.proofDigits + 2);
      },
    ],
    [
      'validators that a stake is claimed with',
      (full: Body) => {
        full.claimed.validators = over(mostGiven.items).map((key) => `01${key.slice('hash-'.length)}`);
      },
    ],
    [
      'holds',
      (full: Body) => {
        const hold = { amount: '1', kind: 'gas', since: '2026-01-01T00:00:00.000Z' };
        full.claimed.balance.holds = Array(mostGiven.items + 1).fill(hold);
      },
    ],
  ])('%s: nothing is verified', async (_, change) => {
    expect({ code: await codeOf(change), verified: verified() }).toEqual({ code: 'too_large', verified: 0 });
  });
});
