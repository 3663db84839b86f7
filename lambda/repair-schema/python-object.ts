import { REPLACED_FUNCTIONS } from '../shared/udf/functions';

/** What one object of a schema's list of statements is. */
export type ListObject =
  | { is: 'other' }
  /** A Python function, and what stands behind it in the same object: it travels as one statement. */
  | { is: 'python'; name: string; rest: string }
  /** Python in a shape that nobody has seen before. */
  | { is: 'unknown'; why: string };

const PYTHON = /\blanguage\s+'?plpythonu\b/i;
const LEADING_COMMENTS = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;
const HEAD =
  /^create\s+or\s+replace\s+function\s+(?:"?(?<schema>\w+)"?\s*\.\s*)?"?(?<name>\w+)"?\s*\((?<parameters>(?:[^()]|\([^()]*\))*)\)/i;
const TEXT_PARAMETER = /^\w+\s+(?:varchar|character\s+varying)\s*\(\s*(?:65535|max)\s*\)$/i;
const RETURNS_TEXT =
  /^\s*returns\s+(?:varchar|character\s+varying)\s*\(\s*(?:65535|max)\s*\)(?:\s+(?:stable|volatile|immutable))?\s+as\s*$/i;
/** What stands before a function's body: comments, one of which may have dollars in it, up to the body itself. */
const COMMENT_OR_BODY = /--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$/g;
const TAIL = /^\s*(?:(?:stable|volatile|immutable)\s+)?language\s+'?plpythonu'?\s*(?:;|$)/i;

/**
 * Pure: reads one object of the list by its content, never by its place: places differ between releases. Everything that is
 * not exactly as the solution's releases have it is unknown.
 * Source: awslabs/clickstream-analytics-on-aws, sqls/redshift: an object is sent as a whole; one of them holds a function and,
 * behind it, a procedure
 *
 * @param schema the app's, in lower case
 */
export function readObject(text: string, schema: string): ListObject {
  if (!PYTHON.test(text)) return { is: 'other' };
  const unknown = (why: string): ListObject => ({ is: 'unknown', why });
  const { before, body, behind } = partsOf(text);
  const head = HEAD.exec(before);
  const { name = '', parameters = '', schema: own = schema } = head?.groups ?? {};
  if (head === null) return unknown('it is not CREATE OR REPLACE FUNCTION');
  const declaration = REPLACED_FUNCTIONS[name.toLowerCase()];
  if (declaration === undefined) return unknown(`a function ${name} is not one of those that can be replaced`);
  if (own.toLowerCase() !== schema) return unknown(`${name} stands in the schema ${own}`);
  const types = parameters.split(',').map((parameter) => parameter.trim());
  if (types.length !== declaration.arity)
    return unknown(`${name} has ${String(types.length)} arguments instead of ${String(declaration.arity)}`);
  const other = types.find((type) => !TEXT_PARAMETER.test(type));
  if (other !== undefined) return unknown(`${name} has the argument ${other}`);
  if (!body) return unknown(`${name} has no body between dollar quotes`);
  const between = before.slice(head[0].length);
  if (!RETURNS_TEXT.test(between)) return unknown(`${name} is declared otherwise: ${between.trim()}`);
  const tail = TAIL.exec(behind);
  if (tail === null) return unknown(`${name} does not end in LANGUAGE plpythonu`);
  const rest = behind.slice(tail[0].length).trim();
  if (rest === '') return { is: 'python', name: name.toLowerCase(), rest };
  if (PYTHON.test(rest)) return unknown(`another Python function stands behind ${name}`);
  if (!/^create\s+or\s+replace\s+procedure\s/i.test(rest.replace(LEADING_COMMENTS, '')))
    return unknown(`behind ${name} stands something else than a procedure`);
  return { is: 'python', name: name.toLowerCase(), rest };
}

/**
 * A declaration up to its body, without comments: the solution explains four of its functions between their result and their
 * body. `behind`: what follows the body, its leading comments gone.
 */
function partsOf(text: string): { before: string; body: boolean; behind: string } {
  let before = '';
  let at = 0;
  for (const found of text.matchAll(COMMENT_OR_BODY)) {
    before += text.slice(at, found.index);
    at = found.index + found[0].length;
    if (found[1] !== undefined) {
      return { before: before.trim(), body: true, behind: text.slice(at).replace(LEADING_COMMENTS, '') };
    }
    before += ' ';
  }
  return { before: (before + text.slice(at)).trim(), body: false, behind: '' };
}
