import { type Readiness, useReadiness } from './use-readiness.ts';

/** The network, the block, and whether the service is ready: as it is now. */
export function Standing() {
  const readiness = useReadiness();
  if (readiness === undefined) return <p role="status">Asking the service …</p>;
  const { ready, network, cursor, head } = readiness;
  return (
    <section aria-label="Where the service stands" class="standing">
      <p class={ready ? 'good' : 'bad'} role="status">
        {readinessInWords(readiness)}
      </p>
      <dl>
        <div>
          <dt>Network</dt>
          <dd>{network ?? 'not known'}</dd>
        </div>
        <div>
          <dt>Followed through block</dt>
          <dd>{cursor?.height ?? 'none yet'}</dd>
        </div>
        <div>
          <dt>Newest block seen</dt>
          <dd>{head?.height ?? 'none yet'}</dd>
        </div>
        <div>
          <dt>Behind the chain</dt>
          <dd>{readiness.lagSeconds === null ? 'not known' : `${readiness.lagSeconds} s`}</dd>
        </div>
      </dl>
    </section>
  );
}

function readinessInWords({ ready, reason, limitSeconds, isOld }: Readiness): string {
  if (ready) return `Ready: the data is less than ${limitSeconds} s behind the chain.`;
  return `Not ready: ${reason ?? 'the service does not say why'}.${isOld ? ' The figures are those of its last answer.' : ''}`;
}
