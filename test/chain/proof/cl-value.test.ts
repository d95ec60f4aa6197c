import { describe, expect, test } from '@jest/globals';
import { loadRecording, type RecordingName } from '../../../infra/local/dev-chain/recording.ts';
import { NotBytes } from '../../../lib/chain/proof/bytes.ts';
import { clValueOf } from '../../../lib/chain/proof/cl-value.ts';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';

/** All CLValues anywhere in it. */
function* clValuesIn(part: unknown): Generator<{ readonly cl_type: unknown; readonly bytes: string }> {
  if (typeof part !== 'object' || part === null) return;
  if ('cl_type' in part && 'bytes' in part) yield part as { readonly cl_type: unknown; readonly bytes: string };
  else for (const inner of Object.values(part)) yield* clValuesIn(inner);
}

/** Nothing that answers are made of has it. */
const isOther = (type: unknown): boolean => /Any|Tuple|Result/.test(JSON.stringify(type));

describe('a CLValue is what the SDK makes of it', () => {
  test.each<RecordingName>(['chain-a', 'chain-d', 'chain-e'])('everywhere in the state of %s', async (name) => {
    const decode = await clValueDecoder();
    let compared = 0;
    for (const versions of loadRecording(name).state.values())
      for (const { cl_type: type, bytes } of clValuesIn(versions)) {
        if (isOther(type)) continue;
        expect({ type, bytes, value: clValueOf(type, bytes) }).toEqual({ type, bytes, value: decode(type, bytes) });
        compared += 1;
      }
    expect(compared).toBeGreaterThan(100);
  });

  test.each([
    ['Bool', '01'],
    ['I32', 'ffffffff'],
    ['I64', 'feffffffffffffff'],
    ['U8', 'ff'],
    ['U128', '0200ff'],
    ['U512', '00'],
    ['Unit', ''],
    ['String', '02000000c3a9'],
    ['Key', `00${'ab'.repeat(32)}`],
    ['Key', `01${'ab'.repeat(32)}`],
    ['Key', `02${'ab'.repeat(32)}07`],
    ['Key', '050100000000000000'],
    ['URef', `${'ab'.repeat(32)}00`],
    ['PublicKey', `02${'ab'.repeat(33)}`],
    [{ ByteArray: 4 }, '01020304'],
    [{ Option: 'U8' }, '0107'],
    [{ Option: { Option: 'U8' } }, '0100'],
    [{ List: { Option: 'Bool' } }, '02000000000101'],
    [{ Map: { key: 'String', value: { List: 'U8' } } }, '0100000001000000610200000001ff'],
  ])('%j %s', async (type, bytes) => {
    expect(clValueOf(type, bytes)).toEqual((await clValueDecoder())(type, bytes));
  });

  test.each([
    ['Bool', '02'],
    ['String', '05000000'],
    ['Any', '00'],
    [{ List: 'U8' }, 'ffffffff'],
    [{ Tuple1: ['U8'] }, '05'],
  ])('or it is none: %j %s', (type, bytes) => {
    expect(() => clValueOf(type, bytes)).toThrow(NotBytes);
  });
});
