import { hash } from 'node:crypto';

/**
 * Rule ITEM-6: what an item says of the tables that it was written to. It follows from their prefix: tables that are restored have
 * another one.
 */
export const tableMark = (prefix: string): string => hash('sha256', prefix, 'base64url').slice(0, 8);
