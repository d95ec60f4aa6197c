import { useState } from 'preact/hooks';
import type { Schemas } from '../../../client/index.ts';
import { CheckBoxes } from '../parts/check-boxes.tsx';
import { DeedOutcome } from '../parts/deed-outcome.tsx';
import { TextField } from '../parts/field.tsx';
import { useDeed } from '../use-deed.ts';
import { recordKinds } from './record-kinds.ts';

type Filter = NonNullable<Schemas['WebhookRequest']['filter']>;
type EventType = NonNullable<Filter['types']>[number];

const types: readonly (readonly [EventType, string])[] = [
  ['RecordChanged', 'RecordChanged: a value has changed'],
  ['ConflictOpened', 'ConflictOpened: the chain contradicts a record'],
  ['ConflictAwaitsReview', 'ConflictAwaitsReview: a person has to decide'],
  ['ConflictResolved', 'ConflictResolved'],
  ['ReconciliationStarted', 'ReconciliationStarted'],
  ['ReconciliationFinished', 'ReconciliationFinished'],
  ['SyncStalled', 'SyncStalled: sync does not advance'],
  ['SyncRecovered', 'SyncRecovered'],
  ['BlockUnseen', 'BlockUnseen: sync has passed a block that it could not read'],
  ['SubmissionEnded', 'SubmissionEnded: what became of a submitted transaction'],
  ['WebhookPaused', 'WebhookPaused: a receiver takes nothing'],
];

/** A form for a new webhook. `onMade` gets its secret, which no later answer shows. */
export function NewWebhookForm({ onMade }: { readonly onMade: (secret: string) => void }) {
  const deed = useDeed();
  const [url, setUrl] = useState('');
  const [description, setDescription] = useState('');
  const [only, setOnly] = useState<readonly EventType[]>([]);
  const [kinds, setKinds] = useState<readonly string[]>([]);
  const [collection, setCollection] = useState('');
  const [account, setAccount] = useState('');
  const make = async (): Promise<void> => {
    const filter: Filter = {
      ...(only.length > 0 && { types: only }),
      ...(kinds.length > 0 && { kinds }),
      ...(collection.trim() !== '' && { collection: collection.trim() }),
      ...(account.trim() !== '' && { account: account.trim() }),
    };
    const isDone = await deed.run(async (client) => {
      const { secret } = await client.createWebhook({
        body: { url: url.trim(), filter, ...(description.trim() !== '' && { description: description.trim() }) },
      });
      onMade(secret);
      return 'The webhook was made, and is sent events from now on. Its secret is shown above, this once.';
    });
    if (!isDone) return;
    for (const clear of [setUrl, setDescription, setCollection, setAccount]) clear('');
    setOnly([]);
    setKinds([]);
  };
  return (
    <section>
      <h2>New webhook</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <TextField
          label="URL of the receiver"
          value={url}
          onValue={setUrl}
          isRequired
          hint="https, at an address of the public internet. No redirect is followed."
        />
        <TextField
          label="Description, for other operators"
          value={description}
          onValue={setDescription}
          maxLength={2_000}
        />
        <details>
          <summary>Send only some events</summary>
          <p class="quiet">An event is sent that fits all of this. What is left empty does not count.</p>
          <CheckBoxes legend="Types" options={types} value={only} onValue={setOnly} />
          <CheckBoxes legend="Kinds of entities" options={kindOptions} value={kinds} onValue={setKinds} />
          <TextField label="Collection" value={collection} onValue={setCollection} hint="An alias or a package hash" />
          <TextField
            label="Account, or another owner"
            value={account}
            onValue={setAccount}
            hint="A public key, or a key with its prefix"
          />
        </details>
        <button type="submit" aria-disabled={deed.isBusy}>
          Make the webhook
        </button>
      </form>
      <DeedOutcome of={deed} />
    </section>
  );
}

const kindOptions = recordKinds.map((kind) => [kind, kind] as const);
