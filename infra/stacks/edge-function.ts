/** What the service believes of these headers is in `lib/runtime/access/caller-address.ts`. */
export const askedHeader = 'x-astake-asked';

/**
 * Runs at CloudFront for each request, before its cache is asked; JavaScript as CloudFront Functions have it. CloudFront does not look at
 * `Cache-Control` of a request and cannot have it in the key of its cache: a copy of it can (rule ACCESS-30). The service answers each
 * such request with `private`, so that under a key with a request of its own nothing is kept. A header of the caller's that has one of
 * the two names is replaced.
 */
export const edgeFunction = `function handler(event) {
  var request = event.request;
  var asked = request.headers['cache-control'];
  var lines = asked === undefined ? [] : (asked.multiValue || [asked]);
  var text = lines.map(function (line) { return line.value.trim().toLowerCase(); }).join(', ');
  request.headers['${askedHeader}'] = { value: text === '' || text === 'no-transform' ? 'nothing' : text };
  request.headers['x-astake-viewer'] = { value: event.viewer.ip };
  return request;
}
`;
