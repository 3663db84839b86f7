/**
 * Bounds the memory that payloads take in all histories together: the oldest are forgotten (their events stay, and say
 * that the payload is truncated).
 */
export class PayloadStore {
  private entries: { column: (string | null | undefined)[]; index: number; length: number }[] = [];
  private head = 0;
  private characters = 0;

  constructor(private readonly maxCharacters: number) {}

  /** `column[index]` becomes null when `payload` is forgotten. */
  keep(column: (string | null | undefined)[], index: number, payload: string): void {
    this.entries.push({ column, index, length: payload.length });
    this.characters += payload.length;
    while (this.characters > this.maxCharacters) {
      const oldest = this.entries[this.head++];
      if (oldest === undefined) break;
      oldest.column[oldest.index] = null;
      this.characters -= oldest.length;
    }
    if (this.head > 10_000 && this.head * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.head);
      this.head = 0;
    }
  }
}
