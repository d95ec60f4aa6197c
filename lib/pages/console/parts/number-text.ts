const wholes = new Intl.NumberFormat('en');

export const numberText = (value: number | null | undefined): string =>
  value == null ? 'unknown' : wholes.format(value);

export const percentText = (share: number | null | undefined): string =>
  share == null ? 'unknown' : `${(share * 100).toFixed(share > 0.995 && share < 1 ? 2 : 1).replace(/\.0$/, '')} %`;

/** `1 block`, `2 blocks`. */
export const countText = (count: number | null | undefined, noun: string): string =>
  `${numberText(count)} ${noun}${count === 1 ? '' : 's'}`;
