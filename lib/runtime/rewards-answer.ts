import * as z from 'zod/mini';
import { accountId } from '../domain/account-id.ts';
import { amount } from '../domain/amount.ts';
import { type FieldError, InvalidRequest } from '../domain/errors.ts';
import { type AccountEra, totalOf } from '../domain/rewards.ts';
import { rewardsOf } from '../usecases/reading/rewards.ts';
import type { Request } from './http.ts';
import { nextAfter, pageOf } from './page.ts';
import { answerReply, jsonReply, type Reply } from './reply.ts';
import type { Running } from './service.ts';

/** The newest era of the range, which must not grow from page to page, and the last era of the page before. */
const position = z.string().check(z.regex(/^\d{1,15}:\d{1,15}$/));

/** `GET …/staking/rewards`. Throws InvalidRequest, InvalidId. */
export async function rewardsReply(request: Request, service: Running): Promise<Reply> {
  const { parameters, query, requestId, chainReads } = request;
  const account = accountId(parameters.id ?? '');
  const { fromEra, toEra } = erasIn(query);
  const bound = JSON.stringify(['rewards', account, fromEra ?? null, toEra ?? null]);
  const { limit, after } = pageOf(query, bound, position);
  const [newest, last] = after?.split(':').map(Number) ?? [];
  const rewards = await rewardsOf({ account, fromEra, toEra: newest ?? toEra }, { ...service, chainReads });
  if ('absent' in rewards) return answerReply(rewards.absent, requestId);
  const left = rewards.eras.filter(({ era }) => last === undefined || era < last);
  const page = left.slice(0, limit);
  const end = left.length > limit ? page.at(-1)?.era : undefined;
  return jsonReply({
    ref: { kind: 'staking', id: account },
    range: rewards.range,
    kept: rewards.kept,
    sum: { amount: amount(rewards.sum), eras: rewards.eras.length },
    missing: rewards.missing,
    completeBlocks: rewards.complete,
    items: page.map(shown),
    next: nextAfter(end === undefined ? undefined : `${rewards.range?.toEra}:${end}`, bound),
    meta: { source: 'database', block: rewards.followed, requestId },
  });
}

const shown = ({ era, block, shares }: AccountEra) => ({
  era,
  block,
  amount: amount(totalOf(shares)),
  shares: shares.map((share) => ({ ...share, amount: amount(share.amount) })),
});

function erasIn(query: Request['query']): { readonly fromEra: number | undefined; readonly toEra: number | undefined } {
  const errors: FieldError[] = [];
  const eraOf = (path: 'fromEra' | 'toEra'): number | undefined => {
    const text = query[path];
    if (text === undefined) return undefined;
    if (!/^\d{1,15}$/.test(text)) errors.push({ path, message: 'must be a whole number, 0 or more' });
    return Number(text);
  };
  const [fromEra, toEra] = [eraOf('fromEra'), eraOf('toEra')];
  if (errors.length === 0 && fromEra !== undefined && toEra !== undefined && fromEra > toEra)
    errors.push({ path: 'fromEra', message: 'must not be above toEra' });
  if (errors.length > 0) throw new InvalidRequest(errors);
  return { fromEra, toEra };
}
