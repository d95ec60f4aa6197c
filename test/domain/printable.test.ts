import { expect, test } from '@jest/globals';
import { isPrintable, printable } from '../../lib/domain/printable.ts';
import { conflictDecisionRequestSchema } from '../../lib/runtime/contract/requests.ts';

const [esc, reversed, isolate, c1, line] = ['\u001b', '\u202e', '\u2066', '\u009b', '\u2028'];

test('a text that shows as it is may hold any letters, and nothing that a terminal or a page obeys', () => {
  for (const text of ['', 'Ada Lovelace', 'Zoë, 李, عمر, 👩‍🚀', '"=,;<>'])
    expect([text, isPrintable(text), printable(text)]).toEqual([text, true, text]);
  for (const odd of [esc, reversed, isolate, c1, line, '\n', '\0', '\ud800'])
    expect(isPrintable(`a${odd}b`)).toBe(false);
  expect(printable(`a${esc}[2J${reversed}b\nc`)).toBe('a [2J b c');
  expect(printable('a\ud800')).toBe('a\ufffd');
});

test('the reviewer and the note of a decision are such texts; a note may have several lines', () => {
  const isTaken = (parts: object) =>
    conflictDecisionRequestSchema.safeParse({ decision: 'chain', reviewer: 'ada', ...parts }).success;
  expect(isTaken({ note: 'one\n\ttwo' })).toBe(true);
  for (const odd of [esc, reversed, c1]) {
    expect(isTaken({ reviewer: `ada${odd}` })).toBe(false);
    expect(isTaken({ note: `why${odd}` })).toBe(false);
  }
  expect(isTaken({ reviewer: 'ada\neve' })).toBe(false);
});
