import type { RecordingState } from '../../domain/pinned-state.ts';
import { ofAbsence, proofOfAll, type ReadingProof } from '../../domain/proof.ts';

/** How far a reading is proved with the bases that it has read (rule PROOF-2). Throws ChainUnavailable. */
export async function proofOfReading(
  state: Pick<RecordingState, 'proof' | 'bases'>,
  isAbsent: boolean,
): Promise<ReadingProof> {
  const own = await state.proof();
  const [first, ...others] = state.bases().flatMap(({ proof }) => proof ?? []);
  // A value may be made of bases alone.
  const isOfBases = own.reason === 'nothing_proved' && own.unproved.length === 0;
  const bases = first === undefined ? [] : [first, ...others];
  const all = first !== undefined && isOfBases ? proofOfAll(first, ...others) : proofOfAll(own, ...bases);
  return isAbsent ? ofAbsence(all) : all;
}
