import type { LiquidSettings } from '../../support/recorded-truth.ts';

/** A token contract of each recording in the role of a liquid-staking contract: two of its numbers change with the blocks. */
export const liquidOf: Readonly<Record<'chain-a' | 'chain-d', LiquidSettings>> = {
  'chain-a': {
    package: 'eb0cc730581cc976bbe7df276130a9a37bebe64e0d0d44e2aca680d453ef3ab9',
    balances: 'balances',
    decimals: 9,
    rate: { numerator: 'total_supply', denominator: 'total_supply' },
  },
  'chain-d': {
    package: 'ac384c48c4e3a0ce07c8f2c4a8e009119ca40b1029106167e986ac49b677f6b6',
    balances: 'balances',
    decimals: 9,
    rate: { numerator: 'total_supply', denominator: '__events_length' },
  },
};
