/** Work on a store that nothing waits for: the walk of folders shared by others, and the contents of files. */
export type Background = 'walk' | 'content';

const SUMMARIES: Readonly<Record<Background, string>> = {
  walk: 'Walk of folders shared by others',
  content: 'Texts of files',
};

/**
 * The options that every start of a store's background work has in common. The workflow id is the lock: a store
 * never has two runs of a kind.
 */
export function backgroundStart(
  kind: Background,
  { account, storeId }: { account: string; storeId: string },
) {
  return {
    workflowId: `${kind}/${account}/${storeId.slice(0, 8)}`,
    memo: { account, storeId },
    staticSummary: `${SUMMARIES[kind]}, account ${account}`,
  };
}
