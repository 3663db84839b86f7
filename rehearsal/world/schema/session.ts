/** A connection of the Data API's database user, through which one execution runs the entries of its list. */
export interface SchemaSession {
  /** Runs one entry. @returns what the database says of it where it fails, beginning with `ERROR: ` */
  execute(sql: string): Promise<string | undefined>;
  close(): Promise<void>;
}
