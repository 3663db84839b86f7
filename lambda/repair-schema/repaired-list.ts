import { REPLACED_NAMES, type LambdaUdf } from '../shared/udf/functions';
import { createFunction, dropFunction } from '../shared/udf/statements';
import { readObject } from './python-object';

/** An entry of a schema's list: where its statement lies, and what it says. */
export interface ListEntry {
  /** As in the execution's input: a place in S3, or the statement itself. */
  entry: string;
  text: string;
}

/** An entry of the repaired list: the solution's own, or one to be written. */
export type RepairedEntry = { keep: string } | { write: string };

export type RepairedList =
  | { is: 'repaired'; entries: RepairedEntry[]; replaced: string[] }
  /** There is no Python in it: it failed for another reason. */
  | { is: 'without python' }
  /** What was found that cannot be replaced, a sentence each. */
  | { is: 'not recognised'; found: string[] };

/**
 * Pure: the list with each Python function replaced by the declaration of its Lambda UDF, and everything else as it was. A
 * function that is there already is dropped first: that OR REPLACE changes a language is documented nowhere, and an external
 * function may be replaced by superusers only. Source: Redshift Developer Guide, CREATE EXTERNAL FUNCTION
 *
 * @param present names of functions that the schema has now, in whatever language
 */
export function repairList(
  list: readonly ListEntry[],
  { appId, udf, present }: { appId: string; udf: LambdaUdf; present: readonly string[] },
): RepairedList {
  const objects = list.map(({ text }) => readObject(text, appId.toLowerCase()));
  const replaced = objects.flatMap((object) => (object.is === 'python' ? [object.name] : []));
  const found = objects.flatMap((object, index) =>
    object.is === 'unknown' ? [`${list[index]?.entry.slice(0, MOST_SHOWN) ?? ''}: ${object.why}`] : [],
  );
  if (found.length === 0 && replaced.length === 0) return { is: 'without python' };
  const twice = [...new Set(replaced.filter((name, index) => replaced.indexOf(name) !== index))];
  const missing = REPLACED_NAMES.filter((name) => !replaced.includes(name));
  found.push(...twice.map((name) => `${name} is declared more than once`));
  if (missing.length > 0 && found.length === 0)
    found.push(`no Python function ${missing.join(', ')}: this is the list of a release that nobody has looked at`);
  if (found.length > 0) return { is: 'not recognised', found };
  const entries = objects.flatMap((object, index): RepairedEntry[] => {
    if (object.is !== 'python') return [{ keep: list[index]?.entry ?? '' }];
    const { name, rest } = object;
    return [
      ...(present.includes(name) ? [{ write: dropFunction(appId, name).text }] : []),
      { write: createFunction(appId, name, udf).text },
      ...(rest === '' ? [] : [{ write: rest }]),
    ];
  });
  return { is: 'repaired', entries, replaced };
}

/** An entry may be a statement as long as one is. */
const MOST_SHOWN = 200;
