import { escapeLiteral } from 'pg';
import { type SqlToken, identifierOf, isSignificant } from '../postgres/sql-tokens';

/** Source: Redshift Developer Guide, r_roles-system-privileges (those of a loader's role, and of functions) */
const SYSTEM_PERMISSIONS = new Set([
  ...[
    'CREATE USER',
    'DROP USER',
    'ALTER USER',
    'CREATE SCHEMA',
    'DROP SCHEMA',
    'ALTER DEFAULT PRIVILEGES',
    'ACCESS CATALOG',
  ],
  ...['CREATE TABLE', 'DROP TABLE', 'ALTER TABLE', 'CREATE ROLE', 'DROP ROLE', 'ACCESS SYSTEM TABLE', 'TRUNCATE TABLE'],
  ...['CREATE OR REPLACE FUNCTION', 'CREATE OR REPLACE EXTERNAL FUNCTION', 'DROP FUNCTION'],
  ...[
    'CREATE OR REPLACE PROCEDURE',
    'DROP PROCEDURE',
    'CREATE OR REPLACE VIEW',
    'DROP VIEW',
    'ANALYZE',
    'VACUUM',
    'CANCEL',
  ],
]);

/**
 * GRANT or REVOKE of system permissions, for the stand-in that remembers them; undefined for every other statement. Only roles
 * hold them. Source: Redshift Developer Guide, GRANT
 */
export function systemPermissionSql(tokens: readonly SqlToken[]): string | undefined {
  const significant = tokens.filter(isSignificant).filter(({ text }) => text !== ';');
  const verb = identifierOf(significant[0]);
  if (verb !== 'grant' && verb !== 'revoke') return undefined;
  const direction = significant.findIndex((token) => identifierOf(token) === (verb === 'grant' ? 'to' : 'from'));
  const permissions = list(significant.slice(1, direction)).map((words) =>
    words
      .map(({ text }) => text)
      .join(' ')
      .toUpperCase(),
  );
  if (direction === -1 || !permissions.every((permission) => SYSTEM_PERMISSIONS.has(permission))) return undefined;
  const roles = list(significant.slice(direction + 1)).map(([keyword, name, ...more]) => {
    const role = identifierOf(name);
    if (identifierOf(keyword) !== 'role' || role === undefined || more.length > 0) {
      throw new Error(
        `syntax error at or near "${(identifierOf(keyword) === 'role' ? more[0] : keyword)?.text ?? ''}"`,
      );
    }
    return role;
  });
  const texts = (values: readonly string[]): string => `ARRAY[${values.map(escapeLiteral).join(', ')}]::text[]`;
  return `CALL rehearsal.change_system_permissions(${texts(permissions)}, ${texts(roles)}, ${String(verb === 'grant')})`;
}

/** PostgreSQL names roles without the word: `GRANT ROLE a TO ROLE b` is `GRANT a TO b` there. In place. */
export function dropRoleKeywords(tokens: readonly SqlToken[]): void {
  const significant = tokens.filter(isSignificant);
  if (!['grant', 'revoke'].includes(identifierOf(significant[0]) ?? '')) return;
  for (const [at, token] of significant.entries()) {
    if (token.kind !== 'word' || identifierOf(token) !== 'role') continue;
    const before = significant[at - 1];
    const follows = ['grant', 'revoke', 'to', 'from', ','].includes(before?.text.toLowerCase() ?? '');
    if (follows && identifierOf(significant[at + 1]) !== undefined) token.text = '';
  }
}

/** Splits at commas. */
function list(tokens: readonly SqlToken[]): SqlToken[][] {
  const parts: SqlToken[][] = [[]];
  for (const token of tokens) {
    if (token.text === ',') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}
