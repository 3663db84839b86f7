/** What is written down between two passes, and has to be read by later builds: by its key. */
export interface Kind {
  /** File name of its samples. */
  name: string;
  key: RegExp;
}

/** Items of the state table, the first that fits. */
export const RECORD_KINDS: readonly Kind[] = [
  { name: 'approval', key: /^approval\// },
  { name: 'approved-changes', key: /^changes\// },
  { name: 'lock', key: /^lock\// },
  { name: 'root', key: /^root\// },
  { name: 'turn', key: /^turn\// },
  { name: 'given-back', key: /^given-back\// },
  { name: 'hold-rule', key: /^hold\/rule\// },
  { name: 'hold-fleet', key: /^hold\/fleet\// },
  { name: 'hold-workgroup', key: /^hold\/workgroup\// },
  { name: 'pause', key: /^processing\// },
  { name: 'step', key: /^(?:step|guardian)\// },
  { name: 'verdict', key: /^verdict\// },
  { name: 'clean-up', key: /^clean-up\// },
  { name: 'schema-repair', key: /^schema\// },
  { name: 'list-repair', key: /^repair\// },
  { name: 'pipeline-call', key: /^journal\/pipeline\// },
  { name: 'load', key: /^journal\/load\// },
  { name: 'console-update', key: /^journal\/.*\/console-update$/ },
  { name: 'journal', key: /^journal\// },
];

/** Objects of the plan bucket. */
export const OBJECT_KINDS: readonly Kind[] = [
  { name: 'plan', key: /^plans\/[^/]+\/plan\.json$/ },
  { name: 'project-plan', key: /^plans\/[^/]+\/projects\/[^/]+\.json$/ },
  { name: 'app-plan', key: /^plans\/[^/]+\/apps\/.+\.json$/ },
  { name: 'changes-document', key: /^changes\/[^/]+\.json$/ },
  { name: 'report', key: /^reports\/[^/]+\/report\.json$/ },
];

export function kindOf(kinds: readonly Kind[], key: string): Kind | undefined {
  return kinds.find((kind) => kind.key.test(key));
}
