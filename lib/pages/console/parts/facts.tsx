import type { ComponentChildren } from 'preact';

/** Names and values. A value that is undefined is left out. */
export function Facts({ of: facts }: { readonly of: readonly (readonly [name: string, value: ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value ?? 'unknown'}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
