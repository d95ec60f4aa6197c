import type { RecordingState } from '../../domain/pinned-state.ts';
import { ofAbsence, proofOfAll, type ReadingProof } from '../../domain/proof.ts';

/** How far a reading is proved with the bases that it has read (rule PROOF-2). Throws ChainUnavailable. */
export async function proofOfReading(
  state: Pick<RecordingState, 'proof' | 'bases'>,
  isAbsent: boolean,
): Promise<ReadingProof> {
  const bases = state.bases().flatMap(({ proof }) => proof ?? []);
  const whole = proofOfAll(await state.proof(), ...bases);
  return isAbsent ? ofAbsence(whole) : whole;
}
