import type { Schemas } from '../../client/contract.ts';
import { AnswerLine } from '../answer-line.tsx';
import { JsonText } from '../json-text.tsx';
import type { ApiAnswer } from '../send-here.ts';
import { type LookupTarget, operationOf, pathOf } from './lookup-target.ts';
import { sourceInWords } from './source-in-words.ts';

/** The answer as it came, and what it says of itself in words. */
export function LookupAnswer({
  target,
  answer,
  onAskChain,
}: {
  readonly target: LookupTarget;
  readonly answer: ApiAnswer;
  readonly onAskChain: () => void;
}) {
  const operation = operationOf[target.kind];
  return (
    <div class="answer">
      <p role="status" class="source">
        {answerInWords(answer.text)}
      </p>
      <p class="quiet">
        <AnswerLine status={answer.status} tookMs={answer.tookMs} /> · <code>GET {pathOf(target)}</code> ·{' '}
        <a href={`/docs#${operation}`}>{operation} in the reference</a>
      </p>
      <button type="button" onClick={onAskChain}>
        Ask the chain, not the cache
      </button>
      <JsonText text={answer.text} label="The answer" />
    </div>
  );
}

type Members = Partial<Schemas['AssetAnswer'] & Schemas['Problem']>;

/** The source of a value or of an absence; of a refusal, why. */
function answerInWords(text: string): string {
  const { meta, detail, title } = membersOf(text);
  const refusal = detail ?? title;
  const sentences = [
    ...(refusal === undefined ? [] : [`${refusal.charAt(0).toUpperCase()}${refusal.slice(1)}.`]),
    ...(meta === undefined ? [] : [sourceInWords(meta)]),
  ];
  return sentences.join(' ') || 'The answer is not one of this service.';
}

function membersOf(text: string): Members {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
