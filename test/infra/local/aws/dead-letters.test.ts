import { expect, test } from '@jest/globals';
import { createDeadLetters } from '../../../../infra/local/aws/dead-letters.ts';

test('every dead letter is reported, and the last 1,000 are kept', () => {
  let reported = 0;
  const { onDeadLetter, deadLetters } = createDeadLetters(() => {
    reported += 1;
  });
  for (let number = 1; number <= 1_500; number += 1) {
    const sequenceNumber = String(number);
    onDeadLetter({ table: 'outbox', function: 'publish-events', sequenceNumber, keys: {}, error: 'failed' });
  }
  expect(reported).toBe(1_500);
  expect([deadLetters().length, deadLetters()[0]?.sequenceNumber, deadLetters().at(-1)?.sequenceNumber]).toEqual([
    1_000,
    '501',
    '1500',
  ]);
});
