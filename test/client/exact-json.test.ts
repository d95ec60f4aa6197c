import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseJson, writeJson } from '../../lib/client/exact-json.ts';

test('JSON comes and goes without loss of a digit, whatever its texts hold', () => {
  const whole = fc
    .bigInt({ min: -(2n ** 80n), max: 2n ** 80n })
    .filter((value) => !Number.isSafeInteger(Number(value)));
  const { tree } = fc.letrec((tie) => ({
    leaf: fc.oneof(
      whole,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string({ unit: 'binary' }),
      fc.constant(null),
      fc.stringMatching(/^["\\\d]{0,30}$/),
    ),
    tree: fc.oneof(tie('leaf'), fc.array(tie('tree')), fc.dictionary(fc.string(), tie('tree'))),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const text = writeJson(value);
      expect(writeJson(parseJson(text))).toBe(text);
    }),
    { numRuns: 500 },
  );
});

test('what a double holds stays a number; only larger whole numbers become bigints', () => {
  const text =
    '{"a":9007199254740991,"b":9007199254740993,"c":-12345678901234567890,"d":1.2345678901234567890,"e":"1234567890123456789"}';
  expect(parseJson(text)).toEqual({
    a: 9007199254740991,
    b: 9007199254740993n,
    c: -12345678901234567890n,
    d: Number('1.2345678901234567890'),
    e: '1234567890123456789',
  });
  for (const broken of ['{"a":12345678901234567890', '12345678901234567890 2', '01234567890123456789'])
    expect(() => parseJson(broken)).toThrow(SyntaxError);
});
