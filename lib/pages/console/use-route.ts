import { useEffect, useState } from 'preact/hooks';

/** The place in the console, from the fragment of the URL: `#/conflicts/<id>`. */
export interface HashPlace {
  /** The name of the view. */
  readonly view: string;
  /** What the view shows, decoded. */
  readonly parts: readonly string[];
}

export const hrefOf = (view: string, ...parts: readonly string[]): string =>
  `#/${[view, ...parts].map(encodeURIComponent).join('/')}`;

/** Follows the fragment, so that back, forward and links work, and a reload comes back to the view. */
export function useRoute(): HashPlace {
  const [fragment, setFragment] = useState(location.hash);
  useEffect(() => {
    const follow = () => setFragment(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const [view = '', ...parts] = fragment.replace(/^#\/?/, '').split('/').map(decoded);
  return { view, parts: parts.filter((part) => part !== '') };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
