/** The recorded token contract in a liquid-staking contract's place: its rate is a pair of numbers that most blocks write. */
export const liquid = {
  package: 'ac384c48c4e3a0ce07c8f2c4a8e009119ca40b1029106167e986ac49b677f6b6',
  balances: 'balances',
  decimals: 9,
  rate: { numerator: 'total_supply', denominator: '__events_length' },
};
export const liquidEnv = { ASTAKE_LIQUID_STAKING: JSON.stringify(liquid) };
