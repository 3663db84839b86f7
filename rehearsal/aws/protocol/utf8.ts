/** What a serializer wrote, as text. Its byte arrays pretend to be strings and warn when taken at their word. */
export function utf8(written: string | Uint8Array): string {
  if (typeof written === 'string') return written;
  return Buffer.from(written.buffer, written.byteOffset, written.byteLength).toString('utf8');
}
