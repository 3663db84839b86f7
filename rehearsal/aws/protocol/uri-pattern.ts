/** Finds the operation a REST request asks for, by the `http` trait of the operations. */
export interface UriPattern {
  method: string;
  /** @returns the decoded labels, or undefined when the request is not of this pattern */
  match(path: string, query: URLSearchParams): Record<string, string> | undefined;
  /** The higher, the more the pattern demands: of several that match, the highest wins. */
  specificity: number;
}

/**
 * Compiles a URI template such as `/{Key+}?x-id=PutObject`: `{name}` is one path segment, `{name+}` the rest of
 * the path, what follows `?` must be in the query string.
 * Source: Smithy 2.0, HTTP binding traits, "http trait: uri".
 */
export function compileUri(method: string, uri: string): UriPattern {
  const [template = '', staticQuery = ''] = uri.split('?');
  const labels: string[] = [];
  let literals = 0;
  const source = template
    .split('/')
    .map((segment) => {
      const label = /^\{(\w+)(\+?)\}$/.exec(segment);
      if (label?.[1] === undefined) {
        literals += 1;
        return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      }
      labels.push(label[1]);
      return label[2] === '+' ? '(.+)' : '([^/]+)';
    })
    .join('/');
  const expression = new RegExp(`^${source}/?$`);
  const required = [...new URLSearchParams(staticQuery)];
  return {
    method,
    specificity: literals + required.length * 100,
    match(path, query) {
      for (const [key, value] of required) {
        if (!query.has(key) || (value !== '' && query.get(key) !== value)) return undefined;
      }
      const found = expression.exec(path);
      if (found === null) return undefined;
      return Object.fromEntries(labels.map((label, i) => [label, decodeURIComponent(found[i + 1] ?? '')]));
    },
  };
}
