import type { Members } from './case.ts';

/** The member at a path (`a.b.0`); undefined where there is none. */
export function member(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | null | undefined)?.[name], value);
}

/** A copy with these members. Objects on the way are made. */
export function withMembers<T>(value: T, members: Members): T {
  const copy = structuredClone(value);
  for (const [path, next] of Object.entries(members)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let inner = copy as Record<string, unknown>;
    for (const name of names) {
      inner[name] ??= {};
      inner = inner[name] as Record<string, unknown>;
    }
    inner[last] = next;
  }
  return copy;
}

export const hasMembers = (value: unknown, members: Members = {}): boolean =>
  Object.entries(members).every(([path, expected]) => member(value, path) === expected);
