/**
 * The options that every start of a store's walk has in common. The workflow id is the lock: a store never
 * has two walks.
 */
export function walkStart({ account, storeId }: { account: string; storeId: string }) {
  return {
    workflowId: `walk/${account}/${storeId.slice(0, 8)}`,
    memo: { account, storeId },
    staticSummary: `Walk of folders shared by others, account ${account}`,
  };
}
