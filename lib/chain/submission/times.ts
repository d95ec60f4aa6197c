import { ttlMilliseconds } from '../../domain/time-to-live.ts';
import { u64 } from '../proof/bytes.ts';
import type { Field } from './field.ts';
import { timestampMs } from './timestamp.ts';

export const instantBytes = (field: Field): Uint8Array =>
  u64(BigInt(timestampMs(field.text()) ?? field.fault('must be a time such as 2026-11-23T00:30:00.000Z')));

export const lifetimeBytes = (field: Field): Uint8Array =>
  u64(BigInt(ttlMilliseconds(field.text()) ?? field.fault('must be a duration such as 30m')));
