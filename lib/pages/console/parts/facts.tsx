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

const wholes = new Intl.NumberFormat('en');

export const numberText = (value: number | null | undefined): string =>
  value == null ? 'unknown' : wholes.format(value);

export const percentText = (share: number | null | undefined): string =>
  share == null ? 'unknown' : `${(share * 100).toFixed(share > 0.995 && share < 1 ? 2 : 1).replace(/\.0$/, '')} %`;

/** `1 block`, `2 blocks`. */
export const countText = (count: number | null | undefined, noun: string): string =>
  `${numberText(count)} ${noun}${count === 1 ? '' : 's'}`;
