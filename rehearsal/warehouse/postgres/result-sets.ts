import type { QueryArrayResult } from 'pg';
import type { ResultSet } from '../warehouse';

/** How a PostgreSQL type appears in the Data API: Redshift's type name, and what its text becomes. */
interface ColumnType {
  typeName: string;
  value(text: string): string | number | boolean;
}

const asIs = (text: string): string => text;
const text = (typeName: string): ColumnType => ({ typeName, value: asIs });
const numeric = (typeName: string): ColumnType => ({ typeName, value: Number });

/**
 * By PostgreSQL type id (`pg_type.oid`). The Data API has numbers only for integers and floats; decimals, dates and
 * SUPER come as text. Source: Redshift Data API reference, Field; Redshift Developer Guide, data types.
 */
const TYPES = new Map<number, ColumnType>([
  [16, { typeName: 'bool', value: (value) => value === 't' }],
  [19, text('name')],
  [20, numeric('int8')],
  [21, numeric('int2')],
  [23, numeric('int4')],
  [25, text('varchar')],
  [26, numeric('oid')],
  [114, text('super')],
  [700, numeric('float4')],
  [701, numeric('float8')],
  [705, text('varchar')],
  [1042, text('bpchar')],
  [1043, text('varchar')],
  [1082, text('date')],
  [1083, text('time')],
  [1114, text('timestamp')],
  [1184, text('timestamptz')],
  [1186, text('interval')],
  [1700, text('numeric')],
  [2950, text('varchar')],
  [3802, text('super')],
]);

/** What the driver is to hand over: the server's own text, uninterpreted. */
export const RAW_VALUES = { getTypeParser: () => asIs };

/**
 * The result set of a statement that was run with `RAW_VALUES`, or null when it has none.
 *
 * @throws Error for a column type that nothing of ours returns: better refused than shown wrongly
 */
export function toResultSet(result: QueryArrayResult<(string | null)[]>): ResultSet | null {
  if (result.fields.length === 0) return null;
  const types = result.fields.map((field) => {
    // "char" and the catalogue's arrays and node trees have no Redshift counterpart worth imitating.
    const type = TYPES.get(field.dataTypeID);
    if (type === undefined)
      throw new Error(`column "${field.name}" has type ${field.dataTypeID}, which is not simulated`);
    return type;
  });
  return {
    columns: result.fields.map((field, index) => ({ name: field.name, typeName: types[index]?.typeName ?? '' })),
    rows: result.rows.map((row) =>
      row.map((value, index) => (value === null ? null : (types[index]?.value(value) ?? value))),
    ),
  };
}
