import { expect, test } from '@jest/globals';
import { messageIdOf, signedHeaders, webhookSecretOf } from '../../lib/domain/webhook-signature.ts';

const now = Date.parse('2026-01-01T00:00:00.900Z');

test('a delivery is signed as the Standard Webhooks specification wants it, by its own example (rule HOOK-5)', () => {
  const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
  const body = '{"email":"test@example.com","username":"test_user"}';
  const headers = signedHeaders(
    { id: 'msg_27UH4WbU6Z5A5EzD8u03UvzRbpk', body },
    [{ secret, until: null }],
    1_649_367_553_000,
  );
  expect(headers).toEqual({
    'webhook-id': 'msg_27UH4WbU6Z5A5EzD8u03UvzRbpk',
    'webhook-timestamp': '1649367553',
    'webhook-signature': 'v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=',
  });
});

test('both secrets sign while the old one goes on, and only the new one afterwards', () => {
  const secrets = [
    { secret: webhookSecretOf(new Uint8Array(32).fill(1)), until: null },
    { secret: webhookSecretOf(new Uint8Array(32).fill(2)), until: new Date(now + 1).toISOString() },
  ];
  const signatures = (at: number) =>
    signedHeaders({ id: 'a', body: '{}' }, secrets, at)['webhook-signature']?.split(' ');
  expect(signatures(now)).toHaveLength(2);
  expect(signatures(now + 1)).toEqual([signatures(now)?.[0]]);
  expect(signatures(now)?.[1]).not.toBe(signatures(now)?.[0]);
});

test('an event has one message id (rule HOOK-1), with no character that a header may lose', () => {
  const ids = ['RecordChanged#asset#villas:é.鍵#1', 'RecordChanged#asset#villas:0#1'].map(messageIdOf);
  expect(ids).toEqual([expect.stringMatching(/^evt_[0-9a-f]{32}$/), expect.stringMatching(/^evt_[0-9a-f]{32}$/)]);
  expect(ids[0]).not.toBe(ids[1]);
  expect(messageIdOf('RecordChanged#asset#villas:0#1')).toBe(ids[1]);
});
