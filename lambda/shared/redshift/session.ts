import {
  CancelStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  type Field,
  type RedshiftDataClient,
  type SqlParameter,
} from '@aws-sdk/client-redshift-data';
import { isAwsError } from '../aws-errors';
import { LONG_POLL_SECONDS } from '../polling';
import type { SqlStatement } from '../sql/statement';

/** Where statements go: the Data API's members for it. */
export interface WarehouseAddress {
  WorkgroupName?: string;
  ClusterIdentifier?: string;
  DbUser?: string;
  SecretArn?: string;
  Database: string;
}

/** What DescribeStatement says, as far as decisions need it. */
export interface StatementState {
  id: string;
  /** FINISHED, FAILED and ABORTED are ends; anything else, unknown words included, means: keep waiting. */
  ended: 'FINISHED' | 'FAILED' | 'ABORTED' | undefined;
  error: string | undefined;
  durationMs: number;
  /** Backend process id; absent while the statement has not been given to one. */
  pid: number | undefined;
}

/** What a submission answers. `finished`: it ended well while it was waited for; how else it stands, DescribeStatement says. */
export interface Submitted {
  id: string;
  finished: boolean;
}

export type Row = Record<string, string | number | boolean | null>;

/** Statements on one database, under one identity: who submits must also be who describes (Data API, same-role rule). */
export class WarehouseSession {
  constructor(
    private readonly client: RedshiftDataClient,
    private readonly address: WarehouseAddress,
  ) {}

  /**
   * Starts a statement.
   *
   * @param token Data API client token: the same token within 8 hours gives the first statement back
   * @param waitSeconds how long its end may be waited for; only then the answer can say that it has finished
   */
  async submit(sql: SqlStatement, token: string, waitSeconds = 0): Promise<Submitted> {
    const parameters: SqlParameter[] = Object.entries(sql.parameters).map(([name, value]) => ({ name, value }));
    const output = await this.client.send(
      new ExecuteStatementCommand({
        ...this.address,
        Sql: sql.text,
        StatementName: `clickstream-upgrade ${sql.name}`,
        ClientToken: token,
        ...(parameters.length > 0 ? { Parameters: parameters } : {}),
        ...(waitSeconds > 0 ? { WaitTimeSeconds: waitSeconds } : {}),
      }),
    );
    if (output.Id === undefined) throw new Error('The Data API answered ExecuteStatement without an Id');
    return { id: output.Id, finished: output.Status === 'FINISHED' };
  }

  /**
   * Looks at a statement, waiting for its end up to `waitSeconds`.
   *
   * @returns undefined when the Data API does not know the id (any more: it forgets after 24 hours)
   */
  async describe(id: string, waitSeconds: number = LONG_POLL_SECONDS): Promise<StatementState | undefined> {
    try {
      const output = await this.client.send(
        new DescribeStatementCommand({ Id: id, ...(waitSeconds > 0 ? { WaitTimeSeconds: waitSeconds } : {}) }),
      );
      const { Status: status } = output;
      return {
        id,
        ended: status === 'FINISHED' || status === 'FAILED' || status === 'ABORTED' ? status : undefined,
        error: output.Error,
        durationMs: Math.max(0, (output.Duration ?? 0) / 1e6),
        pid: output.RedshiftPid !== undefined && output.RedshiftPid > 0 ? output.RedshiftPid : undefined,
      };
    } catch (error) {
      if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
      throw error;
    }
  }

  /** With an administrator's secret the role is one that may cancel. */
  get isAdministrator(): boolean {
    return this.address.SecretArn !== undefined;
  }

  /** Asks for the end of a statement; one that has ended meanwhile is no matter. */
  async cancel(id: string): Promise<void> {
    try {
      await this.client.send(new CancelStatementCommand({ Id: id }));
    } catch (error) {
      if (!isAwsError(error, 'ValidationException', 'ResourceNotFoundException')) throw error;
    }
  }

  /** All rows of a finished statement, by column name. */
  async rows(id: string): Promise<Row[]> {
    const rows: Row[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.client.send(
        new GetStatementResultCommand({ Id: id, ...(nextToken === undefined ? {} : { NextToken: nextToken }) }),
      );
      const names = (page.ColumnMetadata ?? []).map((column) => column.name ?? '');
      for (const record of page.Records ?? []) {
        rows.push(Object.fromEntries(record.map((field, index) => [names[index] ?? String(index), fieldValue(field)])));
      }
      nextToken = page.NextToken;
    } while (nextToken !== undefined && nextToken !== '');
    return rows;
  }
}

function fieldValue(field: Field): string | number | boolean | null {
  if (field.isNull === true) return null;
  return field.stringValue ?? field.longValue ?? field.doubleValue ?? field.booleanValue ?? null;
}
