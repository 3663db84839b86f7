/** What was thrown, for whoever looks for its cause: with its stack where it has one. */
export function failureText(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
