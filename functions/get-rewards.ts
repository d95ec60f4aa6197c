import { http } from '../lib/runtime/http.ts';
import { rewardsReply } from '../lib/runtime/rewards-answer.ts';

/** Lists what an account received for its stakes, era by era, and the sum. */
export const handler = http(rewardsReply, 'reader');
