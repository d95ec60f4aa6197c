import { useState } from 'preact/hooks';
import { CheckBoxes } from '../parts/check-boxes.tsx';
import { DeedOutcome } from '../parts/deed-outcome.tsx';
import { TextField } from '../parts/field.tsx';
import { useDeed } from '../use-deed.ts';

const roles = [
  ['reader', 'reader: looks up'],
  ['writer', 'writer: submits, and keeps its own data'],
  ['auditor', 'auditor: reads all that operators read'],
  ['operator', 'operator: operates the service'],
] as const;

type Role = (typeof roles)[number][0];

/** A form for a new API key. `onMade` gets the key, which no later answer shows. */
export function NewKeyForm({ onMade }: { readonly onMade: (key: string) => void }) {
  const deed = useDeed();
  const [name, setName] = useState('');
  const [held, setHeld] = useState<readonly Role[]>(['reader']);
  const [application, setApplication] = useState('');
  const [collections, setCollections] = useState('');
  const [expires, setExpires] = useState('');
  const [note, setNote] = useState('');
  const make = async (): Promise<void> => {
    const only = collections.split(/[\s,]+/).filter((one) => one !== '');
    const isDone = await deed.run(async (client) => {
      const made = await client.createKey({
        body: {
          name,
          roles: held,
          ...(application !== '' && { application }),
          ...(only.length > 0 && { collections: only }),
          ...(expires !== '' && { expiresAt: `${expires}T00:00:00.000Z` }),
          ...(note !== '' && { note }),
        },
      });
      onMade(made.key);
      return `The key "${made.name}" was made. It is shown above, this once.`;
    });
    if (isDone) for (const clear of [setName, setApplication, setCollections, setExpires, setNote]) clear('');
  };
  return (
    <section>
      <h2>New key</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <TextField label="Name: what it is for" value={name} onValue={setName} isRequired maxLength={63} />
        <CheckBoxes legend="Roles" options={roles} value={held} onValue={setHeld} />
        <TextField label="Application, for its own data" value={application} onValue={setApplication} maxLength={63} />
        <TextField
          label="Only these collections"
          value={collections}
          onValue={setCollections}
          hint="Aliases or package hashes, with commas between. Empty: all."
        />
        <TextField
          label="Ends on"
          type="date"
          value={expires}
          onValue={setExpires}
          hint="At the beginning of that day in UTC. Empty: never."
        />
        <TextField label="Note" value={note} onValue={setNote} maxLength={2_000} />
        <button type="submit" aria-disabled={deed.isBusy}>
          Make the key
        </button>
      </form>
      <DeedOutcome of={deed} />
    </section>
  );
}
