import { entityRoutes } from '../../entities/index.ts';

/** The names of all kinds, for descriptions: `asset, account, …`. */
export const kindNames = entityRoutes.map(({ kind }) => kind).join(', ');
