/** A key or token: it is kept in the memory of the page alone, and gone with it. */
export function CredentialField({
  credential,
  onChange,
  hint,
}: {
  readonly credential: string;
  readonly onChange: (credential: string) => void;
  readonly hint: string;
}) {
  return (
    <label class="field">
      <span>
        API key or token <span class="quiet">({hint})</span>
      </span>
      <input
        type="password"
        autocomplete="off"
        spellcheck={false}
        value={credential}
        onInput={(event) => onChange(event.currentTarget.value.trim())}
      />
    </label>
  );
}
