/** What is used of a package that brings no types. */
declare module 'asl-validator' {
  interface Verdict {
    readonly isValid: boolean;
    errorsText(separator?: string): string;
  }
  export default function validate(
    definition: object,
    options?: { readonly checkPaths?: boolean; readonly checkArn?: boolean },
  ): Verdict;
}
