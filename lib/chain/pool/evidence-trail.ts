import { evidenceEveryMs, type FoundEvidence } from '../../domain/evidence.ts';
import type { RefutedAnswer } from '../../domain/ports/chain.ts';
import type { Clock, Log } from '../../domain/ports/telemetry.ts';

/** Rule AUDIT-6: what is refuted is handed on to be written down, and no request waits for it. */
export interface EvidenceTrail {
  keep(node: { readonly name: string }, reason: string, method: string, evidence: FoundEvidence): void;
  /** Resolves when all is written, or was given up. */
  flushed(): Promise<void>;
}

interface EvidenceTrailParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly onRefuted?: ((refuted: RefutedAnswer) => Promise<void>) | undefined;
}

export function createEvidenceTrail({ clock, log, onRefuted }: EvidenceTrailParts): EvidenceTrail {
  /** By node and kind. */
  const keptAt = new Map<string, number>();
  let writing: Promise<void> = Promise.resolve();

  async function write({ sent, ...found }: FoundEvidence, about: Omit<RefutedAnswer, 'evidence'>, kind: string) {
    const evidence = { ...found, sent: await sent() };
    try {
      await onRefuted?.({ ...about, evidence });
    } catch {
      keptAt.delete(kind);
      const { refuted, block, expected } = evidence;
      const { blake2b, bytes } = evidence.sent;
      const { height, hash } = block;
      const details = { ...about, refuted, height, hash, expected: expected.hash, blake2b, bytes };
      log.warn('evidence against a node could not be kept', details);
    }
  }

  return {
    keep({ name: node }, reason, method, evidence) {
      const kind = `${node} ${evidence.refuted}`;
      const now = clock.steady();
      if (now < (keptAt.get(kind) ?? Number.NEGATIVE_INFINITY) + evidenceEveryMs) return;
      keptAt.set(kind, now);
      const about = { node, method, reason, at: clock.now() };
      writing = writing
        .then(() => write(evidence, about, kind))
        .catch(() => log.warn('evidence against a node could not be read', about));
    },
    flushed: () => writing,
  };
}
