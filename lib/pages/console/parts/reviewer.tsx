import { useState } from 'preact/hooks';
import { useSession } from '../session.ts';
import { TextField } from './field.tsx';

/** Who decides and why, as the audit trail keeps it with the principal. */
export function useReviewer() {
  const { principal } = useSession();
  const [reviewer, setReviewer] = useState(principal.name);
  const [note, setNote] = useState('');
  const fields = (
    <>
      <TextField
        label="Your name, for the audit trail"
        value={reviewer}
        onValue={setReviewer}
        isRequired
        maxLength={200}
      />
      <TextField label="Note: why" value={note} onValue={setNote} isLong maxLength={2_000} />
    </>
  );
  return { reviewer: reviewer.trim(), note: note.trim(), fields, clear: () => setNote('') };
}

/** The members of a request: a note that is empty is left out. */
export const signedBy = ({ reviewer, note }: { readonly reviewer: string; readonly note: string }) => ({
  reviewer,
  ...(note !== '' && { note }),
});
