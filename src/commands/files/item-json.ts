import { isFolderItem, type Item } from '../../queries/files/items';

/** An item as `--json` prints it; integers beyond 2^53 are strings. */
export function itemJson(item: Item, path: string | undefined): Record<string, unknown> {
  const { id, name, mimeType, size, modifiedTime, ownerEmail, trashed, webViewLink, targetId } = item;
  return {
    id,
    name,
    path,
    type: targetId !== undefined ? 'shortcut' : isFolderItem(item) ? 'folder' : 'file',
    mimeType,
    size: typeof size === 'bigint' ? String(size) : size,
    modifiedTime,
    ownerEmail,
    trashed,
    webViewLink,
    targetId,
  };
}
