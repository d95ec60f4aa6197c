const grades: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['healthy', 'active', 'resolved', 'finished', 'closed', 'done', 'match'].map((name) => [name, 'good']),
  ),
  ...Object.fromEntries(
    [
      'degraded',
      'unknown',
      'paused',
      'open',
      'awaiting-review',
      'expired',
      'interrupted',
      'running',
      'busy',
      'time',
      'calls',
      'behind',
      'unverifiable',
    ].map((name) => [name, 'warn']),
  ),
  ...Object.fromEntries(
    ['down', 'unhealthy', 'disabled', 'chain', 'reset', 'store', 'defect', 'conflict', 'missed'].map((name) => [
      name,
      'bad',
    ]),
  ),
};

/** A state in one word. Its colour says it once more. `grade`: where the word alone does not. */
export function Status({
  of: state,
  grade = grades[state] ?? 'plain',
}: {
  readonly of: string;
  readonly grade?: string;
}) {
  return <span class={`status ${grade}`}>{state.replaceAll('-', ' ')}</span>;
}
