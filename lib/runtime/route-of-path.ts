/** The methods that a path takes, by the routes of the contract; none for an unknown path. GET takes HEAD with it. */
export function methodsOn(
  path: string,
  routes: readonly { readonly method: string; readonly path: string }[],
): readonly string[] {
  const segments = path.split('/');
  const taken = routes.filter((route) => fits(route.path.split('/'), segments)).map(({ method }) => method);
  return [...new Set(taken.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].sort();
}

const fits = (template: readonly string[], segments: readonly string[]): boolean =>
  template.length === segments.length &&
  template.every((part, at) => (part.startsWith('{') ? segments[at] !== '' : part === segments[at]));
