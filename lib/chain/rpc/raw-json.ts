/** JSON text that is sent as it is: parsed and written again, numbers beyond 2^53 would change (rule SUBMIT-3). */
export class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export const jsonTextOf = (value: object): string => (value instanceof RawJson ? value.text : JSON.stringify(value));
