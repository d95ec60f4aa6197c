import { expect, test } from '@jest/globals';
import { commandFor } from '../../lib/cli/commands/remedies.ts';
import type { Schemas } from '../../lib/client/contract.ts';

const reason = (code: string, detail: string): Schemas['HealthReason'] => ({
  status: 'degraded',
  code,
  detail,
  since: null,
  action: '',
  node: null,
  method: null,
  table: null,
  ref: null,
});

test.each([
  ['conflict', `The conflict ${'ab'.repeat(32)} awaits operations.`, 'astake-lookup conflicts abababababab'],
  ['conflict', 'It awaits operations.', 'astake-lookup conflicts'],
  [
    'webhook_failing',
    'The webhook wh_4be52c9b453effe4cc53d1e7 fails.',
    'astake-lookup webhooks show wh_4be52c9b453effe4cc53d1e7',
  ],
  ['webhook_failing', 'Webhooks fail.', 'astake-lookup webhooks list'],
])('%s: %s', (code, detail, command) => {
  expect(commandFor(reason(code, detail))).toBe(command);
});
