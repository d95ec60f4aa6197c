/** How a call ended. */
export function AnswerLine({ status, tookMs }: { readonly status: number; readonly tookMs: number }) {
  return (
    <>
      <strong class={`status s${Math.floor(status / 100)}`}>{status}</strong> in {tookMs} ms
    </>
  );
}
