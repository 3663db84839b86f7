const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as it may stand in HTML and SVG, in elements and in quoted attributes. */
export function escape(text: string | number): string {
  return String(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** Markup that is safe already. Only {@link html} and {@link raw} make it, so that nothing else slips in unescaped. */
export class Html {
  constructor(readonly markup: string) {}
}

export function raw(markup: string): Html {
  return new Html(markup);
}

/** Tagged template: every value is escaped, unless it is markup already; lists are joined. */
export function html(strings: TemplateStringsArray, ...values: (string | number | Html | readonly Html[])[]): Html {
  const parts = strings.map((text, index) => (index === 0 ? text : `${markupOf(values[index - 1] ?? '')}${text}`));
  return new Html(parts.join(''));
}

function markupOf(value: string | number | Html | readonly Html[]): string {
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map(({ markup }) => markup).join('');
  return escape(value);
}
