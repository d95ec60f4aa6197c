import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly type?: 'text' | 'number' | 'date';
  readonly hint?: string;
  readonly isRequired?: boolean;
  readonly isLong?: boolean;
  readonly maxLength?: number;
}

/** A text field with its label. */
export function TextField({
  label,
  value,
  onValue,
  type = 'text',
  hint,
  isRequired = false,
  isLong = false,
  maxLength,
}: FieldProps) {
  const id = useId();
  const shared = {
    id,
    value,
    required: isRequired,
    ...(maxLength !== undefined && { maxLength }),
    ...(hint !== undefined && { 'aria-describedby': `${id}-hint` }),
  };
  return (
    <p class="field">
      <label for={id}>{label}</label>
      {isLong ? (
        <textarea {...shared} rows={2} onInput={(event) => onValue(event.currentTarget.value)} />
      ) : type === 'date' ? (
        <input {...shared} type="date" onInput={(event) => onValue(event.currentTarget.value)} />
      ) : (
        <input
          {...shared}
          type="text"
          inputMode={type === 'number' ? 'numeric' : 'text'}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
      {hint !== undefined && (
        <span id={`${id}-hint`} class="quiet">
          {hint}
        </span>
      )}
    </p>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [value: Value, text: string])[];
  readonly onValue: (value: Value) => void;
}

/** One of a few values. */
export function Choice<Value extends string>({ label, value, options, onValue }: ChoiceProps<Value>) {
  const id = useId();
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onValue(event.currentTarget.value as Value)}>
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </p>
  );
}
