import { useEffect, useRef } from 'preact/hooks';

/** The heading of a view. A new view begins here: for the focus, for a screen reader, and for the title of the tab. */
export function Heading({ title, about }: { readonly title: string; readonly about?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${about === undefined ? title : `${about}, ${title}`} · Astake Lookup`;
    heading.current?.focus();
  }, [title, about]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {title}
      {about !== undefined && <span class="about"> {about}</span>}
    </h1>
  );
}
