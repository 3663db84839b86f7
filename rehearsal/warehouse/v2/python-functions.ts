import { renderSql, withoutHeader } from './template';

/**
 * The functions that are written in Python on Redshift, with the names of their arguments: all varchar, as their results.
 * Source: Clickstream Analytics on AWS 1.1.6, sqls/redshift
 */
export const PYTHON_FUNCTIONS = {
  convert_json_list: ['json_in'],
  combine_json_list: ['s'],
  parse_utm_from_url: ['url', 'referrer', 'latest_referrer'],
  rm_object_props: ['o', 'props_list'],
  transform_event_custom_props: ['s'],
  transform_user_custom_props: ['s'],
} as const satisfies Record<string, readonly string[]>;

type PythonFunction = keyof typeof PYTHON_FUNCTIONS;

/** Said of a function that stands in for one in Python, so that the catalog can tell its language as Redshift's does. */
export const PYTHON_COMMENT = 'language: plpythonu';

/** Whether Redshift would need Python for a statement. */
export function isPython(sql: string): boolean {
  return /\blanguage\s+plpythonu\b/i.test(sql);
}

/** A Python function as the solution's list has it, with a body that nothing runs. */
export function pythonFunction(schema: string, name: string, parameters: readonly string[] = ['s']): string {
  const values = {
    name,
    parameters: parameters.map((parameter) => `${parameter} varchar(65535)`).join(', '),
    first_parameter: parameters[0] ?? '',
  };
  return withoutHeader(renderSql('python-function.sql', schema, values));
}

/**
 * SQL with Python functions in it as PostgreSQL can run it: each becomes its stand-in in PL/pgSQL, raising where the Python
 * one raises; one that nobody knows answers NULL. What else the SQL says stays.
 *
 * Source: Clickstream Analytics on AWS 1.1.6, observed behaviour under Python 2.7. Members come in another order and
 * beyond-ASCII characters unescaped: equal as JSON, never compare their bytes. Not reproduced: NaN as input, floats beyond
 * double, lone surrogates, digits of other scripts, lists of pairs in place of objects.
 */
export function withoutPython(sql: string): string {
  return sql.replace(
    PYTHON_FUNCTION,
    (_function, head: string, schema: string, name: string, parameters: string, returns: string) => {
      const body = isKnown(name)
        ? standIn(schema, name)
        : `${head} RETURNS ${returns} LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN NULL; END $$;`;
      return `${body}\nCOMMENT ON FUNCTION "${schema}".${name}(${parameters}) IS '${PYTHON_COMMENT}';\n`;
    },
  );
}

/** The stand-in of a function, in PL/pgSQL. */
export function standIn(schema: string, name: PythonFunction): string {
  return renderSql(`udfs/${name.replaceAll('_', '-')}.sql`, schema);
}

/** Parentheses in the arguments are those of `varchar(65535)`. */
const PYTHON_FUNCTION =
  /(create\s+or\s+replace\s+function\s+"?(\w+)"?\s*\.\s*"?(\w+)"?\s*\(((?:[^()]|\([^()]*\))*)\))\s*returns\s+([\w() ]+?)\s+(?:\/\*[\s\S]*?\*\/\s*)?stable\s+as\s+\$\$(?:(?!\$\$)[\s\S])*\$\$\s*language\s+plpythonu\s*;?/gi;

function isKnown(name: string): name is PythonFunction {
  return name in PYTHON_FUNCTIONS;
}
