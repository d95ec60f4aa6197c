/** The members of a value with their paths, amounts in CSPR. */
export function flatten(value: unknown, path = ''): (readonly [string, unknown])[] {
  if (isAmount(value)) return [[path, `${value.cspr} CSPR`]];
  if (Array.isArray(value)) {
    if (value.every((one) => typeof one !== 'object' || one === null)) return [[path, value.join(', ')]];
    return value.flatMap((one, at) => flatten(one, `${path}.${at}`));
  }
  if (typeof value !== 'object' || value === null) return [[path, value]];
  const members = Object.entries(value);
  if (members.length === 0) return [[path, undefined]];
  return members.flatMap(([name, member]) => flatten(member, path === '' ? name : `${path}.${name}`));
}

const isAmount = (value: unknown): value is { readonly cspr: string } =>
  typeof value === 'object' && value !== null && Object.keys(value).sort().join() === 'cspr,motes';
