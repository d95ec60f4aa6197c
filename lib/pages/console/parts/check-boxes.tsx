interface CheckBoxesProps<Value extends string> {
  readonly legend: string;
  readonly options: readonly (readonly [value: Value, text: string])[];
  readonly value: readonly Value[];
  readonly onValue: (value: readonly Value[]) => void;
}

/** Any number of a few values. */
export const CheckBoxes = <Value extends string>({ legend, options, value, onValue }: CheckBoxesProps<Value>) => (
  <fieldset>
    <legend>{legend}</legend>
    {options.map(([one, text]) => (
      <label key={one} class="option">
        <input
          type="checkbox"
          checked={value.includes(one)}
          onChange={(event) =>
            onValue(event.currentTarget.checked ? [...value, one] : value.filter((other) => other !== one))
          }
        />
        {text}
      </label>
    ))}
  </fieldset>
);
