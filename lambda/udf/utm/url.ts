import type { Mode } from '../mode';
import { decodedQuery, parametersOf, pieces, type Parameters } from './query';

/** A URL as the replaced function took it apart, which is not how a browser does. */
export interface UrlParts {
  protocol: string;
  /** With user and port; null where there is no `//` before the query. */
  host: string | null;
  path: string | null;
  /** Decoded. */
  query: string;
  parameters: Parameters;
}

/**
 * A text without `://` anywhere is taken for `http`. The path ends at the next `//`, the query at a second `?`, and a fragment
 * belongs to whatever it stands behind.
 */
export function urlParts(url: string, mode: Mode): UrlParts {
  const [place, encoded] = pieces(withProtocol(url), '?');
  const [protocol, hostAndPath] = pieces(place, '//');
  const slash = hostAndPath?.indexOf('/') ?? -1;
  const [host, path] =
    hostAndPath === null || slash < 0 ? [hostAndPath, ''] : [hostAndPath.slice(0, slash), hostAndPath.slice(slash + 1)];
  const query = decodedQuery(encoded ?? '');
  return {
    protocol: protocol.replaceAll(':', ''),
    host,
    path: path === '' || path === '/' ? null : path,
    query,
    parameters: parametersOf(query, mode),
  };
}

export function withProtocol(url: string): string {
  return url.includes('://') ? url : `http://${url}`;
}
