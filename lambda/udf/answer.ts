/** What Redshift is answered: as many results as there were records, or why there are none. */
export type Answer =
  { success: true; num_records: number; results: readonly (string | null)[] } | { success: false; error_msg: string };

/** What Lambda gives back to a caller that waits. Source: Lambda quotas, invocation payload, 6 MB each way */
export const MAX_ANSWER_BYTES = 6 * 1024 * 1024;

/**
 * Bytes of an answer as it leaves Lambda, where its text is put into JSON once more. Of an answer that is far from the limit only
 * the most that it may have, which costs nothing to find out.
 */
export function sizeOf(answerText: string): number {
  // A character is three bytes at most, or two if it is escaped.
  const most = 3 * answerText.length + 2;
  return most <= MAX_ANSWER_BYTES ? most : Buffer.byteLength(JSON.stringify(answerText));
}
