import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { Store } from './store.ts';

/**
 * A function that queries a database of the harness's MariaDB. It connects anew for each query: a standing connection would
 * keep a program alive that is done.
 */
export function storeSql(socketPath: string, database: string): Store['sql'] {
  return async <T extends RowDataPacket>(query: string, parameters: readonly unknown[] = []) => {
    const connection = await createConnection({ socketPath, user: 'root', database, multipleStatements: true });
    try {
      const [rows] = await connection.query<T[]>(query, [...parameters]);
      return rows;
    } finally {
      await connection.end();
    }
  };
}
