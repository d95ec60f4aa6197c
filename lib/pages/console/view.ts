/** `parts`: what the place names behind the view. */
export interface ViewProps {
  readonly parts: readonly string[];
}
