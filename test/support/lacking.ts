/** Where a recording does not have what a test needs of it. */
export function lacking(): never {
  throw new Error('the recording lacks what the test needs');
}
