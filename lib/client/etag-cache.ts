interface Kept {
  readonly tag: string;
  /** Text, so that no caller changes another one's answer. */
  readonly text: string;
  /** The block through which the answer was known to hold. */
  readonly height: number;
}

/** Answers by what was asked for, at most so many, and so many characters: the one that was used least recently goes first. */
export interface EtagCache {
  find(subject: string): Kept | undefined;
  keep(subject: string, kept: Kept): void;
  forget(subject: string): void;
}

export function createEtagCache(entries: number, characters = 5_000_000): EtagCache {
  const all = new Map<string, Kept>();
  let size = 0;
  const forget = (subject: string): void => {
    size -= all.get(subject)?.text.length ?? 0;
    all.delete(subject);
  };
  return {
    find: (subject) => all.get(subject),
    keep(subject, kept) {
      forget(subject);
      all.set(subject, kept);
      size += kept.text.length;
      for (const oldest of all.keys()) {
        if (all.size <= entries && size <= characters) break;
        forget(oldest);
      }
    },
    forget,
  };
}
