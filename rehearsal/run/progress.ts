import type { AppRef } from '../world/description';

/** What a run tells of itself while it goes on. */
export type Progress =
  /** A sentence worth a line. */
  | { kind: 'note'; text: string }
  /** Legacy events made. */
  | { kind: 'generating'; done: number; total: number }
  /** What the state of an app, of a project, or of the root, says. */
  | {
      kind: 'phase';
      phase: string;
      app: Pick<AppRef, 'projectId' | 'appId'> | undefined;
      /** Of a project's own states. */
      projectId?: string;
      summary: string;
      atMs: number;
    }
  /** Events migrated so far, over all apps. */
  | { kind: 'events'; done: number; total: number };

export type OnProgress = (progress: Progress) => void;
