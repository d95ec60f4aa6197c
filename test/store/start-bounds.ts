type Plain = string | number | boolean | undefined;
type Wire = { readonly S?: string; readonly N?: string };
type Attributes = Readonly<Record<string, Plain | Wire>>;

/**
 * What DynamoDB refuses and the engine does not: a query that begins at a key which its own condition leaves out ("The
 * provided starting key is outside query boundaries based on provided conditions").
 */
export function beginsOutside(input: object): boolean {
  const query = input as {
    readonly KeyConditionExpression?: string;
    readonly ExclusiveStartKey?: Attributes;
    readonly ExpressionAttributeValues?: Attributes;
  };
  const { KeyConditionExpression: condition, ExclusiveStartKey: start } = query;
  if (condition === undefined || start === undefined) return false;
  const clauses = [...condition.matchAll(clause)];
  if (clauses.length === 0) throw new Error(`no clause is known in "${condition}"`);
  const value = (name = '') => plain(query.ExpressionAttributeValues?.[name]);
  return !clauses.every(({ groups }) => {
    const {
      name = '',
      operator = '',
      one,
      other,
      prefixed = '',
      prefix,
    }: Partial<Record<string, string>> = groups ?? {};
    if (prefix !== undefined) return String(plain(start[prefixed])).startsWith(String(value(prefix)));
    return holds(operator, plain(start[name]), value(one), value(other));
  });
}

const clause =
  /begins_with\(#(?<prefixed>\w+), (?<prefix>:\w+)\)|#(?<name>\w+) (?<operator>=|<|>=|BETWEEN) (?<one>:\w+)(?: AND (?<other>:\w+))?/g;

function holds(operator: string, there: Plain, one: Plain, other: Plain): boolean {
  if (there === undefined || one === undefined) throw new Error('a start or a condition without its value');
  if (operator === '=') return there === one;
  if (operator === '<') return there < one;
  return there >= one && (operator === '>=' || (other !== undefined && there <= other));
}

/** In either of the two forms in which the document client passes it on. */
const plain = (value: Plain | Wire): Plain =>
  typeof value === 'object' ? (value.S ?? (value.N === undefined ? undefined : Number(value.N))) : value;
