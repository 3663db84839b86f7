import { REPLACED_NAMES } from '../shared/udf/functions';

/** What an app's schema has in the places of the functions that Redshift has ended. */
export interface FoundFunctions {
  /** Names of those that are there, in whatever language. */
  present: readonly string[];
  /** Names of those by Lambda. */
  external: readonly string[];
  /** What is there instead of each of the others; empty where all are replaced. */
  unreplaced: readonly string[];
}

/** Source: Redshift Developer Guide, USAGE ON LANGUAGE EXFUNC */
const EXTERNAL = 'exfunc';

/**
 * Pure. Python is not all that a schema may have: a release can answer NULL in SQL, and whoever ran the list by hand may have
 * left functions out.
 *
 * @param languages of the functions that the schema has, by name
 * @param dropped names that a clean-up has dropped, because only the migration needs them
 */
export function foundFunctions(languages: ReadonlyMap<string, string>, dropped: ReadonlySet<string>): FoundFunctions {
  return {
    present: [...languages.keys()],
    external: REPLACED_NAMES.filter((name) => languages.get(name) === EXTERNAL),
    unreplaced: REPLACED_NAMES.flatMap((name) => {
      const language = languages.get(name);
      if (language === EXTERNAL) return [];
      if (language !== undefined) return [`${name} is written in ${language}`];
      return dropped.has(name) ? [] : [`${name} is not there`];
    }),
  };
}
