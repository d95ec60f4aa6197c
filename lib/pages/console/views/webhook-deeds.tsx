import { useState } from 'preact/hooks';
import type { LookupClient, Schemas } from '../../../client/index.ts';
import { Confirm } from '../parts/confirm.tsx';
import { DeedOutcome } from '../parts/deed-outcome.tsx';
import { TextField } from '../parts/field.tsx';
import { useDeed } from '../use-deed.ts';

interface WebhookDeedsProps {
  readonly webhook: Schemas['Webhook'];
  readonly onDone: () => void;
}

/** Pause, resume, test and replay. */
export function WebhookDeeds({ webhook: { id, status }, onDone }: WebhookDeedsProps) {
  const deed = useDeed();
  const [after, setAfter] = useState('');
  const act = async (ask: (client: LookupClient) => Promise<string>): Promise<void> => {
    await deed.run(ask);
    onDone();
  };
  const pause = async (client: LookupClient): Promise<string> => {
    await client.pauseWebhook({ id });
    return 'Paused: nothing is sent until it is resumed.';
  };
  const resume = async (client: LookupClient): Promise<string> => {
    await client.resumeWebhook({ id });
    return 'Resumed: it goes on where it was left.';
  };
  const replay = async (client: LookupClient): Promise<string> => {
    await client.replayWebhook({ id, body: { after } });
    return `Events are sent from behind ${after}.`;
  };
  return (
    <section>
      <h2>What to do</h2>
      <p class="buttons">
        {status === 'paused' ? (
          <button type="button" aria-disabled={deed.isBusy} onClick={() => void act(resume)}>
            Resume
          </button>
        ) : (
          <Confirm
            label="Pause"
            question="Send nothing to this receiver?"
            isBusy={deed.isBusy}
            onYes={() => void act(pause)}
          />
        )}
        <button type="button" aria-disabled={deed.isBusy} onClick={() => void act((client) => test(client, id))}>
          Send a test
        </button>
      </p>
      <TextField
        label="Replay behind this cursor"
        value={after}
        onValue={setAfter}
        hint="A cursor of the feed, start, or now"
      />
      <Confirm
        label="Replay"
        question={`Send the events behind ${after} again?`}
        isBusy={deed.isBusy || after.trim() === ''}
        onYes={() => void act(replay)}
      >
        <p>The receiver gets events that it has had before.</p>
      </Confirm>
      <DeedOutcome of={deed} />
    </section>
  );
}

async function test(client: LookupClient, id: string): Promise<string> {
  const { delivered, problem, status, errorCode, milliseconds } = await client.testWebhook({ id });
  if (delivered) return `The receiver took the test, with status ${status}, in ${milliseconds} ms.`;
  const why = [problem?.replaceAll('_', ' '), status === null ? undefined : `status ${status}`, errorCode].filter(
    Boolean,
  );
  return `The receiver did not take the test: ${why.join(', ')}.`;
}
