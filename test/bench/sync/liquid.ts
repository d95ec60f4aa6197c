/** The recorded token contract in the role of a liquid-staking contract: most blocks write one of the two numbers of its rate. */
export const liquid = {
  package: 'ac384c48c4e3a0ce07c8f2c4a8e009119ca40b1029106167e986ac49b677f6b6',
  balances: 'balances',
  decimals: 9,
  rate: { numerator: 'total_supply', denominator: '__events_length' },
};
export const liquidEnv = { ASTAKE_LIQUID_STAKING: JSON.stringify(liquid) };
