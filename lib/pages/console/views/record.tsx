import type { Schemas } from '../../../client/index.ts';
import { proofInWords } from '../../proof-in-words.ts';
import { AgeNote } from '../parts/age-note.tsx';
import { DeedOutcome } from '../parts/deed-outcome.tsx';
import { Facts } from '../parts/facts.tsx';
import { Heading } from '../parts/heading.tsx';
import { numberText } from '../parts/number-text.ts';
import { Moment } from '../parts/time.tsx';
import { durationText } from '../parts/time-text.ts';
import { Short, Value } from '../parts/value.tsx';
import { WhyLink } from '../parts/why-link.tsx';
import { useDeed } from '../use-deed.ts';
import { usePolled } from '../use-polled.ts';
import { hrefOf } from '../use-route.ts';
import { DependsOn } from './depends-on.tsx';
import { HistoryList } from './history.tsx';

interface RecordProps {
  readonly kind: string;
  readonly id: string;
}

/** One record: its value as a reader gets it, how current that is, and its history. */
export function RecordView({ kind, id }: RecordProps) {
  const refs = [{ kind, id }];
  const answer = usePolled(
    `${kind} ${id}`,
    15_000,
    async (client, signal) => (await client.lookup({ body: { refs } }, { signal })).results[0],
  );
  const deed = useDeed();
  const { value } = answer;
  const refresh = async (): Promise<void> => {
    await deed.run(async (client) => {
      const { results } = await client.lookup({ body: { refs } }, { forceRefresh: true });
      return `Read at block ${results[0]?.meta?.block.height ?? 'unknown'}, from the ${results[0]?.meta?.source ?? 'chain'}.`;
    });
    answer.again();
  };
  return (
    <>
      <p>
        <a href={hrefOf('records')}>Search</a>
      </p>
      <Heading title="Record" about={kind} />
      <p>
        <code class="value">{id}</code>
      </p>
      <AgeNote of={answer} />
      {value?.meta !== undefined && <Currency meta={value.meta} />}
      {value !== undefined && 'data' in value && (
        <section>
          <h2>Value</h2>
          <Value of={value.data} />
        </section>
      )}
      {value !== undefined && 'error' in value && <p>{value.error.detail}</p>}
      {value !== undefined && <Why of={value} />}
      <p>
        <button type="button" aria-disabled={deed.isBusy} onClick={() => void refresh()}>
          Read from the chain now
        </button>
      </p>
      <DeedOutcome of={deed} />
      <DependsOn kind={kind} id={id} />
      <HistoryList kind={kind} id={id} />
    </>
  );
}

/** Of answers that are stale, or failed, the service has kept why. */
function Why({ of }: { readonly of: Schemas['Batch']['results'][number] }) {
  const failed = 'error' in of && of.error.explain !== undefined ? of.error.requestId : undefined;
  const requestId = failed ?? (of.meta?.stale ? of.meta.requestId : undefined);
  return requestId === undefined ? null : (
    <p>
      <WhyLink requestId={requestId} />
    </p>
  );
}

const Currency = ({ meta }: { readonly meta: Schemas['Meta'] }) => (
  <Facts
    of={[
      ['From', `${meta.source}${meta.stale ? ', stale' : ''}`],
      ['Behind the chain by at most', durationText(meta.age)],
      [
        'Read at block',
        <span key="block">
          {numberText(meta.block.height)}, <Short of={meta.block.hash} />
        </span>,
      ],
      [
        'Known to hold through block',
        <span key="through">
          {numberText(meta.verifiedThrough.height)}
          {meta.verifiedThrough.timestamp !== null && (
            <>
              , of <Moment at={meta.verifiedThrough.timestamp} />
            </>
          )}
        </span>,
      ],
      ['It is', proofInWords(meta.proof)],
      [
        'Conflict',
        meta.conflict === undefined ? undefined : (
          <a key="conflict" href={hrefOf('conflicts', meta.conflict)}>
            The chain contradicts it
          </a>
        ),
      ],
    ]}
  />
);
