import { useEffect, useRef, useState } from 'preact/hooks';
import type { Schemas } from '../../../client/index.ts';
import { Failure } from '../parts/failure.tsx';
import { Heading } from '../parts/heading.tsx';
import { Status } from '../parts/status.tsx';
import { DataTable } from '../parts/table.tsx';
import { Short } from '../parts/value.tsx';
import { WhyLink } from '../parts/why-link.tsx';
import { usePolled } from '../use-polled.ts';
import { hrefOf } from '../use-route.ts';
import type { ViewProps } from '../view.ts';
import { candidatesOf } from './candidates.ts';
import { RecordView } from './record.tsx';

type Found = Schemas['Batch']['results'][number];

/** A search for any id, or one record: `#/records/<text>` and `#/records/<kind>/<id>`. */
export const RecordsView = ({ parts: [first, second] }: ViewProps) =>
  first !== undefined && second !== undefined ? <RecordView kind={first} id={second} /> : <Search text={first ?? ''} />;

function Search({ text }: { readonly text: string }) {
  const [typed, setTyped] = useState(text);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <>
      <Heading title="Records" />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          location.hash = hrefOf('records', typed.trim());
        }}
      >
        <p class="field">
          <label for="search">Id of an account, a token, a transaction or a collection</label>
          <input
            id="search"
            ref={field}
            type="search"
            autocomplete="off"
            spellcheck={false}
            aria-describedby="search-hint"
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <span id="search-hint" class="quiet">
            A public key, an account hash, the hash of a transaction or package, an alias, or a token as collection:id.
            What is not stored is read from the chain.
          </span>
        </p>
        <button type="submit">Search</button>
      </form>
      {text !== '' && <Results text={text} />}
    </>
  );
}

function Results({ text }: { readonly text: string }) {
  const refs = candidatesOf(text);
  const found = usePolled(
    text,
    60_000,
    async (client, signal) => (await client.lookup({ body: { refs } }, { signal })).results,
  );
  const problems = found.value?.filter((one) => 'error' in one) ?? [];
  const entities = found.value?.filter((one) => !('error' in one)) ?? [];
  return (
    <>
      <p role="status">
        {found.value === undefined ? (found.error === undefined ? 'Searching …' : '') : `${entities.length} found`}
      </p>
      <Failure of={found.error} />
      {found.value !== undefined && (
        <DataTable
          caption="Found"
          rows={entities}
          keyOf={({ ref }) => ref.kind}
          empty="There is nothing with this id."
          columns={[
            { title: 'Kind', cell: ({ ref }: Found) => ref.kind },
            {
              title: 'Id',
              cell: (one: Found) => (
                <a href={hrefOf('records', one.ref.kind, idOf(one))}>
                  <Short of={idOf(one)} />
                </a>
              ),
            },
            { title: 'From', cell: (one: Found) => <Status of={one.meta?.source ?? 'unknown'} grade="plain" /> },
          ]}
        />
      )}
      {problems.length > 0 && (
        <ul class="quiet">
          {problems.map((one) => (
            <li key={one.ref.kind}>
              As {one.ref.kind}: {'error' in one ? one.error.detail : ''}{' '}
              {'error' in one && one.error.explain !== undefined && <WhyLink requestId={one.error.requestId} />}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** As the service writes it. */
const idOf = (one: Found): string => ('data' in one ? one.data.id : one.ref.id);
