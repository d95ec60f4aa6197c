interface Kept {
  readonly tag: string;
  /** Text, so that no caller changes another one's answer. */
  readonly text: string;
  /** The block through which the answer was known to hold. */
  readonly height: number;
}

/** Answers by what was asked for, at most so many: the one that was used least recently goes first. */
export interface EtagCache {
  find(subject: string): Kept | undefined;
  keep(subject: string, kept: Kept): void;
  forget(subject: string): void;
}

const longestText = 100_000;

export function createEtagCache(entries: number): EtagCache {
  const all = new Map<string, Kept>();
  return {
    find: (subject) => all.get(subject),
    keep(subject, kept) {
      all.delete(subject);
      if (entries === 0 || kept.text.length > longestText) return;
      all.set(subject, kept);
      for (const oldest of all.keys()) {
        if (all.size <= entries) break;
        all.delete(oldest);
      }
    },
    forget: (subject) => all.delete(subject),
  };
}
