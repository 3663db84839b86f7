import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { REFERRERS } from '../../../lambda/udf/utm/referrers';
import { digitOf, isSpace } from '../../../lambda/udf/python/digits';

const FILES = ['catalog', 'json', 'numbers', 'properties', 'url', 'answer', 'call'] as const;

/** Installs external functions in the connected database, in schema `rehearsal`; harmless where they are. */
export async function installExternalFunctions(superuser: Client): Promise<void> {
  for (const file of FILES) await superuser.query(readFileSync(join(__dirname, 'sql', `${file}.sql`), 'utf8'));
  await superuser.query(
    `INSERT INTO rehearsal.known_site (domain, source, category, search_params)
     SELECT domain, source, category, array(SELECT json_array_elements_text("searchParams"))
     FROM json_to_recordset($1) AS r(domain text, source text, category text, "searchParams" json)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(REFERRERS)],
  );
  const { from, to } = readInNumbers();
  await superuser.query(`INSERT INTO rehearsal.number_characters VALUES (true, $1, $2) ON CONFLICT DO NOTHING`, [
    from,
    to,
  ]);
}

/** Digits and white space of all scripts, and the ASCII characters that Python 2.7 reads in their place. */
function readInNumbers(): { from: string; to: string } {
  let from = '';
  let to = '';
  for (let code = 1; code <= LAST_DIGIT; code += 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const character = String.fromCodePoint(code);
    const read = digitOf(character) ?? (isSpace(character) ? ' ' : undefined);
    if (read === undefined || (code < 0x80 && read === character)) continue;
    // Those that are trimmed in any case stay.
    if (code >= 0x09 && code <= 0x0d) continue;
    from += character;
    to += read;
  }
  return { from, to };
}

const LAST_DIGIT = 0x1ffff;
