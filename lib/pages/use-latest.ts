import { useEffect, useState } from 'preact/hooks';

/** The newest answer of a route that is asked again and again while the page is open; undefined until there is one. */
export function useLatest<T>(path: string, everyMs: number, headers: Readonly<Record<string, string>> = {}) {
  const [answer, setAnswer] = useState<T>();
  const asked = JSON.stringify(headers);
  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      try {
        const response = await fetch(path, { headers: JSON.parse(asked), signal: leaving.signal });
        setAnswer(await response.json());
      } catch {
        // The next answer comes in its turn: a page that is open stays with what it knows.
      }
      if (!leaving.signal.aborted) timer = setTimeout(ask, everyMs);
    };
    void ask();
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [path, everyMs, asked]);
  return answer;
}
