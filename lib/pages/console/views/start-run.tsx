import { useState } from 'preact/hooks';
import { DeedOutcome } from '../parts/deed-outcome.tsx';
import { Choice, TextField } from '../parts/field.tsx';
import { useDeed } from '../use-deed.ts';
import { hrefOf } from '../use-route.ts';
import { recordKinds } from './record-kinds.ts';

type Of = 'all' | 'kind' | 'collection' | 'owner';

/** A form that starts a run. */
export function StartRun({ onDone }: { readonly onDone: () => void }) {
  const deed = useDeed();
  const [of, setOf] = useState<Of>('all');
  const [kind, setKind] = useState<(typeof recordKinds)[number]>('asset');
  const [name, setName] = useState('');
  const [dryRun, setDryRun] = useState(false);
  const start = async (): Promise<void> => {
    await deed.run(async (client) => {
      const scope = of === 'all' ? undefined : { [of]: of === 'kind' ? kind : name.trim() };
      const run = await client.startReconciliation({ body: { dryRun, ...(scope && { scope }) } });
      location.hash = hrefOf('reconciliation', run.id);
      return 'The run has begun.';
    });
    onDone();
  };
  return (
    <section>
      <h2>Start a run</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <Choice
          label="Compare"
          value={of}
          onValue={setOf}
          options={[
            ['all', 'everything'],
            ['kind', 'the records of a kind'],
            ['collection', 'the records of a collection'],
            ['owner', 'what an owner has'],
          ]}
        />
        {of === 'kind' && (
          <Choice label="Kind" value={kind} onValue={setKind} options={recordKinds.map((one) => [one, one] as const)} />
        )}
        {(of === 'collection' || of === 'owner') && (
          <TextField
            label={of === 'owner' ? 'Owner' : 'Collection'}
            value={name}
            onValue={setName}
            isRequired
            hint={of === 'owner' ? 'A public key, or a key with its prefix' : 'An alias or a package hash'}
          />
        )}
        <label class="option">
          <input type="checkbox" checked={dryRun} onChange={(event) => setDryRun(event.currentTarget.checked)} />
          Change nothing: only say what differs
        </label>
        <button type="submit" aria-disabled={deed.isBusy}>
          Start
        </button>
      </form>
      <DeedOutcome of={deed} />
    </section>
  );
}
