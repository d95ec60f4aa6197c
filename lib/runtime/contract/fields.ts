import * as z from 'zod/mini';
import { described } from './described.ts';

const wholeNumber = z.int().check(z.minimum(0));
const hash64 = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const decimalDigits = z.string().check(z.regex(/^\d+$/));
const anyFields = z.record(z.string(), z.unknown());

export const string = (description: string) => described(z.string(), description);
export const flag = (description: string) => described(z.boolean(), description);
/** A whole number, 0 or more. */
export const count = (description: string) => described(wholeNumber, description);
/** A share of a whole, 0 to 1. */
export const share = (description: string) => described(z.number().check(z.minimum(0), z.maximum(1)), description);
/** ISO 8601 in UTC. */
export const timestamp = (description: string) => described(z.iso.datetime(), description);
/** 64 hexadecimal digits in lower case. */
export const hash = (description: string) => described(hash64, description);
/** A whole number of any size as decimal digits: exact, where a double is not. */
export const bigInteger = (description: string) => described(decimalDigits, description);
export const oneOf = <const Values extends readonly string[]>(values: Values, description: string) =>
  described(z.enum(values), description);
export const listOf = <S extends z.ZodMiniType>(items: S, description: string) =>
  described(z.array(items), description);
/** Values by name. */
export const mapOf = <S extends z.ZodMiniType>(values: S, description: string) =>
  described(z.record(z.string(), values), description);
export const object = <Shape extends z.core.$ZodShape>(shape: Shape, description: string) =>
  described(z.strictObject(shape), description);
/** The description replaces that of the schema itself. */
export const orNull = <S extends z.ZodMiniType>(schema: S, description: string) =>
  described(z.nullable(schema), description);
/** Values of any type by the names of their fields. Numbers are written as the chain writes them, also beyond a double. */
export const anyFieldsOrNull = (description: string) => orNull(anyFields, description);
export const anyObject = anyFields;

export const pageCursor = () => orNull(z.string(), 'The `cursor` of the next page; null on the last page');
