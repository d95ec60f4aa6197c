import { createHash, timingSafeEqual } from 'node:crypto';

/** The duration must not reveal how much of a secret is right: digests are compared. */
export const isSameSecret = (given: string, secret: string): boolean => timingSafeEqual(digest(given), digest(secret));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
