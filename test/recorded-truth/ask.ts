import pLimit from 'p-limit';
import type { Got, Local } from '../support/local.ts';
import type { Json, RecordedTruth } from '../support/recorded-truth.ts';
import type { Question } from './questions.ts';

/** The part of an answer that the recording determines. */
export interface Answered {
  readonly asked: string;
  readonly status: number;
  readonly data: Json | null;
  readonly block: { readonly height: number; readonly hash: string; readonly timestamp: string };
  readonly verifiedThrough: { readonly height: number; readonly timestamp: string };
  readonly source: string;
  /** How far the value is proved. */
  readonly proof: string | undefined;
}

/** Answers come from the chain alone: a slow machine gets an error, never the database's answer. */
export const noCache = { 'cache-control': 'no-cache, stale-if-error=0' };
/** Deadlines that no slow machine reaches. */
export const patient = { ASTAKE_DEADLINE_MS: '20000', ASTAKE_ATTEMPT_MS: '10000' };
const concurrency = 20;

export function askAll(
  local: Local,
  questions: readonly Question[],
  headers: Readonly<Record<string, string>> = noCache,
): Promise<Answered[]> {
  const limit = pLimit(concurrency);
  return Promise.all(
    questions.map((question) => limit(async () => answered(question, await local.get(question.path, headers)))),
  );
}

/** The same through `POST /v1/lookup`, a hundred at a time. */
export async function askInBatches(local: Local, questions: readonly Question[]): Promise<Answered[]> {
  const all: Answered[] = [];
  for (let from = 0; from < questions.length; from += 100) {
    const asked = questions.slice(from, from + 100);
    const refs = asked.map(({ kind, id }) => ({ kind, id }));
    const { status, body } = await local.post('/v1/lookup', { refs }, noCache);
    if (status !== 200 || body.results.length !== refs.length) throw new Error(`${status}: ${JSON.stringify(body)}`);
    asked.forEach((question, index) => {
      const { ref, error, ...result } = body.results[index];
      if (JSON.stringify(ref) !== JSON.stringify(refs[index])) throw new Error(`${JSON.stringify(ref)} at ${index}`);
      all.push(answered(question, { status: error?.status ?? 200, body: error ? { ...error, ...result } : result }));
    });
  }
  return all;
}

function answered({ kind, id }: Question, { status, body }: Pick<Got, 'status' | 'body'>): Answered {
  // Without meta there was no answer: what came instead is shown in its place.
  const { block, verifiedThrough, source, proof } = body.meta ?? {
    block: body,
    verifiedThrough: undefined,
    source: body.code,
    proof: undefined,
  };
  // What the service knows of a collection's tokens is not in the recording; `lists.test.ts` compares it.
  const data = body.data?.kind === 'collection' ? { ...body.data, tokens: null } : (body.data ?? null);
  return { asked: `${kind} ${id}`, status, data, block, verifiedThrough, source, proof: proof?.level };
}

/** What the answer must be when the newest block is `height`. */
export function truthOf(question: Question, height: number, truth: RecordedTruth): Answered {
  const data = question.truth(height);
  const block = truth.block(height);
  return {
    asked: `${question.kind} ${question.id}`,
    status: data === null ? 404 : 200,
    data,
    block,
    verifiedThrough: { height, timestamp: block.timestamp },
    source: 'chain',
    proof: data === null || !truth.hasProofs ? 'none' : levelOf(question.kind, height),
  };
}

/** Where the recording has signatures. No validator signs the first block, and there is no era before it whose validators could be read. */
function levelOf(kind: Question['kind'], height: number): string {
  if (kind === 'transaction') return 'none';
  if (height > 0) return 'signed';
  return kind === 'staking' ? 'none' : 'state';
}
