/** How often the overview asks what is wrong: an operator who looks at it learns of an outage within ten seconds. */
export const overviewEveryMs = 5_000;
